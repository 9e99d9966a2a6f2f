import { clockIds, systemClock } from '@mach/base';
import {
  type Away,
  type KeepRequest,
  type KeptAct,
  type PaperSeries,
  RequestProblem,
  type Session,
  Unreachable,
  type ViewPage,
} from '@mach/ui';
import { request } from '@mach/ui/data/request.ts';
import {
  type Act,
  changed,
  forgotten,
  type Handed,
  inOrder,
  type Outcome,
  outcomeOf,
  stateOf,
  wordsOf,
} from './acts.ts';
import { addBlock, dropBlock, type HeldBlock, heldBlocks, LOW, leftIn, markBlock, takeNumber } from './blocks.ts';
import { type ActStore, handIn } from './hand-in.ts';
import { actsOfOthers, forgetHanded, type Vault } from './vault.ts';

/** Which numbers a desk holds ready, by what its person may do. */
const SERIES: readonly { readonly series: PaperSeries; readonly permission: string }[] = [
  { series: 'queue', permission: 'reception.check-in' },
  { series: 'receipt', permission: 'cashier.settle' },
  { series: 'note', permission: 'outpatient.prescribe' },
];
/** What waits is tried again this often while the server answers, ms. */
const AGAIN_MS = 20_000;
const DEVICE = 'mach.desk';

const ids = clockIds(systemClock);

/** This browser at this desk: a name of its own, made once. */
function device(): string {
  const known = localStorage.getItem(DEVICE);
  if (known) return known;
  const made = `desk-${crypto.randomUUID()}`;
  localStorage.setItem(DEVICE, made);
  return made;
}

interface Grant {
  readonly block: string;
  readonly series: PaperSeries;
  readonly prefix: string;
  readonly width: number;
  readonly next: number;
  readonly to: number;
}

const send = <T>(name: string, key: string, body: object): Promise<{ result: T }> =>
  request(`/api/commands/${name}`, { method: 'POST', headers: { 'idempotency-key': key }, body });

