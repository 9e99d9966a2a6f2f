import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { numberWords } from './number-words.ts';

const cases: [string, string][] = [
  ['0', 'không'],
  ['1', 'một'],
  ['4', 'bốn'],
  ['10', 'mười'],
  ['11', 'mười một'],
  ['15', 'mười lăm'],
  ['20', 'hai mươi'],
  ['21', 'hai mươi mốt'],
  ['25', 'hai mươi lăm'],
  ['100', 'một trăm'],
  ['101', 'một trăm linh một'],
  ['105', 'một trăm linh năm'],
  ['115', 'một trăm mười lăm'],
  ['1000', 'một nghìn'],
  ['1005', 'một nghìn không trăm linh năm'],
  ['12030', 'mười hai nghìn không trăm ba mươi'],
  ['1000000', 'một triệu'],
  ['2000001', 'hai triệu không trăm linh một'],
  ['1000000000', 'một tỷ'],
  ['1000000005', 'một tỷ không trăm linh năm'],
  ['0.5', 'không phẩy năm'],
  ['2.75', 'hai phẩy bảy năm'],
  ['-3', 'âm ba'],
];

test('numbers in words as controlled prescriptions print them', () => {
  for (const [value, words] of cases) assert.equal(numberWords(value), words);
});

const VALUE: Record<string, number> = {
  không: 0,
  một: 1,
  mốt: 1,
  hai: 2,
  ba: 3,
  bốn: 4,
  năm: 5,
  lăm: 5,
  sáu: 6,
  bảy: 7,
  tám: 8,
  chín: 9,
};

/** Reads the words back, independently of how they were made. */
function readBack(words: string): number {
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const word of words.split(' ')) {
    if (word in VALUE) digit = VALUE[word] ?? 0;
    else if (word === 'mười') section += 10;
    else if (word === 'mươi') [section, digit] = [section + digit * 10, 0];
    else if (word === 'trăm') [section, digit] = [section + digit * 100, 0];
    else if (word !== 'linh') {
      const scale = { nghìn: 1e3, triệu: 1e6, tỷ: 1e9 }[word] ?? Number.NaN;
      total = word === 'tỷ' ? (total + section + digit) * scale : total + (section + digit) * scale;
      [section, digit] = [0, 0];
    }
  }
  return total + section + digit;
}

test('words read back to the same number', () => {
  fc.assert(fc.property(fc.nat({ max: 999_999_999_999 }), (n) => assert.equal(readBack(numberWords(n)), n)));
});
