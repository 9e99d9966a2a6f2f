import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildIndex, type CodeEntry } from './build.ts';
import { search } from './search.ts';
import { tokenize } from './tokens.ts';

const list: CodeEntry[] = [
  { code: 'P500', display: 'Paracetamol 500 mg, viên nén', synonyms: ['Panadol', 'Hapacol'] },
  { code: 'P650', display: 'Paracetamol 650 mg, viên nén' },
  { code: 'AMX500', display: 'Amoxicillin 500 mg, viên nang' },
  { code: 'AMXC', display: 'Amoxicillin + acid clavulanic 875 mg + 125 mg', synonyms: ['Augmentin'] },
  { code: '23.0075.1494', display: 'Định lượng Glucose [Máu]', displayEn: 'Blood glucose' },
  { code: '18.0015.0001', display: 'Siêu âm ổ bụng (gan mật, tụy, lách, thận, bàng quang)' },
  { code: '02.0085.1778', display: 'Điện tim thường', synonyms: ['ECG'] },
  { code: 'OLD1', display: 'Điện tim gắng sức', validTo: '2019-12-31' },
  { code: 'T1', display: 'Đái tháo đường típ I', flags: ['x'] },
  { code: 'T2', display: 'Đái tháo đường típ II' },
  { code: 'SOI', display: 'Sỏi thận' },
  { code: 'SOT', display: 'Sởi' },
];
const index = buildIndex(list, {
  abbreviations: [['đtđ', 'đái tháo đường']],
  equivalents: [['tiểu đường', 'đái tháo đường']],
});
const first = (q: string): string | undefined => search(index, q)[0]?.code;

test('finds without diacritics, in any order, by the beginnings of words', () => {
  assert.equal(first('sieu am bung'), '18.0015.0001');
  assert.equal(first('bung sieu'), '18.0015.0001');
  assert.equal(first('glu mau'), '23.0075.1494');
});

test('numbers tell strengths and types apart, in Arabic or Roman writing, glued or not', () => {
  assert.equal(first('para 650'), 'P650');
  assert.equal(first('paracetamol 500mg'), 'P500');
  assert.equal(first('dai thao duong tip 2'), 'T2');
  assert.equal(first('dtd tip1'), 'T1');
  assert.equal(first('tiểu đường type II'), 'T2');
});

test('finds by the beginning of the code, the exact code first', () => {
  assert.equal(first('02.0085'), '02.0085.1778');
  assert.equal(first('0200851778'), '02.0085.1778');
  assert.deepEqual(
    search(index, 'p5')
      .map((h) => h.code)
      .slice(0, 1),
    ['P500'],
  );
});

test('finds by synonym and by English name', () => {
  assert.equal(first('augmen'), 'AMXC');
  assert.equal(first('blood glucose'), '23.0075.1494');
});

test('repairs Telex and VNI typing, slips of the keyboard and run-together words', () => {
  assert.equal(first('ddieenj tim'), '02.0085.1778');
  assert.equal(first('d9ie65n tim'), '02.0085.1778');
  assert.equal(first('paracetmol 650'), 'P650');
  assert.equal(first('sieuambung'), '18.0015.0001');
});

test('marks that were typed favour the names that write them', () => {
  assert.equal(first('sởi'), 'SOT');
  assert.equal(first('sỏi'), 'SOI');
});

test('date and filter leave entries out', () => {
  assert.deepEqual(
    search(index, 'điện tim', { date: '2026-07-01' }).map((h) => h.code),
    ['02.0085.1778'],
  );
  assert.ok(search(index, 'điện tim', { date: '2019-01-01' }).some((h) => h.code === 'OLD1'));
  assert.ok(!search(index, 'đái tháo', { filter: (e) => !e.flags?.includes('x') }).some((h) => h.code === 'T1'));
});

test('says where the typed words stand in the name', () => {
  const [hit] = search(index, 'glu mau');
  assert.ok(hit);
  assert.deepEqual(
    hit.matched.map(([from, to]) => hit.display.slice(from, to)),
    ['Glucose', 'Máu'],
  );
});

test('names the synonym by which an entry was found, and only then', () => {
  assert.equal(search(index, 'augmentin')[0]?.via, 'Augmentin');
  assert.equal(search(index, 'blood glucose')[0]?.via, 'Blood glucose');
  assert.equal(search(index, 'amoxicillin 500')[0]?.via, undefined);
  assert.equal(search(index, '02.0085')[0]?.via, undefined);
});

test('an empty or senseless query gives nothing, and nothing breaks it', () => {
  assert.deepEqual(search(index, ''), []);
  assert.deepEqual(search(index, '  ,;. '), []);
  assert.deepEqual(search(buildIndex([]), 'para'), []);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (q) => {
      const hits = search(index, q, { limit: 5 });
      assert.ok(hits.length <= 5);
      for (const h of hits) assert.ok(h.score > 0 && Number.isFinite(h.score));
      assert.equal(new Set(hits.map((h) => h.code)).size, hits.length);
    }),
    { numRuns: 300 },
  );
});

test('every entry is found first by its own full name, in any writing of case and marks', () => {
  for (const entry of list) {
    if (entry.validTo) continue;
    assert.equal(first(entry.display), entry.code);
    assert.equal(first(entry.display.toUpperCase()), entry.code);
    const blind = entry.display.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
    assert.ok(
      search(index, blind)
        .slice(0, 2)
        .some((h) => h.code === entry.code),
    );
  }
});

test('the order of answers does not depend on earlier searches', () => {
  const alone = buildIndex(list);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('para', 'amox 500', 'sieu am', 'tip 2', 'soi', 'dien'), { minLength: 1 }),
      (qs) => {
        for (const q of qs) search(alone, q);
        assert.deepEqual(search(alone, 'dien tim'), search(buildIndex(list), 'dien tim'));
      },
    ),
    { numRuns: 30 },
  );
});

test('one spelling of words: i and y, Roman numbers, letters and digits', () => {
  assert.deepEqual(tokenize('kỳ kì quý quí'), ['ki', 'ki', 'qui', 'qui']);
  assert.deepEqual(tokenize('túi tụy'), ['tui', 'tuy']);
  assert.deepEqual(tokenize('Típ II, độ I, giai đoạn IV'), ['tip', '2', 'do', '1', 'giai', 'doan', '4']);
  assert.deepEqual(tokenize('do vi khuẩn'), ['do', 'vi', 'khuan']);
  assert.deepEqual(tokenize('H1N1 hoà hòa'), ['h', '1', 'n', '1', 'hoa', 'hoa']);
});
