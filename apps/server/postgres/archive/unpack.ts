import { createWriteStream, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type SectionReader, UnreadableBackup } from '@mach/store';
import type { BaseSection } from './base.ts';
import { type Lsn, segmentName, segmentStart } from './lsn.ts';
import { readSealed } from './sealed.ts';
import { type Base, type Chunk, endOf, reach, type Series } from './series.ts';
import type { ChunkSection, Marks } from './wal.ts';

/** The log is replayed from pieces up to this long after the wanted instant, ms: clocks are not exact. */
const MARGIN = 10 * 60_000;
const SEGMENT = 16 * 1024 * 1024;

export interface Choice {
  base: Base;
  /** Without a gap from the base on. */
  chunks: Chunk[];
  /** Up to when the chosen history reaches. */
  coveredUntil: string;
}

/** Where a data folder may be put back to. */
export function choose(series: Series, until: string | undefined): Choice {
  const { bases, chunks } = series;
  const covered = series.coveredUntil;
  const whole = bases.filter((base) => reach(chunks, base.from) >= base.to);
  const base = whole.filter((b) => until === undefined || Date.parse(b.at) <= Date.parse(until)).at(-1);
  if (!base)
    throw new UnreadableBackup(
      whole[0] && until !== undefined
        ? `bản sao lưu chỉ có từ ${whole[0].at} · the archive begins at ${whole[0].at}, ${until} is earlier`
        : `${series.folder}: chưa có bản nền nào đủ · there is no complete base backup in it`,
    );
  const end = reach(chunks, base.from);
  const newest = endOf(chunks);
  const unbroken = end === newest;
  if (until !== undefined && covered !== undefined && unbroken && Date.parse(until) > Date.parse(covered))
    throw new UnreadableBackup(`bản sao lưu chỉ tới ${covered} · the archive reaches to ${covered}, ${until} is later`);
  const needed = chunks.filter((c) => c.to > base.from && c.from < end);
  return { base, chunks: needed, coveredUntil: unbroken ? (covered ?? base.at) : base.at };
}

function inside(dataDir: string, path: string): string {
  const safe = normalize(path);
  if (safe.startsWith('..') || safe.startsWith(sep))
    throw new UnreadableBackup(`a file outside the data folder: ${path}`);
  return join(dataDir, safe);
}

async function putFile(dataDir: string, path: string, reader: SectionReader<object>): Promise<void> {
  const full = inside(dataDir, path);
  mkdirSync(dirname(full), { recursive: true, mode: 0o700 });
  await pipeline(Readable.from(reader.body()), createWriteStream(full, { mode: 0o600 }));
}

/** Puts a base backup into a folder that has no cluster yet. */
export async function unpackBase(series: Series, base: Base, dataDir: string): Promise<void> {
  const cluster = join(dataDir, 'postgres');
  if (existsSync(cluster) && readdirSync(cluster).length > 0)
    throw new Error(
      `${dataDir} đã có dữ liệu: phục hồi chỉ vào thư mục trống · there is data already: restore into an empty folder`,
    );
  const { reader } = await readSealed<BaseSection>(base.path, series.master);
  const start = await reader.next();
  if (start.kind !== 'start') throw new UnreadableBackup('the base backup does not begin with its folders');
  for (const folder of start.folders)
    mkdirSync(inside(cluster, folder === '' ? '.' : folder), { recursive: true, mode: 0o700 });
  let files = 0;
  for (;;) {
    const section = await reader.next();
    if (section.kind === 'end') {
      if (section.files !== files) throw new UnreadableBackup(`${files} files, ${section.files} were saved`);
      return;
    }
    if (section.kind !== 'file') throw new UnreadableBackup(`an unknown part: ${section.kind}`);
    await putFile(dataDir, section.path, reader);
    files++;
  }
}

/** Writes the log's pieces as the segments that PostgreSQL replays. Numbers given out later are read from all pieces. */
export async function unpackLog(
  series: Series,
  { base, chunks }: Choice,
  dataDir: string,
  until: string | undefined,
): Promise<{ marks: Marks; bytes: number }> {
  const marks: Marks = {};
  const segment = new SegmentWriter(join(dataDir, 'postgres', 'pg_wal'));
  let written = 0;
  let beyond = false;
  try {
    for (const piece of chunks) {
      const { head, reader, close } = await readSealed<ChunkSection>(piece.path, series.master);
      const first = await reader.next();
      if (first.kind !== 'marks') throw new UnreadableBackup(`${piece.path}: it does not begin with its numbers`);
      raise(marks, first.marks);
      if (beyond) close();
      else written += await unpackChunk(reader, piece, dataDir, segment);
      // What lies further behind the wanted instant need not be replayed.
      beyond ||= until !== undefined && Date.parse(head.at) > Date.parse(until) + MARGIN && piece.to >= base.to;
    }
  } finally {
    await segment.close();
  }
  return { marks, bytes: written };
}

async function unpackChunk(
  reader: SectionReader<ChunkSection>,
  piece: Chunk,
  dataDir: string,
  segment: SegmentWriter,
): Promise<number> {
  for (;;) {
    const section = await reader.next();
    if (section.kind === 'file') await putFile(dataDir, section.path, reader);
    else if (section.kind === 'log') break;
    else throw new UnreadableBackup(`${piece.path}: an unknown part`);
  }
  let place = piece.from;
  for await (const bytes of reader.body()) {
    await segment.write(piece.timeline, place, bytes);
    place += BigInt(bytes.length);
  }
  if (place !== piece.to) throw new UnreadableBackup(`${piece.path}: bytes of the log are missing`);
  return Number(piece.to - piece.from);
}

/** Writes into one segment after the other. Each is full of zeros first: the log ends where no record begins. */
class SegmentWriter {
  private readonly folder: string;
  private name = '';
  private handle: FileHandle | undefined;
  constructor(folder: string) {
    this.folder = folder;
  }

  async write(timeline: number, place: Lsn, bytes: Buffer): Promise<void> {
    const name = segmentName(timeline, place, SEGMENT);
    if (name !== this.name) {
      await this.close();
      const path = join(this.folder, name);
      writeFileSync(path, '', { mode: 0o600 });
      this.handle = await open(path, 'r+');
      await this.handle.truncate(SEGMENT);
      this.name = name;
    }
    await this.handle?.write(bytes, 0, bytes.length, Number(place - segmentStart(place, SEGMENT)));
  }

  async close(): Promise<void> {
    await this.handle?.sync();
    await this.handle?.close();
    this.handle = undefined;
  }
}

/** The highest of both. */
export function raise(marks: Marks, by: Marks): void {
  for (const [tenant, counters] of Object.entries(by)) {
    const known = marks[tenant] ?? {};
    marks[tenant] = known;
    for (const [name, value] of Object.entries(counters)) known[name] = Math.max(known[name] ?? 0, value);
  }
}
