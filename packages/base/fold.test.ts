import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVietnamese, foldText, matchesTokens, searchKeys, vietnameseSortKey } from './fold.ts';

const NAMES = ['Trần Thị Lan', 'Nguyễn Văn Đức', 'Đặng Thuý Hòa', "H'Hen Niê", 'Y Blơm Kbuôr', 'Lò Văn Ươm', 'Âu Ý An'];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'grapheme', maxLength: 12 }));

test('folds tones, marks, đ and its look-alikes', () => {
  assert.equal(foldText('  TRẦN   Thị\tLan '), 'tran thi lan');
  assert.equal(foldText('Đường Ðà Ɖăk'), 'duong da dak');
  assert.equal(foldText('Cư M’gar'), "cu m'gar");
  assert.equal(foldText('Trần'.normalize('NFD')), foldText('Trần'.normalize('NFC')));
});

test('folding is idempotent and blind to normal form, case and Vietnamese marks', () => {
  fc.assert(
    fc.property(name, (s) => {
      const folded = foldText(s);
      assert.equal(foldText(folded), folded);
      assert.equal(foldText(s.normalize('NFD')), foldText(s.normalize('NFC')));
      assert.doesNotMatch(folded, /[\u0300-\u036fđ]|^\s|\s$|\s\s/);
    }),
  );
});

test('finds words in any order, by their beginnings', () => {
  const hay = foldText('Trần Thị Lan Anh');
  for (const query of ['lan', 'anh tran', 'Lan Tr', 'traanf lan', 'tra62n', 'TRẦN THỊ LAN ANH', '', 'la an']) {
    assert.ok(matchesTokens(hay, query), query);
  }
  for (const query of ['an an', 'hong', 'lan lan', 'ran', 'tran thi lan anh a']) {
    assert.ok(!matchesTokens(hay, query), query);
  }
  assert.ok(matchesTokens(foldText('Huyện Cư M’gar'), 'cu mgar'));
  assert.ok(matchesTokens(foldText('Cư Mgar'), "M'gar"));
});

test('every beginning of every word of a text finds it, shuffled', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (text, seeds) => {
      const words = text.split(' ').map((word, i) => ({ cut: word.slice(0, 1 + ((seeds[i] ?? 0) % word.length)), i }));
      words.sort((a, b) => (seeds[a.i] ?? 0) - (seeds[b.i] ?? 0));
      assert.ok(matchesTokens(foldText(text), words.map((word) => word.cut).join(' ')));
    }),
  );
});

test('search keys hold the word as typed and as meant', () => {
  assert.deepEqual(searchKeys('traanf Lan'), ['traanf', 'tran', 'lan']);
  assert.deepEqual(searchKeys("Cư M'gar"), ['cu', 'mgar']);
  assert.deepEqual(searchKeys('Paracetamol 500mg'), ['paracetamol', '500mg']);
});

test('sorts the Vietnamese way', () => {
  const sorted = ['an', 'An Bình', 'anh', 'ăn', 'ân', 'cha', 'da', 'dà', 'dả', 'dã', 'dá', 'dạ', 'đa', 'Đà', 'e', 'ê'];
  assert.deepEqual(sorted.toReversed().sort(compareVietnamese), sorted);
  const letters = [...'aăâbcdđeêghiklmnoôơpqrstuưvxy'];
  assert.deepEqual(letters.toReversed().sort(compareVietnamese), letters);
  assert.deepEqual(['Trang', 'Trần', 'Trẩn', 'Trân'].sort(compareVietnamese), ['Trang', 'Trân', 'Trần', 'Trẩn']);
});

test('the order is total and agrees with the stored key', () => {
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      assert.equal(compareVietnamese(a, b) + compareVietnamese(b, a), 0);
      assert.equal(compareVietnamese(a, b) === 0, a === b);
      if (compareVietnamese(a, b) <= 0 && compareVietnamese(b, c) <= 0) assert.ok(compareVietnamese(a, c) <= 0);
      if (vietnameseSortKey(a) < vietnameseSortKey(b)) assert.equal(compareVietnamese(a, b), -1);
    }),
  );
});