/** The desk of one signed-in person: keeps what cannot be sent, hands it in, holds paper numbers ready. */
export class DeskQueue implements Away {
  readonly #vault: Vault;
  readonly #session: Session;
  readonly #online: () => boolean;
  readonly #signedOut: () => void;
  readonly #watchers = new Set<() => void>();
  readonly #store: ActStore;
  readonly #channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('mach-desk');
  #acts: readonly Act[] = [];
  #blocks: readonly HeldBlock[] = [];
  #unknown: ReadonlySet<string> = new Set();
  #others = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(vault: Vault, session: Session, on: { online: () => boolean; signedOut: () => void }) {
    this.#vault = vault;
    this.#session = session;
    this.#online = on.online;
    this.#signedOut = on.signedOut;
    this.#store = {
      all: () => vault.all<Act>('act'),
      put: (act) => vault.put('act', act.id, act, act.sequence),
      done: async (act) => {
        await this.#remember(act);
        await vault.remove('act', act.id);
      },
    };
    if (this.#channel) this.#channel.onmessage = () => void this.#load();
  }

  async open(): Promise<void> {
    await this.#recall();
    await this.#load();
    this.#timer = setInterval(() => this.handIn(), AGAIN_MS);
    this.handIn();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#channel?.close();
    this.#watchers.clear();
  }

  acts(): readonly KeptAct[] {
    return this.#shown;
  }
  #shown: readonly KeptAct[] = [];

  others(): number {
    return this.#others;
  }
  block(series: PaperSeries): string | undefined {
    return this.#blocks.find((one) => one.series === series && one.next <= one.to)?.id;
  }
  left(series: PaperSeries): number {
    return leftIn(this.#blocks, series);
  }
  on(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async keep(given: KeepRequest): Promise<string> {
    const { key, envelope, ...request } = given;
    const now = new Date().toISOString();
    const last = this.#acts.reduce((most, act) => Math.max(most, act.sequence), 0);
    const act: Act = {
      ...request,
      ...(envelope?.overrides ? { envelope: { overrides: envelope.overrides } } : {}),
      id: key ?? ids(),
      // Milliseconds, so that the order holds over reloads; one more than the last where the clock went back.
      sequence: Math.max(last + 1, Date.now()),
      performedAt: envelope?.performedAt ?? now,
      tries: 0,
    };
    await this.#store.put(act);
    await this.#changed();
    this.handIn();
    return act.id;
  }

  async take(series: PaperSeries) {
    const number = await takeNumber(this.#vault.scope, series);
    await this.#changed();
    return number;
  }

  async again(id: string, change?: object): Promise<void> {
    const act = this.#acts.find((one) => one.id === id);
    if (!act) return;
    await this.#store.put(changed(act, change));
    await this.#changed();
    await this.#handInNow();
  }

  async setAside(id: string, reason: string): Promise<void> {
    const act = this.#acts.find((one) => one.id === id);
    if (!act) return;
    const { encounter } = (act.ready ?? act.input) as { encounter?: string };
    const why = act.refused?.map((issue) => issue.text.vi).join(' · ');
    const note = {
      kind: 'act',
      name: act.name,
      title: act.title.vi,
      text: wordsOf(act),
      reason: [reason, why].filter(Boolean).join(' — ').slice(0, 1000),
      ...(act.born ? { born: act.born } : {}),
      ...(act.ticket ? { ticket: act.ticket } : {}),
      ...(encounter ? { encounter } : {}),
      ...(act.paper ? { paper: act.paper } : {}),
    };
    await send('desk.keepNote', `aside-${act.id}`, {
      ...note,
      $envelope: { performedAt: act.performedAt, device: device() },
    });
    const { encounterOf: _, refused: __, ...rest } = act;
    const noted: Act = { ...rest, id: `aside-${act.id}`, command: 'desk.keepNote', input: note, ready: note };
    await this.#remember(noted);
    await this.#vault.remove('act', id);
    await this.#changed();
    this.handIn();
  }

  told({ key, envelope, ...request }: KeepRequest & { readonly key: string }): void {
    const performedAt = envelope?.performedAt ?? new Date().toISOString();
    const sequence = Date.parse(performedAt);
    void this.#remember({
      ...request,
      ...(envelope?.overrides ? { envelope: { overrides: envelope.overrides } } : {}),
      id: key,
      sequence,
      performedAt,
      tries: 1,
      ready: request.input,
    });
  }

  /** Keeps what the server has taken. Where this desk cannot, nothing else may suffer. */
  async #remember(act: Act): Promise<void> {
    const { house } = this.#vault;
    if (house === undefined) return;
    await this.#vault.put('handed', act.id, { act, house } satisfies Handed).catch(() => undefined);
  }

  /** Signed in to a server that was put back to an earlier time: what it may have forgotten waits again. */
  async #recall(): Promise<void> {
    const { house } = this.#vault;
    if (house === undefined) return;
    await forgetHanded();
    for (const one of await this.#vault.all<Handed>('handed')) {
      const act = forgotten(one, house);
      if (!act) continue;
      // A full queue takes the rest when it has been handed in.
      const waits = await this.#vault.put('act', act.id, act, act.sequence).then(
        () => true,
        () => false,
      );
      if (!waits) return;
      await this.#vault.remove('handed', act.id);
    }
  }

  /** Numbers that this desk holds are shown to such a server before the next one is written on paper. */
  async #showBlocks(): Promise<void> {
    const { house, scope } = this.#vault;
    if (house === undefined) return;
    for (const block of (await heldBlocks(scope)).filter((one) => one.house !== house)) {
      const n = Math.min(block.next, block.to);
      const paper = { block: block.id, n, number: block.prefix + String(n).padStart(block.width, '0') };
      const held = await send<{ held: boolean }>('desk.showBlock', ids(), { paper, desk: device() }).then(
        ({ result }) => result.held,
        (error: unknown) => {
          if (error instanceof RequestProblem && error.status === 409) return false;
          throw error;
        },
      );
      await (held ? markBlock(block.id, house) : dropBlock(block.id));
    }
  }

  handIn(): void {
    if (this.#online() && !this.#closed) void this.#handInNow().catch(() => undefined);
  }

  /** Blocks of which every used number has been handed in go back; the others stay with this desk. */
  async giveBack(): Promise<void> {
    const waiting = new Set(this.#acts.flatMap((act) => (act.paper ? [act.paper.block] : [])));
    for (const block of await heldBlocks(this.#vault.scope)) {
      if (waiting.has(block.id)) continue;
      await send('desk.giveBack', ids(), { block: block.id, next: block.next }).then(
        () => dropBlock(block.id),
        () => undefined,
      );
    }
  }

  async #load(): Promise<void> {
    this.#acts = inOrder(await this.#store.all());
    this.#blocks = await heldBlocks(this.#vault.scope);
    this.#others = await actsOfOthers(this.#vault.scope, this.#vault.house);
    this.#shown = this.#acts.map((act) => ({
      ...act,
      state: stateOf(act, this.#acts, this.#unknown),
      issues: act.refused ?? [],
    }));
    for (const watcher of this.#watchers) watcher();
  }

  async #changed(): Promise<void> {
    await this.#load();
    this.#channel?.postMessage('changed');
  }

  async #handInNow(): Promise<void> {
    const work = async (): Promise<void> => {
      if (this.#closed) return;
      await this.#showBlocks();
      const before = (await this.#store.all()).length;
      if (before > 0) {
        const report = await handIn(this.#store, { send: (act) => this.#send(act), visitOf: this.#visitOf });
        this.#unknown = report.unknown;
        await this.#changed();
        if (report.signedOut) this.#signedOut();
        if (report.end === 'stopped') return;
      }
      await this.#refill();
    };
    // One tab hands in at a time; two would do no harm, only ask twice.
    await navigator.locks.request(`mach-hand-in ${this.#vault.scope}`, { ifAvailable: true }, (lock) =>
      lock ? work() : undefined,
    );
  }

  async #send(act: Act): Promise<Outcome> {
    const { overrides } = act.envelope ?? {};
    try {
      await send(act.command, act.id, {
        ...act.ready,
        $envelope: {
          performedAt: act.performedAt,
          device: device(),
          sequence: act.sequence,
          ...(overrides ? { overrides } : {}),
        },
      });
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof RequestProblem) return outcomeOf(error.status, error.issues);
      if (error instanceof Unreachable) return { kind: 'gone' };
      throw error;
    }
  }

  readonly #visitOf = async (ticket: string, performedAt: string): Promise<string | undefined> => {
    const [from, to] = [-12, 12].map((h) => new Date(Date.parse(performedAt) + h * 3_600_000).toISOString());
    const query = new URLSearchParams({ 'arrivedAt.from': from ?? '', 'arrivedAt.to': to ?? '', limit: '1000' });
    const { rows } = await request<ViewPage<{ key: string; queueNumber: string | null }>>(
      `/api/views/reception.today?${query}`,
    );
    const found = rows.filter((row) => row.queueNumber === ticket);
    return found.length === 1 ? found[0]?.key : undefined;
  };

  /** Asks for numbers before they run out, so that they are there when nobody can be asked. */
  async #refill(): Promise<void> {
    const { permissions } = this.#session.user;
    if (!permissions.includes('desk.numbers')) return;
    const { scope } = this.#vault;
    for (const block of this.#blocks)
      if (block.next > block.to && !this.#acts.some((act) => act.paper?.block === block.id)) await dropBlock(block.id);
    for (const { series, permission } of SERIES) {
      if (!permissions.includes(permission) || this.left(series) >= LOW[series]) continue;
      const { result } = await send<Grant>('desk.takeNumbers', ids(), { series, desk: device() });
      const { block: id, prefix, width, next, to } = result;
      await addBlock({ id, scope, series, prefix, width, next, to, house: this.#vault.house });
    }
    await this.#changed();
  }
}
