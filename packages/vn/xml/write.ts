import { refuse } from '@mach/base/problem.ts';
import { cdata, escapeText } from './escape.ts';
import { formatValue, type XmlValue } from './format.ts';
import { fieldOrder, type MoneyOrder, type TableName, type XmlField, type XmlPack } from './pack.ts';

export interface WriteOptions {
  /** Two orders of the money elements are in use; the annex's is the default. */
  moneyOrder?: MoneyOrder;
  /** Free text as CDATA instead of entities. */
  text?: 'escape' | 'cdata';
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

/** One table of the claim. Every field is written, empty ones as an element without text. */
export function writeTable(
  name: TableName,
  rows: readonly Readonly<Record<string, XmlValue>>[],
  pack: XmlPack,
  options: WriteOptions = {},
): string {
  const table = pack.tables[name];
  if (table.root === null) {
    throw refuse(422, 'table-not-sent', {
      vi: `${name} không gửi trong hồ sơ: nhập trực tiếp trên cổng.`,
      en: `${name} is not part of the file: it is typed on the portal.`,
    });
  }
  if (!table.row && rows.length !== 1) {
    throw refuse(422, 'one-row-table', { vi: `${name} chỉ có một dòng.`, en: `${name} holds one row.` });
  }
  const fields = fieldOrder(pack, name, options.moneyOrder ?? pack.moneyOrder.default);
  const bodies = rows.map((row) => fields.map((field) => element(field, row[field.name], options)).join(''));
  const inner =
    table.row && table.list
      ? `<${table.list}>${bodies.map((body) => `<${table.row}>${body}</${table.row}>`).join('')}</${table.list}>`
      : bodies.join('');
  const signature = name === 'XML0' ? '<CHUKYDONVI></CHUKYDONVI>' : '';
  return `${DECLARATION}<${table.root}>${inner}${signature}</${table.root}>`;
}

function element(field: XmlField, value: XmlValue, options: WriteOptions): string {
  const text = formatValue(field, value);
  const free = field.type === 'S' && (field.max === null || field.max >= 255);
  const body = options.text === 'cdata' && free && /[&<>]/.test(text) ? cdata(text) : escapeText(text);
  return `<${field.name}>${body}</${field.name}>`;
}
