import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { patientCode } from './patient-code.ts';
import { scanRouter } from './scan-router.ts';
import { visitCode } from './visit-code.ts';

const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');
const bhyt = (number: string): string =>
  `${number}|${hex('Trần Thị Lan')}|14/07/1964|2|${hex('Ea Tul')}|66 - 001|01/01/2026|-|20/12/2025|06601|-|4|01/01/2020|$`;

test('cards by what stands before the first bar', () => {
  const cccd = scanRouter('066164001234||Trần Thị Lan|14071964|Nữ|Ea Tul, Đắk Lắk|10052021\r\n');
  assert.ok(cccd.kind === 'cccd' && cccd.card?.ok && cccd.number === '066164001234');
  for (const number of ['HT3660120123456', '0120123456', '066164001234']) {
    const scan = scanRouter(bhyt(number));
    assert.ok(scan.kind === 'bhyt' && scan.card?.ok, number);
    assert.equal(scan.card.value.cardNumber, number);
  }
  const unterminated = scanRouter(bhyt('066164001234').slice(0, -2));
  assert.ok(
    unterminated.kind === 'bhyt' && unterminated.card?.ok,
    'thirteen fields are an insurance card also without its end',
  );
  const broken = scanRouter('066164001234||Tr?n|14071964|Nữ|Ea Tul|10052021');
  assert.ok(broken.kind === 'cccd' && broken.card?.ok === false, 'a broken card is still a card, with its problems');
  assert.equal(scanRouter('12345|abc|def').kind, 'unknown');
});

test('bare numbers and codes', () => {
  const visit = visitCode({ facility: '79024', date: '2026-11-22', serial: 127 });
  const patient = patientCode(2026, 12345);
  assert.deepEqual(scanRouter(visit), { kind: 'visit', code: visit });
  assert.deepEqual(scanRouter(patient), { kind: 'patient', code: patient });
  assert.deepEqual(scanRouter('79024a1b2c3d-C'), { kind: 'prescription', code: '79024a1b2c3d-C' });
  assert.deepEqual(scanRouter('066164001234'), { kind: 'cccd', number: '066164001234' });
  const card = scanRouter('ht3660120123456');
  assert.ok(card.kind === 'bhyt' && card.number === 'HT3660120123456' && card.maybePhone === undefined);
  const phone = scanRouter('0912345678');
  assert.ok(phone.kind === 'bhyt' && phone.maybePhone === '0912345678');
  for (const other of ['', 'Trần Thị Lan', '123', patient.replace('-', '|')])
    assert.equal(scanRouter(other).kind, 'unknown');
});

test('a patient code with a wrong digit opens nobody', () => {
  fc.assert(
    fc.property(fc.nat(9_999_999), fc.nat(9), fc.integer({ min: 1, max: 9 }), (serial, at, by) => {
      const digits = patientCode(2026, serial).replaceAll('-', '');
      const wrong = digits.slice(0, at) + ((Number(digits[at]) + by) % 10) + digits.slice(at + 1);
      const scan = scanRouter(`${wrong.slice(0, 4)}-${wrong.slice(4, 7)}-${wrong.slice(7)}`);
      assert.notEqual(scan.kind, 'patient');
    }),
  );
});

test('no text makes the router throw', () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.string(), { maxLength: 16 }).map((parts) => parts.join('|')),
  );
  fc.assert(fc.property(text, (scanned) => assert.equal(typeof scanRouter(scanned).kind, 'string')));
});
