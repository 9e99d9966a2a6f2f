/** Writes the two editions of the ICD-10 list: `node scripts/rulepacks/icd10.ts`. Sources: rulepacks/icd10/SOURCE.md. */
import { successors2026 } from './icd10-changes.ts';
import { cleanName, inclusionsEn, inclusionsVi } from './icd10-guidance.ts';
import { cell, readCsv, type Table, writeEdition } from './lib.ts';

type Row = Record<string, string>;

/** The lists write the code as "A17.0†"; the mark is kept apart, so that the code itself is what claims carry. */
function splitCode(written: string): { code: string; mark: string } {
  const mark = /[†*]$/.exec(written)?.[0] ?? '';
  // One row of the 2026 annex has the typing error "U13/9".
  return { code: written.replace(/[†*]$/, '').replace('/', '.'), mark };
}

function groups(rows: Row[]): { chapters: Table; blocks: Table; blockOf: Map<string, string> } {
  const chapters = new Map<string, unknown[]>();
  const blocks = new Map<string, unknown[]>();
  const blockOf = new Map<string, string>();
  for (const r of rows) {
    const chapter = cell(r, 'chapter_no');
    if (!chapters.has(chapter))
      chapters.set(chapter, [chapter, cell(r, 'chapter_range'), cell(r, 'chapter_vi'), cell(r, 'chapter_en')]);
    let parent = '';
    for (const level of ['block', 'sub1', 'sub2']) {
      const range = cell(r, level);
      if (range === '') continue;
      if (!blocks.has(range) && range !== parent)
        blocks.set(range, [range, chapter, parent || null, cell(r, `${level}_vi`), cell(r, `${level}_en`)]);
      parent = range;
    }
    blockOf.set(splitCode(cell(r, 'code')).code, parent);
  }
  return {
    chapters: { columns: ['chapter', 'range', 'vi', 'en'], rows: [...chapters.values()] },
    blocks: { columns: ['block', 'chapter', 'parent', 'vi', 'en'], rows: [...blocks.values()] },
    blockOf,
  };
}

const FLAG_KEYS = {
  P: 'not-principal',
  D: 'discouraged-principal',
  S: 'more-specific-exists',
  M: 'mortality-only',
  F: 'female-only',
  N: 'male-only',
};

const FLAG_COLUMNS: readonly [string, string][] = [
  ['not_principal', 'P'],
  ['discouraged_principal', 'D'],
  ['unusable_more_specific', 'S'],
  ['mortality_only', 'M'],
  ['female_only', 'F'],
  ['male_only', 'N'],
];

const CODE_COLUMNS = ['code', 'mark', 'vi', 'en', 'block', 'flags'];

/** "E119" as the annexes of QĐ 4469 write it. */
const dotted = (bare: string): string => (bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare);

function conditions(known: ReadonlySet<string>): {
  flags: Map<string, string>;
  ageBands: Table;
  ages: Table;
  pairs: Table;
} {
  const flags = new Map<string, string>();
  const add = (code: string, flag: string): void => {
    const now = flags.get(code) ?? '';
    if (!now.includes(flag)) flags.set(code, now + flag);
  };
  /** Inclusive limits, in the unit in which the annex states them (completed years, or days). */
  const bands: Record<string, [number | null, number | null, number | null, number | null]> = {
    'A3.1': [0, 365, null, null],
    'A3.2': [null, null, 0, 2],
    'A3.3': [null, null, 0, 10],
    'A3.4': [null, null, 0, 19],
    'A3.5': [28, null, null, null],
    'A3.6': [null, null, 1, null],
    'A3.7': [null, null, 8, 19],
    'A3.8': [null, null, 9, 60],
    'A3.9': [null, null, 16, null],
    'A3.10': [null, null, 31, null],
  };
  const titles = new Map<string, string>();
  const ages: unknown[][] = [];
  const pairs: unknown[][] = [];
  for (const r of readCsv('icd10-vn/icd10_qd4469_conditions.csv.gz')) {
    const annex = cell(r, 'appendix');
    const code = dotted(cell(r, 'code'));
    if (!known.has(code)) continue;
    if (annex === 'A1') {
      const partner = dotted(cell(r, 'paired_code'));
      if (known.has(partner)) pairs.push([code, partner, dotted(cell(r, 'principal'))]);
    } else if (annex === 'A2') add(code, 'P');
    else if (annex === 'A4.1') add(code, 'F');
    else if (annex === 'A4.2') add(code, 'N');
    else if (annex in bands) {
      titles.set(annex, cell(r, 'appendix_title').replace(/^Phụ lục A[\d.]+\s*/, ''));
      ages.push([annex, code]);
    } else throw new Error(`Unknown annex ${annex}`);
  }
  const bandRows = Object.entries(bands).map(([band, limits]) => [band, ...limits, titles.get(band) ?? '']);
  return {
    flags,
    ageBands: { columns: ['band', 'minDays', 'maxDays', 'minYears', 'maxYears', 'vi'], rows: bandRows },
    ages: { columns: ['band', 'code'], rows: ages },
    pairs: { columns: ['dagger', 'asterisk', 'principal'], rows: pairs },
  };
}

