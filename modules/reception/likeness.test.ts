import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { likeness, type Particulars } from './likeness.ts';

const LAN: Particulars = {
  name: 'Trần Thị Lan',
  birthDate: '1964-07-14',
  sex: 'female',
  phone: '0912345678',
  wardCode: '00004',
};

test('the more agrees, the likelier; what differs weighs against', () => {
  const { phone: _, ...noPhone } = LAN;
  const all = likeness(LAN, LAN);
  const plain = { name: 'Trần Thị Lan', birthDate: '1964-07-14', sex: 'female' };
  const some = likeness(LAN, plain);
  const year = likeness(LAN, { name: 'Trần Thị Lan', birthDate: '1964', sex: 'female' });
  assert.equal(all, 99);
  const newYear = likeness({ ...plain, birthDate: '1964-01-01' }, { ...plain, birthDate: '1964-01-01' });
  assert.ok(all >= some && some > newYear && newYear > year, `${all} ${some} ${newYear} ${year}`);
  assert.ok(year <= 50, 'a name and a year are no person');
  assert.ok(likeness(LAN, { ...LAN, phone: '0987654321' }) <= likeness(LAN, noPhone));
  assert.ok(likeness(LAN, { ...noPhone, sex: 'male' }) < likeness(LAN, noPhone) || likeness(LAN, noPhone) === 99);
  assert.ok(likeness({ name: 'Trần Thị Lan' }, { name: 'Lê Văn Hùng' }) <= 1);
});

test('twins without a name yet: a brother is hardly his sister', () => {
  const girl = { name: 'Con bà Trần Thị Lan', birthDate: '2026-11-24', sex: 'female', wardCode: '00004' };
  const boy = { ...girl, sex: 'male' };
  assert.ok(likeness(girl, boy) < 50 && likeness(girl, girl) > 50);
});

test('it is the same whichever record is looked at, and never certain', () => {
  const text = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const person = fc.record({
    name: text('Trần Thị Lan', 'Tran Thi Lan', 'Lê Văn Hùng', 'Y Krông Êban'),
    birthDate: text('1964', '1964-07', '1964-07-14', '1990-01-05'),
    sex: text('male', 'female'),
    phone: text('0912345678', '0987654321'),
    wardCode: text('00004', '00008'),
  });
  fc.assert(
    fc.property(person, person, (a, b) => {
      const percent = likeness(a, b);
      assert.equal(percent, likeness(b, a));
      assert.ok(Number.isInteger(percent) && percent >= 1 && percent <= 99);
    }),
    { numRuns: 200 },
  );
});
