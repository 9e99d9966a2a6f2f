import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { withClient } from '../roles.ts';
import { changeUrl } from '../url.ts';
import { houseFiles, takeBase } from './base.ts';
import { type Lsn, segmentStart } from './lsn.ts';
import { type Base, openRoot, reach, replaceFile, Series } from './series.ts';
import { raise } from './unpack.ts';
import { copyLog, currentPlace, holdLog, type Marks, type Place, resumeAt, sameLog, slotState } from './wal.ts';

export interface ArchiveOptions {
  superuserUrl: string;
  /** The cluster's folder. */
  cluster: string;
  dataDir: string;
  /** The backup folder. */
  root: string;
  secret: string;
  /** Version of the program. */
  program: string;
}

/** The archive knows of deeds that the database has forgotten. */
export class LostLog extends Error {
  constructor(archive: string) {
    super(
      `cơ sở dữ liệu đã mất phần cuối của nhật ký, bản lưu trữ ${archive} có phần đó: hãy phục hồi từ đó · the database has lost the end of its log: restore from the archive`,
    );
  }
}

/** What the data folder remembers of its archive. */
interface Memory {
  root: string;
  series: string;
}

export interface Copied {
  series: string;
  coveredUntil: string;
  /** Bytes written now. */
  bytes: number;
  end: Lsn;
  /** True: a base backup is needed, for there is none whose log is unbroken up to now. */
  needsBase: boolean;
}

/**
 * The archive of one data folder: base backups, and every minute what the log has grown by. Two processes may hold one
 * (the server and a tool beside it): each deed holds a lock of the database.
 */
export class Archive {
  private readonly options: ArchiveOptions;
  /** Numbers and keys since the beginning of the segment that is being copied. */
  private marks: Marks = {};
  private marksFrom: string | undefined;
  private readonly keys = new Map<string, string>();
  private fresh: { path: string; full: string }[] = [];
  private segment: Lsn | undefined;
  private compared = false;

  constructor(options: ArchiveOptions) {
    this.options = options;
  }

  /** Copies what the log has grown by. */
  copy(): Promise<Copied> {
    return this.locked((client) => this.copyNow(client));
  }

  /** Whether the database is still where its archive left it. @throws when it has gone back */
  async compare(): Promise<void> {
    const memory = this.memory();
    if (memory?.root !== this.options.root || !existsSync(join(this.options.root, `archive-${memory.series}`))) return;
    await this.locked(async (client) => {
      const { series, place } = await this.open(client);
      if (!(await sameLog(this.options.cluster, series, place.segmentBytes))) throw new LostLog(series.folder);
    });
  }

  /** A base backup, and the log that completes it. */
  base(): Promise<{ base: Base; copied: Copied }> {
    return this.locked(async (client) => {
      const { cluster, dataDir, program } = this.options;
      // The log is held from before the base begins.
      await this.copyNow(client);
      const { series } = await this.open(client);
      const { at } = await currentPlace(client);
      const base = await takeBase(client, { cluster, dataDir, series, at, program });
      return { base, copied: await this.copyNow(client) };
    });
  }

  /** Removes bases older than `days`, the newest two always kept, and the log before the oldest one that stays. */
  async prune(now: Date, days: number): Promise<number> {
    const memory = this.memory();
    if (!memory || memory.root !== this.options.root) return 0;
    const folder = join(this.options.root, `archive-${memory.series}`);
    const series = Series.open(folder, this.options.secret);
    const { bases, chunks } = series;
    const limit = now.getTime() - days * 86_400_000;
    // The newest base older than the limit stays: with the log it reaches every instant of the period.
    const first = Math.max(
      0,
      bases.findLastIndex((base) => Date.parse(base.at) <= limit),
    );
    const stay = Math.min(first, Math.max(0, bases.length - 2));
    const oldest = bases[stay];
    if (!oldest) return 0;
    const old = [...bases.slice(0, stay), ...chunks.filter((chunk) => chunk.to <= oldest.from)];
    for (const { path } of old) await rm(path, { force: true });
    return old.length;
  }

