/** Writes the editions of the administrative units: `node scripts/rulepacks/admin-units.ts`. See rulepacks/admin-units/SOURCE.md. */
import { cell, readCsv, type Table, writeEdition } from './lib.ts';

type Row = Record<string, string>;

const provinces2026 = readCsv('admin-units/provinces_2026.csv');
const wards2026 = readCsv('admin-units/wards_2026.csv');
const conversion = readCsv('admin-units/ward_conversion_2025-07.csv.gz');
const wards2025 = readCsv('admin-units/old_wards_2025-01.csv.gz');

/** "Phường Ba Đình" → type and name. The lists write some types in lower case or without their mark ("xã", "Xa"). */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^thành phố /i, 'Thành phố'],
  [/^tỉnh /i, 'Tỉnh'],
  [/^quận /i, 'Quận'],
  [/^huyện /i, 'Huyện'],
  [/^thị xã /i, 'Thị xã'],
  [/^th[ịi] trấn /i, 'Thị trấn'],
  [/^phường /i, 'Phường'],
  [/^đặc khu /i, 'Đặc khu'],
  [/^x[ãa] /i, 'Xã'],
];

function unit(full: string): { name: string; type: string } {
  for (const [pattern, type] of TYPES) if (pattern.test(full)) return { name: full.replace(pattern, '').trim(), type };
  return { name: full.trim(), type: '' };
}

/**
 * The lists differ in where they write the tone of open syllables ("Hoà", "Hòa") and in the apostrophe; one way is kept,
 * so that a unit keeps its name from edition to edition. "quý" has its vowel in y and stays.
 */
const TONES: Readonly<Record<string, string>> = {
  oà: 'òa',
  oá: 'óa',
  oả: 'ỏa',
  oã: 'õa',
  oạ: 'ọa',
  uỳ: 'ùy',
  uý: 'úy',
  uỷ: 'ủy',
  uỹ: 'ũy',
  uỵ: 'ụy',
  Uý: 'Úy',
};
const usual = (s: string): string =>
  s
    .normalize('NFC')
    .replace(/’/g, "'")
    .replace(/(?<![qQ])(?:o[àáảãạ]|[uU][ỳýỷỹỵ])(?!\p{L})/gu, (pair) => TONES[pair] ?? pair);

const distinct = (rows: Iterable<unknown[]>): unknown[][] => {
  const seen = new Map<unknown, unknown[]>();
  for (const row of rows) if (!seen.has(row[0])) seen.set(row[0], row);
  return [...seen.values()].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
};

const types2025 = new Map(wards2025.map((r) => [cell(r, 'ward_code'), cell(r, 'unit_type')]));

const named = (code: string, full: string, ...more: unknown[]): unknown[] => {
  const { name, type } = unit(usual(full));
  // Two wards of the conversion table lost their type; the list of 2025 has it.
  return [code, name, type || (types2025.get(code) ?? ''), ...more];
};

const PROVINCE_COLUMNS = ['code', 'name', 'type'];
const WARD_COLUMNS = ['code', 'name', 'type', 'province'];

/** Letters of the column `part`: what of the old unit went to the new one. */
const PART_KEYS = {
  W: 'whole',
  P: 'part',
  A: 'part of the area only',
  N: 'all people with part of the area',
  U: 'unchanged or renamed',
};

function part(note: string): string {
  if (/^nhập toàn bộ( diện tích)?$/i.test(note) || /^sắp xếp toàn bộ/i.test(note)) return 'W';
  if (/toàn bộ dân số/i.test(note)) return 'N';
  if (/một phần diện tích/i.test(note)) return 'A';
  if (/^giữ nguyên$/i.test(note) || /^đổi (tên|loại hình)$/i.test(note)) return 'U';
  if (/một phần|phần còn lại/i.test(note)) return 'P';
  throw new Error(`A note of the conversion is not understood: ${note}`);
}

/** Districts that were one unit (island districts) have no ward of their own: the district stands for it. */
const oldWard = (r: Row): string => cell(r, 'old_ward_code') || `H${cell(r, 'old_district_code')}`;

function former(): { provinces: Table; districts: Table; wards: Table } {
  return {
    provinces: {
      columns: PROVINCE_COLUMNS,
      rows: distinct(
        conversion
          .filter((r) => unit(cell(r, 'old_province')).type !== '')
          .map((r) => named(cell(r, 'old_province_code'), cell(r, 'old_province'))),
      ),
    },
    districts: {
      columns: ['code', 'name', 'type', 'province'],
      rows: distinct(
        conversion.map((r) =>
          named(cell(r, 'old_district_code'), cell(r, 'old_district'), cell(r, 'old_province_code')),
        ),
      ),
    },
    wards: {
      columns: ['code', 'name', 'type', 'district'],
      rows: distinct(
        conversion.map((r) =>
          named(oldWard(r), cell(r, 'old_ward') || cell(r, 'old_district'), cell(r, 'old_district_code')),
        ),
      ),
    },
  };
}

