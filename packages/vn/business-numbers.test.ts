import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays } from '@mach/base';
import fc from 'fast-check';
import { checkDigit, hasValidCheckDigit } from './check-digit.ts';
import { orderCode, parseOrderCode } from './order-code.ts';
import { parsePatientCode, patientCode } from './patient-code.ts';
import { formatPhone, normalizePhone } from './phone.ts';
import { checkPrescriptionCode, parsePrescriptionCode, prescriptionCode } from './prescription-code.ts';
import { parseVisitCode, visitCode } from './visit-code.ts';

const date = fc.nat(36_000).map((n) => addDays('2001-01-01', n));
const digits = fc.stringMatching(/^\d{2,12}$/);

test("the example of Damm's dissertation", () => {
  assert.equal(checkDigit('572'), '4');
  assert.ok(hasValidCheckDigit('5724'));
  assert.ok(!hasValidCheckDigit('5720'));
});

test('one wrong digit and two swapped neighbours are always found', () => {
  fc.assert(
    fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
      const code = body + checkDigit(body);
      assert.ok(hasValidCheckDigit(code));
      const i = at % code.length;
      const wrong = code.slice(0, i) + ((Number(code[i]) + by) % 10) + code.slice(i + 1);
      assert.ok(!hasValidCheckDigit(wrong));
      const j = at % (code.length - 1);
      const swapped = code.slice(0, j) + code[j + 1] + code[j] + code.slice(j + 2);
      if (code[j] !== code[j + 1]) assert.ok(!hasValidCheckDigit(swapped));
    }),
  );
});

test('patient codes', () => {
  const code = patientCode(2026, 12345);
  assert.match(code, /^2600-123-45\d$/);
  fc.assert(
    fc.property(fc.integer({ min: 2000, max: 2099 }), fc.nat(9_999_999), (year, serial) => {
      const made = patientCode(year, serial);
      assert.equal(parsePatientCode(made), made);
      assert.equal(parsePatientCode(` ${made.replaceAll('-', '')} `), made);
      assert.equal(parsePatientCode(made.replaceAll('-', ' ')), made);
    }),
  );
  const last = Number(code.at(-1));
  assert.equal(parsePatientCode(code.slice(0, -1) + ((last + 1) % 10)), undefined);
  assert.throws(() => patientCode(2026, 10_000_000), RangeError);
  assert.throws(() => patientCode(26, 1), RangeError);
});

test('visit codes and order codes carry their day and refuse a typing error', () => {
  fc.assert(
    fc.property(
      date,
      fc.integer({ min: 1, max: 99_999 }),
      fc.constantFrom('79024', '66001', 'A1B2C'),
      (day, serial, facility) => {
        const code = visitCode({ facility, date: day, serial });
        assert.equal(code.length, 19);
        assert.deepEqual(parseVisitCode(code.toLowerCase()), { facility, date: day, serial });
        const order = orderCode(day, serial);
        assert.equal(parseOrderCode(` ${order.toLowerCase()}`), order);
        const wrong = `${code.slice(0, -2)}${(Number(code.at(-2)) + 1) % 10}${code.at(-1)}`;
        assert.equal(parseVisitCode(wrong), undefined);
      },
    ),
  );
  for (const bad of ['', '79024-261122-001230x', '79024-261399-001230', '79024261122001230']) {
    assert.equal(parseVisitCode(bad), undefined, bad);
  }
  assert.throws(() => visitCode({ facility: '7902', date: '2026-11-22', serial: 1 }), RangeError);
  assert.throws(() => visitCode({ facility: '79024', date: '2026-11', serial: 1 }), RangeError);
  assert.throws(() => orderCode('2026-11-22', 100_000), RangeError);
});

test('prescription codes: 14 characters of the national form', () => {
  const bytes = fc.infiniteStream(fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(bytes, fc.constantFrom('C' as const, 'N' as const, 'H' as const, 'Y' as const), (stream, kind) => {
      const random = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => stream.next().value ?? 0);
      const code = prescriptionCode('79024', kind, random);
      assert.match(code, /^79024[0-9a-z]{7}-[CNHY]$/);
      assert.deepEqual(parsePrescriptionCode(code), { code, facility: '79024', kind });
      assert.deepEqual(checkPrescriptionCode(code), []);
    }),
  );
  assert.throws(() => prescriptionCode('79024', 'C', (n) => new Uint8Array(n).fill(255)), /random source/);
  assert.throws(() => prescriptionCode('7902-', 'C', (n) => new Uint8Array(n)), RangeError);
});

test('every character of a prescription code is as likely as any other', () => {
  const seen = new Map<string, number>();
  for (let byte = 0; byte < 252; byte++) {
    const char = prescriptionCode('79024', 'C', (n) => new Uint8Array(n).fill(byte)).charAt(5);
    seen.set(char, (seen.get(char) ?? 0) + 1);
  }
  assert.equal(seen.size, 36);
  assert.deepEqual(new Set(seen.values()), new Set([7]));
});

test('says what is wrong with a prescription code', () => {
  const code = (text: string): string | undefined => checkPrescriptionCode(text)[0]?.code;
  assert.equal(code('79024a1b2c3d-C'), undefined);
  assert.equal(code('79024a1b2c3d-c'), undefined);
  assert.equal(code('79024a1b2c3-C'), 'prescription-code-length');
  assert.equal(code('79024a1b2c3d-T'), 'prescription-code-kind');
  assert.equal(code('79024A1B2C3D-C'), 'prescription-code-form');
  assert.equal(code('79024a1b2c3dxC'), 'prescription-code-form');
});

test('phones as people write them', () => {
  const cases = [
    ['0912 345 678', '0912345678'],
    ['+84 912.345.678', '0912345678'],
    ['84912345678', '0912345678'],
    ['(024) 3869-3731', '02438693731'],
    ['0262 3852 665', '02623852665'],
    ['0112345678', undefined],
    ['091234567', undefined],
    ['không có', undefined],
    ['', undefined],
  ] as const;
  for (const [typed, phone] of cases) assert.equal(normalizePhone(typed), phone, typed);
  assert.equal(formatPhone('0912345678'), '0912 345 678');
  assert.equal(formatPhone('02438693731'), '024 3869 3731');
});
