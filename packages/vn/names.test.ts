import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareNames,
  displayName,
  maskedName,
  nameSortKey,
  officialName,
  properName,
  similarName,
  splitName,
} from './names.ts';

const FAMILIES = ['Nguyễn', 'Trần', 'Đặng', 'Lò', 'Vũ', 'Hoàng'];
const GIVEN = ['Lan', 'Ánh', 'Đức', 'Hòa', 'Ý', 'Thuỳ', 'Khuê'];
const name = fc
  .tuple(fc.constantFrom(...FAMILIES), fc.constantFrom('', 'Thị', 'Văn', 'Ngọc Bảo'), fc.constantFrom(...GIVEN))
  .map((parts) => parts.filter((part) => part !== '').join(' '));

test('splits family, middle and given', () => {
  assert.deepEqual(splitName('Trần Thị Lan'), { split: true, family: 'Trần', middle: 'Thị', given: 'Lan' });
  assert.deepEqual(splitName('  NGUYỄN   ÁI '), { split: true, family: 'NGUYỄN', middle: '', given: 'ÁI' });
  assert.deepEqual(splitName('Tôn Nữ Thị Ninh'), { split: true, family: 'Tôn Nữ', middle: 'Thị', given: 'Ninh' });
  assert.deepEqual(splitName('Giàng A Páo'), { split: true, family: 'Giàng', middle: 'A', given: 'Páo' });
  for (const whole of ['Y Blơm Kbuôr', "H'Hen Niê", 'John Smith', 'Rơ Châm H’Yéo', 'Lan', 'Nguyễn', "K'Brôih", '']) {
    assert.equal(splitName(whole).split, false, whole);
  }
});

test('splitting loses nothing', () => {
  fc.assert(
    fc.property(name, (full) => {
      const parts = splitName(full);
      assert.ok(parts.split);
      assert.equal([parts.family, parts.middle, parts.given].filter((part) => part !== '').join(' '), full);
      assert.deepEqual(splitName(full.normalize('NFD')), parts);
    }),
  );
});

test('forms for paper, screen and public board', () => {
  assert.equal(officialName(' Đặng  thuý Hòa'.normalize('NFD')), 'ĐẶNG THUÝ HÒA');
  assert.deepEqual(displayName('TRẦN THỊ LAN'), { before: 'Trần Thị', strong: 'LAN', text: 'Trần Thị LAN' });
  assert.deepEqual(displayName('Y BLƠM KBUÔR'), { before: '', strong: 'Y Blơm Kbuôr', text: 'Y Blơm Kbuôr' });
  assert.equal(properName("H'HEN NIÊ"), "H'Hen Niê");
  assert.equal(properName('nguyễn thị ánh-tuyết'), 'Nguyễn Thị Ánh-Tuyết');
  assert.equal(properName('Ronald McDonald'), 'Ronald McDonald');
  assert.equal(maskedName('Trần Thị Lan'), 'TRẦN THỊ L.');
  assert.equal(maskedName('nguyễn ánh'), 'NGUYỄN Á.');
  assert.equal(maskedName("H'Hen Niê"), "H'HEN N.");
  assert.equal(maskedName('Lan'), 'L.');
  assert.equal(maskedName(''), '');
});

test('a masked name never shows the given name', () => {
  fc.assert(
    fc.property(name, (full) => {
      const given = full.split(' ').at(-1) ?? '';
      const last = maskedName(full).split(' ').at(-1) ?? '';
      assert.equal(last, `${given.charAt(0).toUpperCase()}.`);
      assert.equal(displayName(officialName(full)).text, displayName(full).text);
    }),
  );
});

test('sorts by given name, then family, then middle', () => {
  const sorted = ['Trần Văn An', 'Đỗ Thị Ánh', 'Lê Thị Lan', 'Trần Lan', 'Trần Thị Lan', 'Lê Lân', 'Y Blơm Kbuôr'];
  const byKey = (a: string, b: string): number => (nameSortKey(a) < nameSortKey(b) ? -1 : 1);
  assert.deepEqual(sorted.toReversed().sort(byKey), sorted);
});

test('names that are easily mistaken', () => {
  const same = [['Trần Thị Lan', 'TRẦN THỊ  LAN']] as const;
  const similar = [
    ['Trần Thị Lan', 'Trần Thị Lân'],
    ['Trần Thị Lan', 'Trần Lan'],
    ['Nguyễn Văn Hùng', 'Nguyễn Việt Hùng'],
    ['Nguyễn Văn Hùng', 'Nguyễn Văn Hưng'],
    ['Nguyễn Văn Toan', 'Nguyễn Văn Toản'],
    ['Nguyễn Văn Toàn', 'Nguyễn Văn Tàon'],
    ["H'Hen Niê", 'H’Hen Nie'],
    ['Lê Minh Anh', 'Lê Anh Minh'],
  ] as const;
  const different = [
    ['Trần Thị Lan', 'Lê Thị Lan'],
    ['Trần Thị Lan', 'Trần Ngọc Lan'],
    ['Lý An', 'Lý Ân Bình'],
    ['', 'Lan'],
  ] as const;
  for (const [a, b] of same) assert.equal(compareNames(a, b), 'same');
  for (const [a, b] of similar) assert.equal(compareNames(a, b), 'similar', `${a} ~ ${b}`);
  for (const [a, b] of different) assert.ok(!similarName(a, b), `${a} ≠ ${b}`);
});

test('similarity does not depend on which name comes first', () => {
  fc.assert(fc.property(name, name, (a, b) => assert.equal(compareNames(a, b), compareNames(b, a))));
});
