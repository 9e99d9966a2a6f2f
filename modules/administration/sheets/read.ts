/** Cells of a spreadsheet file. Runs in a thread of its own: see `reader.ts`. */
import { readSheet } from 'read-excel-file/universal';
import { csvRows } from './csv.ts';
import { LIMITS, type SheetCell, SheetFault } from './limits.ts';
import { checkZip } from './zip.ts';

/** Rows of the first sheet, the headings first; empty rows left out. */
export async function readCells(bytes: Uint8Array): Promise<SheetCell[][]> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (isZip) checkZip(bytes);
  else if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new SheetFault('old-excel');
  const rows: SheetCell[][] = isZip ? (await workbook(bytes)).map((row) => row.map(cellOf)) : csvRows(bytes);
  const kept = rows.filter((row) => row.some((cell) => cell !== ''));
  const [head, ...body] = kept;
  if (!head || body.length === 0) throw new SheetFault('empty');
  if (body.length > LIMITS.rows) throw new SheetFault('too-many-rows');
  const width = Math.max(...kept.map((row) => row.length));
  if (width > LIMITS.columns) throw new SheetFault('too-many-columns');
  return kept.map((row) => Array.from({ length: width }, (_, i) => cut(row[i] ?? '')));
}

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
