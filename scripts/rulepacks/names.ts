/** Writes the names for made-up people: `node scripts/rulepacks/names.ts`. Sources: rulepacks/names/SOURCE.md. */

import { readText, writeEdition } from './lib.ts';
import { MINORITIES } from './names-minorities.ts';
import { FAMILY, MIDDLE_FEMALE, MIDDLE_MALE, SINGLE_FEMALE, SINGLE_MALE } from './names-tables.ts';

/** The lists write Ð (eth) for Đ and mix composed forms; a line is one given name of two syllables, sometimes one. */
function givenNames(file: string): string[] {
  const seen = new Set<string>();
  for (const line of readText(`vn-names/${file}`).split('\n')) {
    const name = line
      .normalize('NFC')
      .replace(/\u00d0/g, 'Đ')
      .replace(/\s+/g, ' ')
      .trim();
    // One line of the list carries a family name.
    if (name !== '' && name.split(' ').length <= 2) seen.add(name);
  }
  return [...seen].sort((a, b) => (a < b ? -1 : 1));
}

const rowsOf = (text: string): [string, number][] =>
  text
    .trim()
    .split(/\s*,\s*/)
    .filter((item) => item !== '')
    .map((item) => {
      const [name = '', weight = '1'] = item.split('=');
      return [name.trim(), Number(weight)];
    });

const ages = (text: string): unknown[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', before = '', after = ''] = line.split('|').map((c) => c.trim());
      return [name, Number(before), Number(after)];
    });

writeEdition({
  subject: 'names',
  edition: '2026-01-01',
  validFrom: '2026-01-01',
  validTo: null,
  knownFrom: '2026-11-22',
  source: [
    { document: 'duyet/vietnamese-namedb, danh sách tên (giấy phép MIT)', certainty: 'H' },
    { document: 'Tỷ lệ họ: thống kê phổ biến về họ người Kinh, làm tròn', certainty: 'M' },
    { document: 'Tên đệm, tên một âm tiết, tên các dân tộc: tự biên soạn', certainty: 'L' },
    { document: 'Tỷ lệ dân tộc: Tổng điều tra dân số 2019, làm tròn', certainty: 'M' },
  ],
  data: {
    purpose: 'Made-up people for demonstration, training and tests; never to guess about a real person.',
    family: { columns: ['name', 'percent'], rows: rowsOf(FAMILY) },
    middle: {
      male: { columns: ['name', 'bornBefore1985', 'bornSince1985'], rows: ages(MIDDLE_MALE) },
      female: { columns: ['name', 'bornBefore1985', 'bornSince1985'], rows: ages(MIDDLE_FEMALE) },
    },
    given: {
      male: { columns: ['name', 'bornBefore1985', 'bornSince1985'], rows: ages(SINGLE_MALE) },
      female: { columns: ['name', 'bornBefore1985', 'bornSince1985'], rows: ages(SINGLE_FEMALE) },
    },
    twoSyllable: {
      male: { columns: ['name'], rows: givenNames('boy.txt').map((n) => [n]) },
      female: { columns: ['name'], rows: givenNames('girl.txt').map((n) => [n]) },
    },
    minorities: {
      columns: ['ethnic', 'percent', 'pattern', 'family', 'male', 'female', 'givenMale', 'givenFemale'],
      rows: MINORITIES.map((m) => [
        m.ethnic,
        m.percent,
        m.pattern,
        rowsOf(m.family).map(([name, weight]) => `${name}=${weight}`),
        m.male,
        m.female,
        m.givenMale,
        m.givenFemale,
      ]),
    },
  },
});
