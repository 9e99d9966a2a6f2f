/** Clients that do at random what partners do, and write down what they asked and what they were told. */

/** One request as it came back; a connection that broke is an answer of status 0. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly version: number | undefined;
}
export type Ask = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** What a look at one record showed. */
export type Seen = { readonly version: number } | 'absent';

/** One interaction with one record. Times are those of one clock, ms; `end` of what was never answered is infinite. */
export interface Deed {
  readonly id: string;
  readonly kind: 'write' | 'patch' | 'delete' | 'look' | 'family';
  readonly start: number;
  readonly end: number;
  readonly status: number;
  /** Text that only this write puts into the record. */
  readonly mark?: string;
  /** Version that `If-Match` named. */
  readonly expected?: number;
  /** Version that a write made. */
  readonly version?: number | undefined;
  readonly seen?: Seen;
  /** Of a search by family, or a change on that condition: which; of a search also which version of the record it found. */
  readonly family?: string;
  readonly found?: number | undefined;
}

export interface Once {
  readonly key: string;
  readonly status: number;
  readonly id: string | undefined;
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const FAMILIES = ['Nguyễn', 'Trần', 'Lê'] as const;
export const SLOT = 'urn:slot';
export const ONCE = 'urn:once';

export function patient(id: string, family: string, mark: string): object {
  return { resourceType: 'Patient', id, identifier: [{ system: SLOT, value: id }], name: [{ family, text: mark }] };
}

export function fhirPathPatch(mark: string): object {
  const part = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'Patient.name[0].text' },
    { name: 'value', valueString: mark },
  ];
  return { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] };
}

export const jsonPatch = (mark: string): object => [{ op: 'replace', path: '/name/0/text', value: mark }];
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

interface Bundle {
  entry?: { resource?: { id: string; meta: { versionId: string } } }[];
}
const matches = (answer: Answer): { id: string; version: number }[] =>
  ((answer.body as Bundle).entry ?? []).flatMap(({ resource }) =>
    resource ? [{ id: resource.id, version: Number(resource.meta.versionId) }] : [],
  );

/** A client that works on some records until it is told to stop. */
export class RandomClient {
  readonly deeds: Deed[] = [];
  readonly once: Once[] = [];
  private readonly ask: Ask;
  private readonly ids: readonly string[];
  private readonly name: string;
  private readonly next: () => number;
  private readonly lastSeen = new Map<string, number>();
  private count = 0;

  constructor(ask: Ask, ids: readonly string[], name: string, seed: number) {
    this.ask = ask;
    this.ids = ids;
    this.name = name;
    this.next = random(seed);
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  private async timed(
    deed: Omit<Deed, 'start' | 'end' | 'status'>,
    work: () => Promise<Answer>,
    more: (answer: Answer) => Partial<Deed> = () => ({}),
  ): Promise<void> {
    const start = performance.now();
    const answer = await work();
    const isKnown = answer.status >= 200 && answer.status < 500;
    const end = isKnown ? performance.now() : Number.POSITIVE_INFINITY;
    const told = isKnown && answer.status < 400 ? more(answer) : {};
    this.deeds.push({ ...deed, start, end, status: answer.status, ...told });
  }

  /** One interaction, chosen at random. */
  async step(): Promise<void> {
    const id = this.pick(this.ids);
    const mark = `${this.name}-${++this.count}`;
    const family = this.pick(FAMILIES);
    const path = `/Patient/${id}`;
    const made = ({ version }: Answer): Partial<Deed> => ({ version });
    const write = { id, kind: 'write', mark } as const;
    const condition = `/Patient?identifier=${SLOT}|${id}&family=${encodeURIComponent(family)}`;
    switch (Math.floor(this.next() * 14)) {
      case 0:
      case 1:
        return this.timed(write, () => this.ask('PUT', path, patient(id, family, mark)), made);
      case 2: {
        const expected = this.lastSeen.get(id);
        if (expected === undefined) return this.look(id);
        const header = { 'if-match': `W/"${expected}"` };
        return this.timed({ ...write, expected }, () => this.ask('PUT', path, patient(id, family, mark), header), made);
      }
      case 3:
        return this.timed(
          write,
          () => this.ask('PUT', `/Patient?identifier=${SLOT}|${id}`, patient(id, family, mark)),
          made,
        );
      case 4:
        return this.timed(
          { id, kind: 'patch', mark },
          () => this.ask('PATCH', path, jsonPatch(mark), JSON_PATCH),
          made,
        );
      case 5:
        return this.timed({ id, kind: 'patch', mark }, () => this.ask('PATCH', path, fhirPathPatch(mark)), made);
      case 6:
        if (this.next() < 0.5) return this.look(id);
        return this.timed({ id, kind: 'delete' }, () => this.ask('DELETE', path), made);
      case 7:
        return this.byFamily(family);
      case 8:
        return this.byIdentifier(id);
      case 9:
        return this.createOnce(this.pick(['a', 'b', 'c']), mark);
      case 10:
        if (this.next() < 0.5) return this.look(id);
        return this.timed({ id, kind: 'delete', family }, () => this.ask('DELETE', condition), made);
      case 11:
        return this.timed(
          { id, kind: 'patch', mark, family },
          () => this.ask('PATCH', condition, jsonPatch(mark), JSON_PATCH),
          made,
        );
      default:
        return this.look(id);
    }
  }

  private async look(id: string): Promise<void> {
    const start = performance.now();
    const { status, version } = await this.ask('GET', `/Patient/${id}`);
    const end = performance.now();
    if (status !== 200 && status !== 404 && status !== 410) return;
    const seen: Seen = status === 200 && version !== undefined ? { version } : 'absent';
    if (seen !== 'absent') this.lastSeen.set(id, seen.version);
    this.deeds.push({ id, kind: 'look', start, end, status, seen });
  }

  private async byIdentifier(id: string): Promise<void> {
    const start = performance.now();
    const answer = await this.ask('GET', `/Patient?identifier=${SLOT}|${id}`);
    const end = performance.now();
    if (answer.status !== 200) return this.strange(id, start, answer);
    const [found] = matches(answer);
    const seen: Seen = found ? { version: found.version } : 'absent';
    this.deeds.push({ id, kind: 'look', start, end, status: 200, seen });
  }

  /** A search over all records is a look at each of them. */
  private async byFamily(family: string): Promise<void> {
    const start = performance.now();
    const answer = await this.ask('GET', `/Patient?family=${encodeURIComponent(family)}&_count=100`);
    const end = performance.now();
    if (answer.status !== 200) return this.strange(this.ids[0] ?? '', start, answer);
    const found = new Map(matches(answer).map((m) => [m.id, m.version]));
    for (const id of this.ids)
      this.deeds.push({ id, kind: 'family', start, end, status: 200, family, found: found.get(id) });
  }

  private strange(id: string, start: number, { status }: Answer): void {
    if (status !== 0) this.deeds.push({ id, kind: 'look', start, end: Number.POSITIVE_INFINITY, status });
  }

  private async createOnce(key: string, mark: string): Promise<void> {
    const body = { resourceType: 'Patient', identifier: [{ system: ONCE, value: key }], name: [{ text: mark }] };
    const answer = await this.ask('POST', '/Patient', body, { 'if-none-exist': `identifier=${ONCE}|${key}` });
    this.once.push({ key, status: answer.status, id: (answer.body as { id?: string } | undefined)?.id });
  }
}
