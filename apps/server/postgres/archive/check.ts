import { UnreadableBackup } from '@mach/store';
import type { BaseSection } from './base.ts';
import { readSealed } from './sealed.ts';
import type { Base, Chunk, Series } from './series.ts';
import { choose } from './unpack.ts';
import type { ChunkSection } from './wal.ts';

export interface SeriesFound {
  bases: number;
  pieces: number;
  bytes: number;
  /** Every instant from here … */
  from: string;
  /** … to here can be restored. */
  coveredUntil: string;
}

async function checkBase(series: Series, base: Base): Promise<void> {
  const { reader } = await readSealed<BaseSection>(base.path, series.master);
  for (let files = 0; ; ) {
    const section = await reader.next();
    if (section.kind === 'file') files++;
    if (section.kind !== 'end') continue;
    if (section.files !== files) throw new UnreadableBackup(`${base.path}: ${files} files of ${section.files}`);
    return;
  }
}

async function checkChunk(series: Series, chunk: Chunk): Promise<number> {
  const { reader } = await readSealed<ChunkSection>(chunk.path, series.master);
  while ((await reader.next()).kind !== 'log');
  let bytes = 0;
  for await (const piece of reader.body()) bytes += piece.length;
  if (BigInt(bytes) !== chunk.to - chunk.from)
    throw new UnreadableBackup(`${chunk.path}: ${bytes} bytes of the log, ${chunk.to - chunk.from} by its name`);
  return bytes;
}

/** Reads every file of a series to its end, and looks for gaps. @throws UnreadableBackup naming what is wrong */
export async function checkSeries(series: Series): Promise<SeriesFound> {
  const { bases, chunks } = series;
  let bytes = 0;
  for (const base of bases) {
    await checkBase(series, base);
    bytes += base.bytes;
  }
  for (const chunk of chunks) bytes += await checkChunk(series, chunk);
  const { base, coveredUntil } = choose(series, undefined);
  return { bases: bases.length, pieces: chunks.length, bytes, from: base.at, coveredUntil };
}
