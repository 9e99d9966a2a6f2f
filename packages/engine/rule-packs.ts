import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Problem, refuse } from '@mach/base/problem.ts';
import { formatDate, localDate } from '@mach/base/time.ts';
import { isInForce, layOver, type OverlaySlice, sha256 } from './rule-packs/overlay.ts';

export interface PackSource {
  document: string;
  article?: string;
  certainty: 'H' | 'M' | 'L';
  /** `Library/…` of the facility, where the edition is its own. */
  change?: string;
}

/** One edition of a rule pack: law or custom as dated data. */
export interface RulePack<T = unknown> {
  readonly subject: string;
  readonly edition: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly knownFrom: string;
  readonly source: readonly PackSource[];
  /** SHA-256 of the file's content, kept with every decision. */
  readonly hash: string;
  readonly data: T;
}

interface Entry {
  meta: Omit<RulePack, 'data'>;
  read(): unknown;
}

/** Law changes at midnight in Vietnam: an instant is of the day that it is there. */
const dayOf = (date: string): string => (date.includes('T') ? localDate(date) : date.slice(0, 10));

/** Nobody wrote the rules of that day: mostly the clock of a device that has lost its battery. */
export class NoEdition extends RangeError {
  readonly problem: Problem;

  constructor(subject: string, day: string) {
    super(`no edition of rule pack ${subject} is in force on ${day}`);
    this.problem = refuse(
      422,
      'no-rules-then',
      {
        vi: `Ngày ${formatDate(day)} chưa có quy tắc "${subject}" nào có hiệu lực`,
        en: `No rules of "${subject}" were in force on ${formatDate(day)}`,
      },
      {
        field: 'performedAt',
        remedy: {
          vi: 'Chỉnh lại ngày giờ của máy này; nếu ngày đúng, báo quản trị nạp bộ quy tắc của ngày đó',
          en: "Set this device's clock; if the day is right, have the rules of that day loaded",
        },
      },
    );
  }
}

/** Packs whose text is longer than this are let go when nobody holds them, and read again when asked for. Bytes. */
const KEEP = 300_000;

/**
 * All editions of all packs. The event's date chooses by valid time; of editions that claim the same day the one known
 * last wins, unless an earlier moment of knowledge is asked for (to see again what was decided then).
 */
export class RulePacks {
  private readonly bySubject = new Map<string, Entry[]>();
  private readonly kept = new Map<string, unknown>();

  static async load(folder: string): Promise<RulePacks> {
    const packs = new RulePacks();
    const subjects = (await readdir(folder, { withFileTypes: true }))
      .filter((f) => f.isDirectory())
      .map((f) => f.name)
      .sort();
    for (const subject of subjects) {
      const files = (await readdir(join(folder, subject))).filter((f) =>
        /^\d{4}-\d{2}-\d{2}(\.k[\d-]+)?\.json(\.gz)?$/.test(f),
      );
      for (const file of files.sort()) packs.add(() => readText(join(folder, subject, file)));
    }
    return packs;
  }

  /** Adds an edition; `read` gives its text, once now and again whenever a large one was let go. */
  add(read: () => Buffer): void {
    const text = read();
    const hash = createHash('sha256').update(text).digest('hex');
    const { data, ...meta } = JSON.parse(text.toString('utf8')) as Omit<RulePack, 'hash'>;
    const list = this.bySubject.get(meta.subject) ?? [];
    this.bySubject.set(meta.subject, list);
    list.push({ meta: { ...meta, hash }, read: text.length <= KEEP ? held(data) : readAgain(read) });
  }

  get subjects(): string[] {
    return [...this.bySubject.keys()].sort();
  }

  editions(subject: string): Omit<RulePack, 'data'>[] {
    return (this.bySubject.get(subject) ?? []).map((e) => e.meta);
  }

  /** The edition in force on a local date `yyyy-MM-dd` (or an instant). @throws RangeError when there is none. */
  at<T = unknown>(subject: string, date: string, knownAt?: string): RulePack<T> {
    const entry = this.find(subject, date, knownAt);
    return { ...entry.meta, data: entry.read() as T };
  }

  /** What identifies the edition in force, without its data. @throws RangeError when there is none. */
  meta(subject: string, date: string): Omit<RulePack, 'data'> {
    return this.find(subject, date).meta;
  }

  /**
   * The packs with a facility's own prices, items and corrections laid over, by subject; what was decided before keeps
   * its hash. `before`: the same facility's until now, whose work is kept.
   */
  with(slices: ReadonlyMap<string, readonly OverlaySlice[]>, before?: RulePacks): RulePacks {
    return slices.size === 0 ? this : new FacilityPacks(this, slices, before);
  }

  /** What is laid over a pack, in the order in which it is. */
  slices(_subject: string): readonly OverlaySlice[] {
    return [];
  }