/** The 2020 sheet lists 81 codes twice, once with † or * and once without: the marked row is the real one. */
function codes2020(rows: Row[]): Map<string, { mark: string; vi: string; en: string }> {
  const byCode = new Map<string, { mark: string; vi: string; en: string }>();
  for (const r of rows) {
    const { code, mark } = splitCode(cell(r, 'code'));
    if (byCode.has(code) && mark === '') continue;
    byCode.set(code, { mark, vi: cell(r, 'name_vi'), en: cell(r, 'name_en') });
  }
  return byCode;
}

function write2020(): Map<string, { mark: string; vi: string; en: string }> {
  const rows = readCsv('icd10-vn/icd10_qd4469_2020.csv.gz');
  const { chapters, blocks, blockOf } = groups(rows);
  const codes = codes2020(rows);
  const { flags, ageBands, ages, pairs } = conditions(new Set(codes.keys()));
  writeEdition({
    subject: 'icd10',
    edition: '2020-10-28',
    validFrom: '2020-10-28',
    validTo: '2026-06-30',
    knownFrom: '2020-10-28',
    source: [
      {
        document: 'Quyết định 4469/QĐ-BYT ngày 28/10/2020',
        article: 'Danh mục bảng phân loại quốc tế',
        certainty: 'H',
      },
      { document: 'Quyết định 4469/QĐ-BYT ngày 28/10/2020', article: 'Phụ lục A1, A2, A3, A4', certainty: 'H' },
    ],
    data: {
      list: 'QĐ 4469/QĐ-BYT',
      flagKeys: FLAG_KEYS,
      ageRule: { basis: 'Phụ lục A3, QĐ 4469/QĐ-BYT', binding: true },
      chapters,
      blocks,
      codes: {
        columns: CODE_COLUMNS,
        rows: [...codes].map(([code, c]) => [code, c.mark, c.vi, c.en, blockOf.get(code) ?? '', flags.get(code) ?? '']),
      },
      ageBands,
      ages,
      pairs,
    },
  });
  return codes;
}

function write2026(former: Map<string, { vi: string }>): void {
  const rows = readCsv('icd10-vn/icd10_tt06_2026.csv.gz');
  const { chapters, blocks, blockOf } = groups(rows);
  const codes: unknown[][] = [];
  const inclusions: unknown[][] = [];
  const known = new Set<string>();
  for (const r of rows) {
    const { code, mark } = splitCode(cell(r, 'code'));
    known.add(code);
    const flags = FLAG_COLUMNS.map(([column, flag]) => (cell(r, column) === '' ? '' : flag)).join('');
    codes.push([code, mark, cell(r, 'name_vi'), cell(r, 'name_en'), blockOf.get(code) ?? '', flags]);
    const own = new Set([cleanName(cell(r, 'name_vi')), cleanName(cell(r, 'name_en'))].map((s) => s.toLowerCase()));
    const take = (lang: string, names: string[]): void => {
      for (const name of names) if (!own.has(name.toLowerCase())) inclusions.push([code, lang, name]);
    };
    take('vi', inclusionsVi(cell(r, 'guidance_vi')));
    take('en', inclusionsEn(cell(r, 'guidance_en')));
  }
  const { ageBands, ages, pairs } = conditions(known);
  const gone = [...former.keys()].filter((code) => !known.has(code));
  writeEdition({
    subject: 'icd10',
    edition: '2026-07-01',
    validFrom: '2026-07-01',
    validTo: null,
    knownFrom: '2026-07-01',
    source: [
      { document: 'Thông tư 06/2026/TT-BYT', article: 'Phụ lục: Danh mục mã hóa bệnh tật ICD-10', certainty: 'H' },
      {
        document: 'Quyết định 4469/QĐ-BYT ngày 28/10/2020',
        article: 'Phụ lục A1, A3 (mang sang để cảnh báo, không ràng buộc)',
        certainty: 'L',
      },
    ],
    data: {
      list: 'TT 06/2026/TT-BYT',
      flagKeys: FLAG_KEYS,
      ageRule: { basis: 'Phụ lục A3, QĐ 4469/QĐ-BYT (danh mục trước, tham khảo)', binding: false },
      chapters,
      blocks,
      codes: { columns: CODE_COLUMNS, rows: codes },
      inclusions: { columns: ['code', 'lang', 'text'], rows: inclusions },
      ageBands,
      ages,
      pairs,
      replaced: {
        columns: ['code', 'successors', 'certainty'],
        rows: gone.map((code) => {
          const found = successors2026(code, known);
          return [code, found.codes, found.certainty];
        }),
      },
    },
  });
}

write2026(write2020());