function conversions(newCode: (r: Row) => string): Table {
  const rows = conversion.map((r) => [oldWard(r), newCode(r), part(cell(r, 'note'))]);
  rows.sort((a, b) => (a.join() < b.join() ? -1 : 1));
  return { columns: ['from', 'to', 'part'], rows };
}

const REFORM = {
  document: 'Nghị quyết 202/2025/QH15 và các nghị quyết sắp xếp đơn vị hành chính cấp xã (01/07/2025)',
  certainty: 'H' as const,
};

writeEdition({
  subject: 'admin-units',
  edition: '2025-01-01',
  validFrom: '2025-01-01',
  validTo: '2025-06-30',
  knownFrom: '2025-01-04',
  source: [{ document: 'Danh mục hành chính của Tổng cục Thống kê, kết xuất 04/01/2025', certainty: 'H' }],
  data: {
    provinces: {
      columns: PROVINCE_COLUMNS,
      rows: distinct(wards2025.map((r) => named(cell(r, 'province_code'), cell(r, 'province')))),
    },
    districts: {
      columns: ['code', 'name', 'type', 'province'],
      rows: distinct(
        wards2025.map((r) => named(cell(r, 'district_code'), cell(r, 'district'), cell(r, 'province_code'))),
      ),
    },
    wards: {
      columns: ['code', 'name', 'type', 'district'],
      rows: distinct(
        wards2025
          .filter((r) => cell(r, 'ward_code') !== '')
          .map((r) => named(cell(r, 'ward_code'), cell(r, 'ward'), cell(r, 'district_code'))),
      ),
    },
  },
});

writeEdition({
  subject: 'admin-units',
  edition: '2025-07-01',
  validFrom: '2025-07-01',
  validTo: '2026-04-29',
  knownFrom: '2025-07-01',
  source: [
    REFORM,
    { document: 'Bảng chuyển đổi đơn vị hành chính mới – cũ của Cục Thống kê (07/2025)', certainty: 'H' },
  ],
  data: {
    provinces: {
      columns: PROVINCE_COLUMNS,
      rows: distinct(conversion.map((r) => named(cell(r, 'new_province_code'), cell(r, 'new_province')))),
    },
    wards: {
      columns: WARD_COLUMNS,
      rows: distinct(
        conversion.map((r) => named(cell(r, 'new_ward_code'), cell(r, 'new_ward'), cell(r, 'new_province_code'))),
      ),
    },
    partKeys: PART_KEYS,
    former: former(),
    conversions: conversions((r) => cell(r, 'new_ward_code')),
  },
});

/** The code in the 2026 list; one unit (Ba Chẽ) has another code there and is found by its province and name. */
function today(r: Row): string {
  const code = cell(r, 'new_ward_code');
  if (wards2026.some((w) => cell(w, 'code') === code)) return code;
  const name = usual(cell(r, 'new_ward'));
  const same = wards2026.filter(
    (w) => cell(w, 'province_code') === cell(r, 'new_province_code') && usual(cell(w, 'full_name')) === name,
  );
  const [only] = same;
  if (only === undefined || same.length > 1) throw new Error(`Unit ${code} ${name} is not in the 2026 list`);
  return cell(only, 'code');
}

writeEdition({
  subject: 'admin-units',
  edition: '2026-04-30',
  validFrom: '2026-04-30',
  validTo: null,
  knownFrom: '2026-07-25',
  source: [
    REFORM,
    {
      document: 'Danh mục hành chính có thay đổi đến 30/04/2026 (bản công bố lại, đối chiếu với bảng 07/2025)',
      certainty: 'M',
    },
  ],
  data: {
    provinces: {
      columns: PROVINCE_COLUMNS,
      rows: distinct(provinces2026.map((r) => named(cell(r, 'code'), cell(r, 'full_name')))),
    },
    wards: {
      columns: WARD_COLUMNS,
      rows: distinct(wards2026.map((r) => named(cell(r, 'code'), cell(r, 'full_name'), cell(r, 'province_code')))),
    },
    partKeys: PART_KEYS,
    former: former(),
    conversions: conversions(today),
  },
});
