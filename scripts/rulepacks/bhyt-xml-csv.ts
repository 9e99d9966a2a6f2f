import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableName } from '../../packages/vn/xml/pack.ts';
import { ROOT } from './bhyt-write.ts';

/** Folder of official data beside the project; not part of it. */
export const SHARED_DATA = process.env.MACH_SHARED_DATA ?? join(ROOT, '../shared/data');

export type CsvRow = Record<string, string>;

/** Comma-separated text with quoted cells that may hold line breaks. */
export function parseCsv(text: string): CsvRow[] {
  const cells: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      cells.at(-1)?.push(cell);
      cell = '';
      if (c === '\n') cells.push([]);
    } else cell += c;
  }
  cells.at(-1)?.push(cell);
  const [header = [], ...rows] = cells.filter((row) => row.length > 1);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, (row[i] ?? '').normalize('NFC').trim()])));
}

const TABLE = /^bang\s*(\d+|check)/i;

/** XML0…XML15 of a sheet name such as "Bang 8 _Tom tat HSBA". */
export function tableName(sheet: string): TableName {
  const match = TABLE.exec(sheet);
  if (!match) throw new Error(`unknown sheet ${sheet}`);
  return (match[1]?.toLowerCase() === 'check' ? 'XML0' : `XML${match[1]}`) as TableName;
}

export interface OfficialField {
  table: TableName;
  name: string;
  type: 'S' | 'N';
  max: number | null;
  meaning: string;
}

export interface PortalField {
  mandatory: string;
  check: string;
  meaning: string;
}

const MAX_CHANGE = /Tăng kích thước tối đa lên\s+(\d+)/;

/** Fields of QĐ 130 with the corrections of QĐ 4750, in annex order. */
export function officialFields(): OfficialField[] {
  const rows = parseCsv(readFileSync(join(SHARED_DATA, 'bhyt-xml/qd130_qd4750_fields.csv'), 'utf8'));
  return rows.map((row) => {
    const amended = row.amendment_qd4750 ?? '';
    const larger = MAX_CHANGE.exec(amended)?.[1];
    const toText = /Đổi kiểu dữ liệu thành chuỗi/.test(amended);
    const max = larger ?? row.max_length ?? 'n';
    return {
      table: tableName(row.table ?? ''),
      name: row.field ?? '',
      type: row.type === 'Số' && !toText ? 'N' : 'S',
      max: max === 'n' ? null : Number(max),
      meaning: row.meaning_qd130 || amended,
    };
  });
}

/** The portal's own sheet: what is mandatory and what it checks, by "XMLn FIELD". */
export function portalFields(): Map<string, PortalField> {
  const rows = parseCsv(readFileSync(join(SHARED_DATA, 'bhyt-xml/qd4750_portal_validation.csv'), 'utf8'));
  return new Map(
    rows.map((row) => [
      `${tableName(row.table ?? '')} ${row.field}`,
      { mandatory: row.mandatory ?? '', check: row.portal_check ?? '', meaning: row.meaning ?? '' },
    ]),
  );
}

/** First sentence of an official explanation, cut for a tooltip. */
export function shortMeaning(text: string): string {
  const first = text
    .replace(/^(Bổ sung trường mới|Sửa lại diễn giải|Đính chính|Bổ sung thêm trường dự phòng)\s*:?\s*/i, '')
    .split(/\n|(?<=[^.\d])[.;](?:\s|$)/)[0]
    ?.trim();
  const clean = (first ?? '').replace(/^(Ghi|Là)\s+/, '').replace(/[,:]$/, '');
  return clean.length <= 140 ? clean : `${clean.slice(0, 137).replace(/\s+\S*$/, '')}…`;
}
