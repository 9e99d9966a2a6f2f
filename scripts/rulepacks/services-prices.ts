/**
 * Prices for the demonstration hospital. They are NOT a tariff: real prices are set per facility by the authority in
 * charge and change by resolution. Each is marked `demo` in the pack. Services of one price group (the last four digits
 * of the code) cost the same, as in the real tariff, and the sizes are plausible, so that bills and claims look natural.
 */
import { readEdition, type Table } from './lib.ts';

/** Price of a group, in đồng, by cost group and class, before the spread. */
const BASE: Readonly<Record<string, number>> = {
  '1': 68_000,
  '2': 190_000,
  '3': 120_000,
  '8.PD': 5_400_000,
  '8.P1': 3_200_000,
  '8.P2': 1_900_000,
  '8.P3': 950_000,
  '18.TD': 1_150_000,
  '18.T1': 480_000,
  '18.T2': 260_000,
  '18.T3': 96_000,
  '18': 74_000,
};

/** Deterministic spread of 0.6 to 1.7 by the digits of the price group (FNV-1a, 32 bits). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (const c of text) hash = Math.imul(hash ^ c.charCodeAt(0), 0x01000193) >>> 0;
  return 0.6 + (hash % 1_101) / 1_000;
}

const columnOf = (table: Table, name: string): number => {
  const i = table.columns.indexOf(name);
  if (i < 0) throw new Error(`No column ${name}`);
  return i;
};

/** What the laboratory and imaging catalogue of the demo hospital charges, by price group. */
function cataloguePrices(): Map<string, number> {
  const prices = new Map<string, number>();
  const { data } = readEdition('lab', '2026-01-01');
  for (const name of ['tests', 'services']) {
    const table = data[name] as Table;
    const [code, price] = [columnOf(table, 'serviceCode'), columnOf(table, 'price')];
    for (const row of table.rows) {
      const group = String(row[code] ?? '').split('.')[2];
      const value = Number(row[price]);
      if (group && value > 0 && !prices.has(group)) prices.set(group, value);
    }
  }
  return prices;
}

/** Examination services and their prices in the demo hospital. */
export function examPrices(): Map<string, number> {
  const { data } = readEdition('demo-hospital', '2026-01-01');
  const table = data.examServices as Table;
  const [code, price] = [columnOf(table, 'code'), columnOf(table, 'price')];
  return new Map(table.rows.map((row) => [String(row[code]), Number(row[price])]));
}

/** Price groups that an outpatient clinic charges daily, near what such a service costs in public tariffs. */
const DAILY: Readonly<Record<string, number>> = {
  '0075': 35_600, // cắt chỉ
  '0200': 60_000, // thay băng dưới 15 cm
  '0201': 85_000,
  '0202': 118_000,
  '0203': 139_600,
  '0216': 184_000, // khâu vết thương nông dưới 10 cm
  '0217': 248_000,
  '0222': 37_000, // chôn chỉ, chườm và các thủ thuật y học cổ truyền nhẹ
  '0224': 65_300, // châm
  '0227': 148_000, // cấy chỉ
  '0228': 36_100, // cứu
  '0230': 71_400, // điện châm
  '0271': 70_100, // thủy châm
  '0280': 69_300, // xoa bóp bấm huyệt
  '0898': 23_000, // khí dung
  '1020': 143_000, // lấy cao răng hai hàm
};

const priced = new Map([...Object.entries(DAILY), ...cataloguePrices()]);

/** Price in whole đồng, a multiple of 100; the first service of a price group sets it for all of them. */
export function demoPrice(code: string, group: string, procedureClass: string): number {
  const priceGroup = code.split('.')[2] ?? code;
  const known = priced.get(priceGroup);
  if (known !== undefined) return known;
  // "TBD" is how two rows write the special class.
  const base = BASE[`${group}.${procedureClass.replace('TBD', 'TD')}`] ?? BASE[group] ?? 90_000;
  const price = Math.round((base * spread(priceGroup)) / 100) * 100;
  priced.set(priceGroup, price);
  return price;
}
