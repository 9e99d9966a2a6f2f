import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkBhytNumber, readBhytNumber, registeredFacility } from './bhyt-card.ts';
import { parseBhytQr } from './bhyt-qr.ts';

const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');
const FIELDS = [
  'HT3660120123456',
  hex('Trần Thị Lan'),
  '14/07/1964',
  '2',
  hex('Thôn 3, Xã Ea Tul, Đắk Lắk'),
  '66 - 001',
  '01/01/2026',
  '31/12/2026',
  '20/12/2025',
  '06601',
  '-',
  'K1',
  '01/01/2020',
];
const qr = (changes: Record<number, string> = {}): string =>
  `${FIELDS.map((f, i) => changes[i] ?? f).join('|')}|7a1b-66$`;
const failures = (text: string): string[] => {
  const read = parseBhytQr(text);
  return read.ok ? [] : read.error.filter((issue) => issue.severity === 'error').map((i) => `${i.field}:${i.code}`);
};

test('the three forms of a card number', () => {
  assert.deepEqual(readBhytNumber('HT 3 66 01-2012-3456'), {
    form: 'card',
    number: 'HT3660120123456',
    group: 'HT',
    benefitDigit: 3,
    provinceCode: '66',
    bhxhNumber: '0120123456',
  });
  assert.deepEqual(readBhytNumber('0120123456'), { form: 'bhxh', number: '0120123456', bhxhNumber: '0120123456' });
  assert.deepEqual(readBhytNumber('066164001234'), { form: 'personal', number: '066164001234' });
});

test('temporary cards of children and of the army', () => {
  assert.deepEqual(readBhytNumber('te166kt12345678'), {
    form: 'card',
    number: 'TE166KT12345678',
    group: 'TE',
    benefitDigit: 1,
    provinceCode: '66',
    bhxhNumber: 'KT12345678',
    temporary: 'child',
  });
  const army = readBhytNumber('QN597KT12345678');
  assert.ok(army?.form === 'card' && army.temporary === 'army');
  for (const bad of ['TE266KT12345678', 'QN598KT12345678', 'DN466KT12345678'])
    assert.equal(readBhytNumber(bad), undefined);
});

test('explains a wrong number', () => {
  const codes = (text: string, groups?: string[]): string[] =>
    checkBhytNumber(text, { groups }).map((issue) => issue.code);
  assert.deepEqual(codes('HT366012012345'), ['bhyt-length']);
  assert.deepEqual(codes('HT6660120123456'), ['bhyt-benefit-digit']);
  assert.deepEqual(codes('123660120123456'), ['bhyt-group-letters']);
  assert.deepEqual(codes('HT36601201234X6'), ['bhyt-digits']);
  assert.deepEqual(codes('01201234X6'), ['bhyt-digits']);
  assert.deepEqual(codes('HT3660120123456', ['HT', 'DN']), []);
  assert.deepEqual(codes('HT3660120123456', ['DN']), ['bhyt-group']);
  assert.deepEqual(codes('HT3660120123456'), []);
  assert.equal(checkBhytNumber('ZZ3660120123456', { groups: ['DN'] })[0]?.severity, 'warning');
});

test('reads a card', () => {
  assert.deepEqual(parseBhytQr(qr()), {
    ok: true,
    value: {
      cardNumber: 'HT3660120123456',
      name: 'Trần Thị Lan',
      birthDate: '1964-07-14',
      sex: 'female',
      address: 'Thôn 3, Xã Ea Tul, Đắk Lắk',
      registeredFacility: '66001',
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
      issueDate: '2025-12-20',
      office: '06601',
      livingArea: 'K1',
      fiveYearsFrom: '2020-01-01',
      warnings: [],
    },
  });
});

test('a child, an open end, no special area', () => {
  const read = parseBhytQr(qr({ 0: 'TE1660120123456', 2: '2022', 7: '-', 10: hex('Trần Văn Bình'), 11: '4' }));
  assert.ok(read.ok);
  const { birthDate, validTo, parentName, livingArea, warnings } = read.value;
  assert.deepEqual([birthDate, validTo, parentName, livingArea], ['2022', undefined, 'Trần Văn Bình', undefined]);
  assert.deepEqual(warnings, []);
});

test('a garbled card says which field', () => {
  assert.deepEqual(failures(FIELDS.slice(0, 9).join('|')), ['qr:qr-incomplete']);
  assert.deepEqual(failures(qr({ 1: '5472e1baa76' })), ['name:qr-hex']);
  assert.deepEqual(failures(qr({ 1: 'fffe' })), ['name:qr-hex']);
  assert.deepEqual(failures(qr({ 1: 'Trần Thị Lan' })), ['name:qr-hex']);
  assert.deepEqual(failures(qr({ 1: '-' })), ['name:qr-name-missing']);
  assert.deepEqual(failures(qr({ 3: '3', 2: '30/02/1964' })), ['birthDate:qr-birth-date', 'sex:qr-sex']);
  assert.deepEqual(failures(qr({ 0: 'HT966012012345', 5: '66-1' })), [
    'cardNumber:bhyt-length',
    'registeredFacility:qr-facility',
  ]);
  assert.deepEqual(failures(qr({ 7: '31/12/2025' })), ['validTo:qr-validity']);
  assert.deepEqual(failures(qr({ 12: 'hôm qua' })), ['fiveYearsFrom:qr-date']);
  const cut = parseBhytQr(FIELDS.join('|'));
  assert.ok(cut.ok);
  assert.deepEqual(
    cut.value.warnings.map((w) => w.code),
    ['qr-unterminated'],
  );
});

test('every name and address survives its hexadecimal form; nothing throws', () => {
  // Between À and ỹ stand signs that are no letters; the Ogham one is a space.
  const letters = fc
    .stringMatching(/^[A-Za-zÀ-ỹ]{1,8}( [A-Za-zÀ-ỹ]{1,8}){1,3}$/)
    .map((s) => s.replaceAll('\u1680', 'ơ').normalize('NFC'));
  fc.assert(
    fc.property(letters, (name) => {
      const read = parseBhytQr(qr({ 1: hex(name).toUpperCase() }));
      if (read.ok) assert.equal(read.value.name, name);
      else assert.deepEqual(failures(qr({ 1: hex(name) })).length, 1);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...FIELDS)), { maxLength: 15 }), (fields) => {
      assert.equal(typeof parseBhytQr(`${fields.join('|')}$`).ok, 'boolean');
    }),
  );
});

test('facility of registration as printed', () => {
  assert.equal(registeredFacility('01 - 013'), '01013');
  assert.equal(registeredFacility('66–001'), '66001');
  assert.equal(registeredFacility('66000'), '66000');
  assert.equal(registeredFacility('6600'), undefined);
});
