import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface PackSource {
  document: string;
  article?: string;
  certainty: 'H' | 'M' | 'L';
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

/** Packs whose text is longer than this are let go when nobody holds them, and read again when asked for. Bytes. */
const KEEP = 200_000;

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
    if (text.length <= KEEP) {
      list.push({ meta: { ...meta, hash }, read: () => data });
      return;
    }
    let held: WeakRef<object> | undefined;
    const again = (): unknown => {
      const known = held?.deref();
      if (known) return known;
      const fresh = (JSON.parse(read().toString('utf8')) as { data: object }).data;
      held = new WeakRef(fresh);
      return fresh;
    };
    list.push({ meta: { ...meta, hash }, read: again });
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

  private find(subject: string, date: string, knownAt?: string): Entry {
    const day = date.slice(0, 10);
    const fitting = (this.bySubject.get(subject) ?? []).filter(
      ({ meta }) =>
        meta.validFrom <= day &&
        (meta.validTo === null || meta.validTo === undefined || meta.validTo >= day) &&
        (knownAt === undefined || meta.knownFrom <= knownAt.slice(0, 10)),
    );
    fitting.sort((a, b) => (a.meta.validFrom + a.meta.knownFrom < b.meta.validFrom + b.meta.knownFrom ? 1 : -1));
    const entry = fitting[0];
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

function readText(file: string): Buffer {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
