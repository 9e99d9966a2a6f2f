import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deriveKey, keyName, UnreadableBackup } from '@mach/store';
import { type Lsn, lsnName } from './lsn.ts';

/*
 * A backup folder:
 *   mach-backup                     says that this is a backup disk: where it is missing, the disk is
 *   archive-<series>/series.json    which database and timeline, which key
 *                    state.json     up to when everything is in it
 *                    base-<instant>-<from>-<to>.mab
 *                    wal/<timeline>-<from>-<to>.maw
 * A series is one unbroken history. A restored database begins a new one.
 */

const MARKER = 'mach-backup';
const BASE = /^base-(\d{8}T\d{6}Z)-([0-9a-f]{16})-([0-9a-f]{16})\.mab$/;
const CHUNK = /^([0-9a-f]{8})-([0-9a-f]{16})-([0-9a-f]{16})\.maw$/;

export interface SeriesFacts {
  series: string;
  /** PostgreSQL's identifier of the database. */
  system: string;
  timeline: number;
  made: string;
  salt: string;
  key: string;
}

export interface Base {
  path: string;
  at: string;
  /** The log is needed from here … */
  from: Lsn;
  /** … to here at least. */
  to: Lsn;
  bytes: number;
}

export interface Chunk {
  path: string;
  timeline: number;
  from: Lsn;
  to: Lsn;
}

/** The folder was a backup disk and is none now. */
export class MissingBackupDisk extends Error {}

export class Series {
  readonly folder: string;
  readonly facts: SeriesFacts;
  readonly master: Buffer;
  constructor(folder: string, facts: SeriesFacts, secret: string) {
    this.folder = folder;
    this.facts = facts;
    this.master = deriveKey(secret, Buffer.from(facts.salt, 'hex'));
    if (keyName(this.master) !== facts.key)
      throw new UnreadableBackup('Sai khoá của bản sao lưu · this is not the key of the backup');
  }

  static open(folder: string, secret: string): Series {
    const facts = JSON.parse(readFileSync(join(folder, 'series.json'), 'utf8')) as SeriesFacts;
    return new Series(folder, facts, secret);
  }

  /** Begins a history of a database at a timeline. */
  static begin(root: string, of: { system: string; timeline: number; made: string }, secret: string): Series {
    const series = `${of.made.slice(0, 10).replaceAll('-', '')}-${randomBytes(4).toString('hex')}`;
    const salt = randomBytes(16);
    const facts = { ...of, series, salt: salt.toString('hex'), key: keyName(deriveKey(secret, salt)) };
    const folder = join(root, `archive-${series}`);
    mkdirSync(join(folder, 'wal'), { recursive: true, mode: 0o700 });
    replaceFile(join(folder, 'series.json'), facts);
    return new Series(folder, facts, secret);
  }

  /** Oldest first. */
  get bases(): Base[] {
    return readdirSync(this.folder)
      .flatMap((name) => {
        const [, at = '', from = '', to = ''] = BASE.exec(name) ?? [];
        if (at === '') return [];
        const path = join(this.folder, name);
        const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        return [{ path, at: instantOf(at), from: BigInt(`0x${from}`), to: BigInt(`0x${to}`), bytes }];
      })
      .sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  basePath(at: string, from: Lsn, to: Lsn): string {
    return join(this.folder, `base-${at.slice(0, 19).replace(/[-:]/g, '')}Z-${lsnName(from)}-${lsnName(to)}.mab`);
  }

  /** In the order of the log; of two that begin together the longer one first. */
  get chunks(): Chunk[] {
    return chunksIn(this.folder);
  }

  chunkPath(from: Lsn, to: Lsn): string {
    const timeline = this.facts.timeline.toString(16).padStart(8, '0');
    return join(this.folder, 'wal', `${timeline}-${lsnName(from)}-${lsnName(to)}.maw`);
  }

  /** Up to when everything acknowledged is in the series. */
  get coveredUntil(): string | undefined {
    const file = join(this.folder, 'state.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { covered: string }).covered : undefined;
  }

  set coveredUntil(covered: string | undefined) {
    replaceFile(join(this.folder, 'state.json'), { covered });
  }
}

/** The pieces of a series' folder, in the order of the log; of two that begin together the longer one first. */
export function chunksIn(folder: string): Chunk[] {
  return readdirSync(join(folder, 'wal'))
    .flatMap((name) => {
      const [, timeline = '', from = '', to = ''] = CHUNK.exec(name) ?? [];
      if (timeline === '') return [];
      const path = join(folder, 'wal', name);
      return [{ path, timeline: Number.parseInt(timeline, 16), from: BigInt(`0x${from}`), to: BigInt(`0x${to}`) }];
    })
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to > b.to ? -1 : 1));
}

/** Where the newest piece ends; 0 where there is none. */
export function endOf(chunks: readonly Chunk[]): Lsn {
  let end = 0n;
  for (const { to } of chunks) if (to > end) end = to;
  return end;
}

/** How far the log reaches from a place without a gap. */
export function reach(chunks: readonly Chunk[], from: Lsn): Lsn {
  let end = from;
  for (const chunk of chunks) if (chunk.from <= end && chunk.to > end) end = chunk.to;
  return end;
}

const instantOf = (compact: string): string =>
  compact.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6.000Z');

export function replaceFile(path: string, content: object): void {
  writeFileSync(`${path}.part`, `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.part`, path);
}

/** The series of a backup folder, newest last; of a folder that is a series itself, that one. */
export function seriesIn(path: string): string[] {
  const root = resolve(path);
  if (existsSync(join(root, 'series.json'))) return [root];
  if (!existsSync(root)) return [];
  const made = (folder: string): string =>
    (JSON.parse(readFileSync(join(folder, 'series.json'), 'utf8')) as SeriesFacts).made;
  return readdirSync(root)
    .filter((name) => name.startsWith('archive-') && existsSync(join(root, name, 'series.json')))
    .map((name) => join(root, name))
    .sort((a, b) => (made(a) < made(b) ? -1 : 1));
}

/**
 * The backup folder, made where it is used for the first time. One that was used and has lost its marker is a disk that
 * is not there: nothing is written to the empty place where it belongs.
 * @throws MissingBackupDisk
 */
export function openRoot(root: string, usedBefore: boolean): void {
  if (existsSync(join(root, MARKER))) return;
  if (usedBefore)
    throw new MissingBackupDisk(
      `không thấy đĩa sao lưu tại ${root}; đĩa mới: tạo trong đó một tệp rỗng tên ${MARKER} · the backup disk is not at ${root}; for a new one make an empty file ${MARKER} in it`,
    );
  mkdirSync(root, { recursive: true, mode: 0o700 });
  writeFileSync(join(root, MARKER), '', { mode: 0o600 });
}
