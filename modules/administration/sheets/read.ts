/** Cells of a spreadsheet file. Runs in a thread of its own: see `reader.ts`. */
import { readSheet } from 'read-excel-file/universal';
import { csvRows } from './csv.ts';
import { LIMITS, type SheetCell, SheetFault } from './limits.ts';
import { type SheetTable, tableOf } from './table.ts';
import { checkZip } from './zip.ts';

/** The table of the first sheet. */
export async function readCells(bytes: Uint8Array): Promise<SheetTable> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (isZip) checkZip(bytes);
  else if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new SheetFault('old-excel');
  const rows: SheetCell[][] = isZip ? (await workbook(bytes)).map((row) => row.map(cellOf)) : csvRows(bytes);
  const table = tableOf(rows.map((row) => row.slice(0, lastOf(row)).map(cut)));
  if (!table) throw new SheetFault('empty');
  if (table.rows.length > LIMITS.rows) throw new SheetFault('too-many-rows');
  if (table.columns.length > LIMITS.columns) throw new SheetFault('too-many-columns');
  return table;
}

/** Formats reach further than what is written: cells after the last that holds something do not count. */
const lastOf = (row: readonly SheetCell[]): number => row.findLastIndex((cell) => cell !== '') + 1;

async function workbook(bytes: Uint8Array): Promise<unknown[][]> {
  try {
    return await readSheet(new Blob([bytes as Uint8Array<ArrayBuffer>]), 1);
  } catch {
    throw new SheetFault('broken');
  }
}

const cut = (cell: SheetCell): SheetCell => (typeof cell === 'string' ? cell.slice(0, LIMITS.cell) : cell);

function cellOf(cell: unknown): SheetCell {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  // Excel keeps binary fractions: 0.1 + 0.2 is meant as 0.3, to fifteen digits.
  if (typeof cell === 'number') return Number(cell.toPrecision(15));
  return String(cell).normalize('NFC').trim();
}