  /** @internal Shared with the packs of a facility. */
  find(subject: string, date: string, knownAt?: string): Entry {
    const day = dayOf(date);
    const fitting = (this.bySubject.get(subject) ?? []).filter(
      ({ meta }) =>
        meta.validFrom <= day &&
        (meta.validTo === null || meta.validTo === undefined || meta.validTo >= day) &&
        (knownAt === undefined || meta.knownFrom <= dayOf(knownAt)),
    );
    fitting.sort((a, b) => (a.meta.validFrom + a.meta.knownFrom < b.meta.validFrom + b.meta.knownFrom ? 1 : -1));
    const entry = fitting[0];
    if (!entry && this.bySubject.has(subject)) throw new NoEdition(subject, day);
    if (!entry) throw new RangeError(`no edition of rule pack ${subject} is in force on ${day}`);
    return entry;
  }

  /** Something computed once for an edition and kept: a search index, a lookup map. */
  derived<T>(subject: string, date: string, name: string, compute: (pack: RulePack) => T): T {
    const key = `${this.find(subject, date).meta.hash}/${name}`;
    if (!this.kept.has(key)) this.kept.set(key, compute(this.at(subject, date)));
    return this.kept.get(key) as T;
  }
}

/** Editions of one subject that a facility's packs keep at hand: today's, yesterday's, tomorrow's list and one more. */
const AT_HAND = 4;

/** The packs of one facility. Where it says nothing of its own on a day, the answer is the house's, with its hash. */
class FacilityPacks extends RulePacks {
  private readonly base: RulePacks;
  private readonly own: ReadonlyMap<string, readonly OverlaySlice[]>;
  /** By subject, then by the base and the slices that make it; the longest unused goes first. */
  private readonly made: Map<string, Map<string, Entry>>;
  private readonly work: Map<string, Map<string, unknown>>;
  private readonly days = new Map<string, Entry>();

  constructor(base: RulePacks, own: ReadonlyMap<string, readonly OverlaySlice[]>, before: RulePacks | undefined) {
    super();
    this.base = base;
    this.own = own;
    const kept = before instanceof FacilityPacks ? before : undefined;
    this.made = kept?.made ?? new Map();
    this.work = kept?.work ?? new Map();
  }

  override get subjects(): string[] {
    return this.base.subjects;
  }
  override editions(subject: string): Omit<RulePack, 'data'>[] {
    return this.base.editions(subject);
  }
  override slices(subject: string): readonly OverlaySlice[] {
    return this.own.get(subject) ?? [];
  }

  override find(subject: string, date: string, knownAt?: string): Entry {
    const slices = this.own.get(subject);
    if (!slices) return this.base.find(subject, date, knownAt);
    const day = dayOf(date);
    const slot = `${subject}/${day}`;
    const known = knownAt === undefined ? this.days.get(slot) : undefined;
    if (known) return known;
    const base = this.base.find(subject, date, knownAt);
    const inForce = slices.filter((slice) => isInForce(slice, day, knownAt));
    const entry = inForce.length === 0 ? base : this.compose(subject, base, inForce);
    if (knownAt === undefined) {
      if (this.days.size > 500) this.days.clear();
      this.days.set(slot, entry);
    }
    return entry;
  }

  private compose(subject: string, base: Entry, slices: readonly OverlaySlice[]): Entry {
    const hash = sha256([base.meta.hash, ...slices.map((slice) => slice.hash)].join('\n'));
    return recent(this.made, subject, hash, () => {
      let data: unknown;
      const last = (days: readonly string[]): string => days.toSorted().at(-1) ?? '';
      const first = last([base.meta.validFrom, ...slices.map((slice) => slice.validFrom)]);
      return {
        meta: {
          ...base.meta,
          edition: `${base.meta.edition}+${first}`,
          knownFrom: last([base.meta.knownFrom, ...slices.map((slice) => dayOf(slice.knownFrom))]),
          source: [
            ...base.meta.source,
            ...new Map(slices.map((slice) => [slice.id, { ...slice.source, change: `Library/${slice.id}` }])).values(),
          ],
          hash,
        },
        read: () => {
          data ??= layOver(base.read(), slices);
          return data;
        },
      };
    });
  }

  override derived<T>(subject: string, date: string, name: string, compute: (pack: RulePack) => T): T {
    const { hash } = this.find(subject, date).meta;
    if (hash === this.base.find(subject, date).meta.hash) return this.base.derived(subject, date, name, compute);
    return recent(this.work, `${subject}/${name.split(':')[0]}`, `${hash}/${name}`, () =>
      compute(this.at(subject, date)),
    ) as T;
  }
}

/** Keeps the few that were used last. */
function recent<T>(all: Map<string, Map<string, T>>, of: string, key: string, make: () => T): T {
  const list = all.get(of) ?? new Map<string, T>();
  all.set(of, list);
  const value = list.has(key) ? (list.get(key) as T) : make();
  list.delete(key);
  list.set(key, value);
  const oldest = list.keys().next();
  if (list.size > AT_HAND && !oldest.done) list.delete(oldest.value);
  return value;
}

const held = (data: unknown) => () => data;

/*
 * In functions of their own: closures made in one function share all that any of them names, and a pack that is to be
 * let go would live on in the other's.
 */
function readAgain(read: () => Buffer): () => unknown {
  let known: WeakRef<object> | undefined;
  return () => {
    const before = known?.deref();
    if (before) return before;
    const fresh = (JSON.parse(read().toString('utf8')) as { data: object }).data;
    known = new WeakRef(fresh);
    return fresh;
  };
}

function readText(file: string): Buffer {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