  private async locked<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    openRoot(this.options.root, this.memory()?.root === this.options.root);
    return withClient(changeUrl(this.options.superuserUrl, { database: 'mach' }), async (client) => {
      await client.query(`select pg_advisory_lock(hashtext('mach archive'))`);
      return work(client);
    });
  }

  private memory(): Memory | undefined {
    const file = join(this.options.dataDir, 'archive.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Memory) : undefined;
  }

  /** The series that this database writes now: a new one after a restore, on a new disk, or under a new key. */
  private async open(client: pg.Client): Promise<{ series: Series; place: Place }> {
    const { root, secret, dataDir } = this.options;
    const place = await currentPlace(client);
    const memory = this.memory();
    if (memory?.root === root) {
      const folder = join(root, `archive-${memory.series}`);
      if (existsSync(join(folder, 'series.json'))) {
        const series = Series.open(folder, secret);
        if (series.facts.system === place.system && series.facts.timeline === place.timeline) return { series, place };
      }
    }
    const { system, timeline, at } = place;
    const series = Series.begin(root, { system, timeline, made: at }, secret);
    replaceFile(join(dataDir, 'archive.json'), { root, series: series.facts.series });
    return { series, place };
  }

  private async copyNow(client: pg.Client): Promise<Copied> {
    const { cluster } = this.options;
    const { series } = await this.open(client);
    await holdLog(client);
    const slot = await slotState(client);
    // Without an unbroken end to go on from, the log is kept from where the slot begins.
    const from = resumeAt(series, slot) ?? slot.from ?? 0n;
    const place = await currentPlace(client, from);
    if (!this.compared && !(await sameLog(cluster, series, place.segmentBytes))) throw new LostLog(series.folder);
    this.compared = true;
    const start = segmentStart(from, place.segmentBytes);
    if (this.segment !== start) {
      this.segment = start;
      this.marks = {};
      this.fresh = [];
    }
    await this.readMarks(client);
    await this.readKeys();
    const task = { cluster, series, place, from, marks: this.marks, files: this.fresh };
    const { end, bytes } = place.flushed > from ? await copyLog(client, task) : { end: from, bytes: 0 };
    const needsBase = !series.bases.some((base) => reach(series.chunks, base.from) >= end);
    series.coveredUntil = place.at;
    return { series: series.facts.series, coveredUntil: place.at, bytes, end, needsBase };
  }

  /** Counters that have changed since the last look. The first look reads all. */
  private async readMarks(client: pg.Client): Promise<void> {
    const { rows: known } = await client.query<{ there: boolean }>(
      `select to_regclass('public.counter') is not null as there`,
    );
    if (!known[0]?.there) return;
    // Taken before the rows are read: what commits in between is read by the next look.
    const { rows: snapshot } = await client.query<{ xmin: string }>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin',
    );
    const { rows } = await client.query<{ tenant: number; name: string; value: string }>(
      `select tenant, name, value::text from counter
       where $1::text is null or age(xmin) <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint - $1::bigint + 1`,
      [this.marksFrom ?? null],
    );
    this.marksFrom = snapshot[0]?.xmin;
    for (const { tenant, name, value } of rows) raise(this.marks, { [tenant]: { [name]: Number(value) } });
  }

  /** Keys that were made or changed since they were last copied. */
  private async readKeys(): Promise<void> {
    for (const file of await houseFiles(this.options.dataDir, ['keys'])) {
      const hash = createHash('sha256').update(readFileSync(file.full)).digest('hex');
      if (this.keys.get(file.path) === hash) continue;
      this.keys.set(file.path, hash);
      this.fresh.push(file);
    }
  }
}

/** Whether both folders are on one disk, so that its loss takes both. */
export function sameDisk(a: string, b: string): boolean {
  const [x, y] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false })?.dev);
  return x !== undefined && x === y;
}
