import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc16, readVietQr, type VietQr, vietQrText } from './vietqr.ts';

/** Texts that others have published, with what they say. */
const PUBLISHED: readonly (readonly [VietQr, string])[] = [
  [
    { bank: '970422', account: '011998199999' },
    '00020101021138560010A0000007270126000697042201120119981999990208QRIBFTTA53037045802VN630401C5',
  ],
  [
    { bank: '970416', account: '257678859', amount: 10_000, purpose: 'Chuyen tien' },
    '00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045405100005802VN62150811Chuyen tien630453E6',
  ],
  [
    { bank: '970415', account: '123456789' },
    '00020101021138530010A0000007270123000697041501091234567890208QRIBFTTA53037045802VN63046376',
  ],
  [
    { bank: '970436', account: '1234567890', amount: 50_000, purpose: 'TEST MEMO' },
    '00020101021238540010A00000072701240006970436011012345678900208QRIBFTTA53037045405500005802VN62130809TEST MEMO6304DBA4',
  ],
];

test('published texts are made letter for letter, and read back', () => {
  assert.equal(crc16('123456789'), '29B1', 'check value of CRC-16/CCITT-FALSE');
  for (const [of, text] of PUBLISHED) {
    assert.equal(vietQrText(of), text);
    assert.deepEqual(readVietQr(text), { ok: true, value: of });
  }
});

const alphabet = (letters: string) => fc.constantFrom(...letters);
const word = (letters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: alphabet(letters), minLength, maxLength });
const any: fc.Arbitrary<VietQr> = fc.record(
  {
    bank: word('0123456789', 6, 6),
    account: word('0123456789ABCXYZ', 1, 19),
    amount: fc.integer({ min: 1, max: 9_999_999_999_999 }),
    purpose: word('ABCXYZabc 0123456789-', 1, 25),
  },
  { requiredKeys: ['bank', 'account'], noNullPrototype: true },
);

test('whatever is written is read back the same', () => {
  fc.assert(fc.property(any, (of) => assert.deepEqual(readVietQr(vietQrText(of)), { ok: true, value: of })));
});

test('one changed character is noticed', () => {
  fc.assert(
    fc.property(any, fc.nat(), alphabet('0123456789A'), (of, at, letter) => {
      const text = vietQrText(of);
      const changed = text.slice(0, at % text.length) + letter + text.slice((at % text.length) + 1);
      if (changed !== text) assert.equal(readVietQr(changed).ok, false);
    }),
  );
});

test('what no bank would read is never written, and junk is refused', () => {
  assert.throws(() => vietQrText({ bank: '97', account: '1' }), RangeError);
  assert.throws(() => vietQrText({ bank: '970415', account: '' }), RangeError);
  assert.throws(() => vietQrText({ bank: '970415', account: '1', amount: 0.5 }), RangeError);
  assert.throws(() => vietQrText({ bank: '970415', account: '1', purpose: 'Khám bệnh' }), RangeError);
  fc.assert(fc.property(fc.string(), (text) => assert.equal(readVietQr(text).ok, false)));
});
