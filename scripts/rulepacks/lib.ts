/**
 * Shared parts of the rule-pack writers: reading the published tables, and writing editions whose bytes depend on
 * nothing but their content (one table row per line, so that a correction shows as one changed line).
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

export const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Folder of the official tables; they are read, never copied into the project. */
export const sharedData = process.env.MACH_SHARED_DATA ?? resolve(repoRoot, '../shared/data');

export interface Table {
  columns: string[];
  rows: unknown[][];
}

export interface PackSource {
  document: string;
  article?: string;
  certainty: 'H' | 'M' | 'L';
}

export interface Edition {
  subject: string;
  edition: string;
  validFrom: string;
  validTo: string | null;
  knownFrom: string;
  source: PackSource[];
  data: Record<string, unknown>;
}

/** RFC 4180: quotes, doubled quotes, line breaks inside quotes. */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') {
      row.push(cell);
      cell = '';
    } else if (c === '\n') {
      row.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
      rows.push(row);
      row = [];
      cell = '';
    } else cell += c;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  const [header = [], ...body] = rows;
  return body.map((r) => Object.fromEntries(header.map((h, i) => [h, (r[i] ?? '').normalize('NFC').trim()])));
}

export function readText(path: string): string {
  const bytes = readFileSync(join(sharedData, path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export function readCsv(path: string): Record<string, string>[] {
  return parseCsv(readText(path));
}

/** A cell of a CSV record; a missing column is a changed source, which must stop the writer. */
export function cell(record: Record<string, string>, column: string): string {
  const value = record[column];
  if (value === undefined) throw new Error(`Column "${column}" is missing; columns: ${Object.keys(record).join(', ')}`);
  return value;
}

const isTable = (v: unknown): v is Table =>
  typeof v === 'object' && v !== null && Array.isArray((v as Table).columns) && Array.isArray((v as Table).rows);

function print(value: unknown, indent: string): string {
  const deeper = `${indent}  `;
  if (isTable(value)) {
    const rest = Object.entries(value).filter(([k]) => k !== 'rows');
    const head = rest.map(([k, v]) => `${deeper}${JSON.stringify(k)}: ${JSON.stringify(v)},\n`).join('');
    if (value.rows.length === 0) return `{\n${head}${deeper}"rows": []\n${indent}}`;
    return `{\n${head}${deeper}"rows": [\n${value.rows.map((r) => JSON.stringify(r)).join(',\n')}\n${deeper}]\n${indent}}`;
  }
  if (Array.isArray(value)) {
    const flat = JSON.stringify(value);
    if (flat.length <= 100 || value.length === 0) return flat;
    return `[\n${value.map((v) => deeper + print(v, deeper)).join(',\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    if (entries.length === 0) return '{}';
    const flat = JSON.stringify(value);
    if (flat.length <= 100) return flat;
    return `{\n${entries.map(([k, v]) => `${deeper}${JSON.stringify(k)}: ${print(v, deeper)}`).join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value);
}

/** Above this raw size an edition is stored compressed. */
const COMPRESS_ABOVE = 1_000_000;

export function writeEdition(edition: Edition): void {
  const folder = join(repoRoot, 'rulepacks', edition.subject);
  mkdirSync(folder, { recursive: true });
  const text = `${print(edition, '')}\n`;
  const raw = Buffer.from(text, 'utf8');
  const plain = join(folder, `${edition.edition}.json`);
  const packed = `${plain}.gz`;
  const compress = raw.length > COMPRESS_ABOVE;
  if (compress) {
    // Node writes mtime 0 already; byte 9 names the operating system and would differ between machines.
    const bytes = gzipSync(raw, { level: 9 });
    bytes[9] = 255;
    writeFileSync(packed, bytes);
    if (existsSync(plain)) rmSync(plain);
    console.log(`${edition.subject}/${edition.edition}.json.gz  ${raw.length} → ${bytes.length} bytes`);
  } else {
    writeFileSync(plain, raw);
    if (existsSync(packed)) rmSync(packed);
    console.log(`${edition.subject}/${edition.edition}.json  ${raw.length} bytes`);
  }
}

export function readEdition(subject: string, edition: string): Edition {
  const plain = join(repoRoot, 'rulepacks', subject, `${edition}.json`);
  const text = existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  return JSON.parse(text) as Edition;
}
