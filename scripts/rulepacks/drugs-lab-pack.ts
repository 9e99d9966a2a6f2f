/**
 * Reading and writing rule packs whose big tables are columnar, one row per line,
 * so that a change of one row is a change of one line in the history.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export const repoRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const sharedData = process.env.MACH_SHARED_DATA ?? join(repoRoot, '..', 'shared', 'data');

export interface Table {
  columns: string[];
  rows: unknown[][];
}

export interface Pack {
  data: Record<string, unknown>;
  [key: string]: unknown;
}

function isTable(value: unknown): value is Table {
  return (
    typeof value === 'object' &&
    value !== null &&
    'columns' in value &&
    'rows' in value &&
    Array.isArray(value.columns) &&
    Array.isArray(value.rows)
  );
}

function tableText(table: Table): string {
  const rows = table.rows.map((row) => `        ${JSON.stringify(row)}`).join(',\n');
  return `{\n      "columns": ${JSON.stringify(table.columns)},\n      "rows": [\n${rows}\n      ]\n    }`;
}

/** Text of a pack: head fields one a line, tables one row a line. */
export function packText(pack: Pack): string {
  const head = Object.entries(pack)
    .filter(([key]) => key !== 'data')
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
    .join('');
  const data = Object.entries(pack.data)
    .map(([key, value]) => {
      const text = isTable(value) ? tableText(value) : JSON.stringify(value);
      return `    ${JSON.stringify(key)}: ${text}`;
    })
    .join(',\n');
  return `{\n${head}  "data": {\n${data}\n  }\n}\n`;
}

export function readPack(path: string): Pack {
  return JSON.parse(readFileSync(path, 'utf8')) as Pack;
}

export function writePack(path: string, pack: Pack): void {
  writeFileSync(path, packText(pack));
}

export function tableOf(pack: Pack, name: string): Table {
  const value = pack.data[name];
  if (!isTable(value)) throw new Error(`pack has no table "${name}"`);
  return value;
}

/** Position of a column; a missing one is a broken pack. */
export function columnOf(table: Table, name: string): number {
  const index = table.columns.indexOf(name);
  if (index < 0) throw new Error(`no column "${name}"`);
  return index;
}

/** RFC 4180 text (quotes, quoted line breaks) to rows of cells. */
export function parseDelimited(text: string, delimiter = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (quoted) {
      if (ch === '"' && text[i + 1] === '"') {
        cell += '"';
        i++;
      } else if (ch === '"') quoted = false;
      else cell += ch;
    } else if (ch === '"' && cell === '') quoted = true;
    else if (ch === delimiter) {
      row.push(cell);
      cell = '';
    } else if (ch === '\n') {
      row.push(cell.replace(/\r$/, ''));
      rows.push(row);
      row = [];
      cell = '';
    } else cell += ch;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows.filter((cells) => cells.some((c) => c !== ''));
}

/** A CSV/TSV file of the shared data (gz or plain) as records by its header row. */
export function readRecords(relative: string, delimiter = ','): Record<string, string>[] {
  const bytes = readFileSync(join(sharedData, relative));
  const text = (relative.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  const [header = [], ...rows] = parseDelimited(text.normalize('NFC'), delimiter);
  return rows.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])));
}
