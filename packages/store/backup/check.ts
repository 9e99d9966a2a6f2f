import { UnreadableBackup } from './seal-stream.ts';
import type { Manifest, SectionReader } from './sections.ts';

/** Reads a backup to its end, and counts its rows against its manifest. @throws UnreadableBackup naming what is short */
export async function checkBackup(reader: SectionReader): Promise<{ manifest: Manifest; rows: number; files: number }> {
  const start = await reader.next();
  if (start.kind !== 'start') throw new UnreadableBackup('the backup does not begin with its manifest');
  const due = new Map(start.manifest.tables.map((t) => [t.table, t.rows]));
  let rows = 0;
  let files = 0;
  for (;;) {
    const section = await reader.next();
    if (section.kind === 'end') break;
    if (section.kind === 'file') files++;
    if (section.kind !== 'table') continue;
    let lines = 0;
    for await (const piece of reader.body()) for (const byte of piece) if (byte === 0x0a) lines++;
    if (lines !== due.get(section.table))
      throw new UnreadableBackup(`${section.table}: ${lines} rows, the manifest says ${due.get(section.table)}`);
    due.delete(section.table);
    rows += lines;
  }
  if (due.size > 0) throw new UnreadableBackup(`missing: ${[...due.keys()].join(', ')}`);
  return { manifest: start.manifest, rows, files };
}
