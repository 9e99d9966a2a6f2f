import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
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
      for (const file of files.sort()) packs.add(await readFile(join(folder, subject, file)), file.endsWith('.gz'));
    }
    return packs;
  }

  /** Adds an edition from its bytes. The data is parsed when first used and then kept. */
  add(bytes: Buffer, zipped = false): void {
    const text = zipped ? gunzipSync(bytes) : bytes;
    const hash = createHash('sha256').update(text).digest('hex');
    const { data, ...meta } = JSON.parse(text.toString('utf8')) as Omit<RulePack, 'hash'>;
    const list = this.bySubject.get(meta.subject) ?? [];
    this.bySubject.set(meta.subject, list);
    list.push({ meta: { ...meta, hash }, read: () => data });
  }

  get subjects(): string[] {
    return [...this.bySubject.keys()].sort();
  }

  editions(subject: string): Omit<RulePack, 'data'>[] {
    return (this.bySubject.get(subject) ?? []).map((e) => e.meta);
  }

  /** The edition in force on a local date `yyyy-MM-dd` (or an instant). @throws RangeError when there is none. */
  at<T = unknown>(subject: string, date: string, knownAt?: string): RulePack<T> {
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
    return { ...entry.meta, data: entry.read() as T };
  }

  /** Something computed once for an edition: a search index, a lookup map. */
  derived<T>(subject: string, date: string, name: string, compute: (pack: RulePack) => T): T {
    const pack = this.at(subject, date);
    const key = `${pack.hash}/${name}`;
    if (!this.kept.has(key)) this.kept.set(key, compute(pack));
    return this.kept.get(key) as T;
  }
}
