/** Where the table of a sheet begins: hospitals put their name, a title and merged headings above it. Pure. */
import { foldText } from '@mach/base/fold.ts';
import { FIELDS, guessMapping, SHEET_KINDS } from './fields.ts';
import type { SheetCell } from './limits.ts';

export interface SheetTable {
  columns: string[];
  rows: SheetCell[][];
  /** The row of the file in which each of `rows` stands, as a spreadsheet counts. */
  numbers: number[];
}

/** Headings stand among so many first rows that hold anything. */
const LOOK = 25;

interface Numbered {
  cells: SheetCell[];
  number: number;
}

/** Undefined where there is nothing below the headings. */
export function tableOf(raw: readonly (readonly SheetCell[])[]): SheetTable | undefined {
  const width = raw.reduce((most, row) => Math.max(most, row.length), 0);
  const kept = raw.flatMap((row, i): Numbered[] =>
    row.some((cell) => cell !== '')
      ? [{ cells: Array.from({ length: width }, (_, at) => row[at] ?? ''), number: i + 1 }]
      : [],
  );
  const at = headingAt(kept);
  const [head, below, ...rest] = kept.slice(at);
  if (!head || !below) return undefined;
  const two = isSecondLine(head.cells, below, head.number);
  const body = two ? rest : [below, ...rest];
  if (body.length === 0) return undefined;
  return {
    columns: two ? joined(head.cells, below.cells) : head.cells.map(String),
    rows: body.map((row) => row.cells),
    numbers: body.map((row) => row.number),
  };
}

/** The first of the rows in which most columns are recognised; the first row where no other says more. */
function headingAt(rows: readonly Numbered[]): number {
  const known = ({ cells }: Numbered): number =>
    Math.max(
      ...SHEET_KINDS.map((kind) => guessMapping(kind, cells.map(String)).filter((field) => field !== null).length),
    );
  let best = { at: 0, score: 1 };
  // What nothing stands below is no heading.
  for (const [at, row] of rows.slice(0, Math.min(LOOK, rows.length - 1)).entries()) {
    const score = known(row);
    if (score > best.score) best = { at, score };
  }
  return best.at;
}

const CODES: ReadonlySet<string> = new Set(
  SHEET_KINDS.flatMap((kind) => FIELDS[kind].find((one) => one.required)?.headings ?? []),
);

/** Names below a merged heading: only words, something below an empty heading, and nothing below the code. */
function isSecondLine(head: readonly SheetCell[], below: Numbered, above: number): boolean {
  if (below.number !== above + 1) return false;
  const said = below.cells.map((cell, i) => ({ cell, under: head[i] ?? '' })).filter(({ cell }) => cell !== '');
  if (!said.every(({ cell }) => typeof cell === 'string' && /\p{L}/u.test(cell) && !/\d{3}/.test(cell))) return false;
  if (said.some(({ under }) => CODES.has(foldText(String(under)).trim()))) return false;
  return said.some(({ under }) => under === '');
}

/** "Đơn giá" over "Cơ sở" and "BHYT": "Đơn giá Cơ sở", "Đơn giá BHYT". */
function joined(head: readonly SheetCell[], below: readonly SheetCell[]): string[] {
  let merged = '';
  return head.map((cell, i) => {
    const name = String(below[i] ?? '');
    if (cell !== '') merged = String(cell);
    if (name === '') return String(cell);
    return `${merged} ${name}`.trim();
  });
}
