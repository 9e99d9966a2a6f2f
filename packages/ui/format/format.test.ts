import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDateVi } from '@mach/base';
import { age, isChild, maskDate, recently, span, waited } from './date.ts';
import { callName, emphasised, nameParts } from './name.ts';
import { clinicalNumber, quantity } from './number.ts';

const now = '2026-11-24T00:12:00Z'; // 07:12 in Vietnam

test('recent moments', () => {
  assert.equal(recently('2026-11-24T00:05:00Z', now, 'vi'), '07:05');
  assert.equal(recently('2026-11-23T14:40:00Z', now, 'vi'), 'hôm qua 21:40');
  assert.equal(recently('2026-11-20T14:40:00Z', now, 'vi'), '20/11/2026');
});

test('spans and waiting clocks', () => {
  assert.equal(span(200 * 60_000, 'vi'), '3 giờ 20 phút');
  assert.equal(span(18 * 60_000, 'vi'), '18 phút');
  assert.equal(span(72 * 3_600_000, 'vi'), '3 ngày');
  assert.equal(waited(8 * 60_000, 'vi'), '8′');
  assert.equal(waited(65 * 60_000, 'vi'), '1:05');
  assert.equal(waited(50 * 3_600_000, 'vi'), '2 ngày');
});

test('age: days, months below 72 months, then years', () => {
  assert.equal(age('1964-07-14', now, 'vi'), '62 t');
  assert.equal(age('1964', now, 'vi'), '62 t');
  assert.equal(age('2026-11-15', now, 'vi'), '9 ngày');
  assert.equal(age('2020-11-25', now, 'vi'), '71 tháng');
  assert.equal(age('2020-11-24', now, 'en'), '6 y');
  assert.equal(age('2030-01-01', now, 'vi'), '');
  assert.equal(isChild('2010-11-25', now), true);
  assert.equal(isChild('2010-11-24', now), false);
});

test('typing eight digits gives a date, key by key; partial dates are not disturbed', () => {
  const typeAll = (text: string): string => [...text].reduce((shown, key) => maskDate(shown + key, shown), '');
  assert.equal(typeAll('14071964'), '14/07/1964');
  assert.equal(typeAll('14/07/1964'), '14/07/1964');
  assert.equal(typeAll('14/071964'), '14/07/1964');
  for (const partial of ['1964', '07/1964', '7/1964', '4/7/1964']) assert.equal(typeAll(partial), partial);
  assert.equal(maskDate('14/07', '14/07/'), '14/07', 'deleting stays possible');
  assert.equal(parseDateVi(typeAll('29022024')), '2024-02-29');
});

test('the given name is emphasised, names that cannot be split stay whole', () => {
  assert.equal(emphasised('Trần Thị Lan'), 'Trần Thị LAN');
  assert.equal(emphasised('Nguyễn Thị Ấu'), 'Nguyễn Thị ẤU');
  assert.equal(emphasised('Y Krông Êban'), 'Y Krông Êban');
  assert.equal(callName('Đặng Ngọc Hường'), 'HƯỜNG');
  assert.deepEqual(nameParts('Maria'), { lead: '', given: 'Maria', split: false });
});

test('values keep their unit on one line; results that are not numbers pass', () => {
  assert.equal(quantity('12500', '/µL'), '12\u202f500\u00a0/µL');
  assert.equal(clinicalNumber('<0,01'), '<0,01');
});
