import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import fc from 'fast-check';
import {
  type Dose,
  dailyAmount,
  directionText,
  dispenseQuantity,
  doseCount,
  medicationLine,
  medicationLineText,
  printQuantity,
  quantityInWords,
  totalAmount,
} from './dose.ts';
import { drug } from './testing/packs.ts';

const oral = { vi: 'uống', en: 'oral' };
const twice: Dose = {
  perDose: '1',
  doseUnit: 'viên',
  frequency: { times: 2, period: 1, unit: 'day' },
  parts: ['afternoon', 'morning'],
  meal: 'after',
  days: 30,
};
const every = (times: number, period: number, unit: 'hour' | 'day' | 'week', days: number): Dose => ({
  perDose: '1',
  doseUnit: 'viên',
  frequency: { times, period, unit },
  days,
});

test('the medication line of the design, word by word', () => {
  const metformin = { ...drug('metformin-500'), display: 'metformin', form: 'viên nén', brand: 'glucophage' };
  const text = medicationLineText(medicationLine(metformin, twice, oral));
  assert.equal(
    text.replaceAll('\u00a0', ' '),
    'metformin 500 mg – viên nén (Glucophage) — uống — MỖI LẦN 1 viên — ngày 2 lần, sáng – chiều sau ăn — 30 ngày — tổng 60 viên',
  );
  assert.ok(text.includes('500\u00a0mg'), 'strength never parts from its unit');
  assert.equal(
    directionText(twice, oral).en.replaceAll('\u00a0', ' '),
    'oral, 1 tablet(s), 2 times a day, morning, afternoon after food, for 30 days',
  );
});

test('tall-man spelling and combinations are kept whole', () => {
  const line = medicationLineText(
    medicationLine(
      drug('ceftriaxon-1'),
      { ...every(1, 12, 'hour', 7), doseUnit: 'lọ' },
      { vi: 'tiêm tĩnh mạch', en: 'intravenous' },
    ),
  );
  assert.equal(
    line.replaceAll('\u00a0', ' '),
    'cefTRIAXon 1 g – bột pha tiêm — tiêm tĩnh mạch — MỖI LẦN 1 lọ — mỗi 12 giờ — 7 ngày — tổng 14 lọ',
  );
});

test('numbers of doses: a period that has begun counts', () => {
  const table: [Dose, number][] = [
    [every(2, 1, 'day', 30), 60],
    [every(1, 12, 'hour', 7), 14],
    [every(1, 8, 'hour', 1), 3],
    [every(1, 5, 'hour', 1), 5],
    [every(1, 2, 'day', 7), 4],
    [every(1, 1, 'week', 28), 4],
    [every(1, 1, 'week', 30), 5],
    [every(3, 1, 'week', 14), 6],
  ];
  for (const [dose, count] of table) assert.equal(doseCount(dose), count, JSON.stringify(dose.frequency));
});

test('a day plan with different amounts', () => {
  const plan: Dose = { ...twice, byPart: { morning: '2', evening: '1.5' }, days: 10 };
  assert.equal(dailyAmount(plan).toString(), '3.5');
  assert.equal(totalAmount(plan).toString(), '35');
  assert.equal(doseCount(plan), 20);
  const text = medicationLineText(medicationLine(drug('metformin-500'), plan, oral));
  assert.ok(text.replaceAll('\u00a0', ' ').includes('MỖI NGÀY sáng 2 viên – tối 1,5 viên, sau ăn — 10 ngày'), text);
});

test('quantity to hand out: tablets by the piece, bottles by content, ampoules one per dose', () => {
  const quantity = (code: string, dose: Dose): string | undefined => dispenseQuantity(dose, drug(code))?.toString();
  assert.equal(quantity('metformin-500', { ...twice, perDose: '0.5', days: 7 }), '7');
  assert.equal(
    quantity('metformin-500', { ...twice, perDose: '0.5', days: 1, frequency: { times: 1, period: 1, unit: 'day' } }),
    '1',
  );
  // 5 ml three times a day for 5 days from bottles of 60 ml: 75 ml, two bottles.
  assert.equal(quantity('paracetamol-120-mg-5-ml', { ...every(3, 1, 'day', 5), perDose: '5', doseUnit: 'ml' }), '2');
  assert.equal(quantity('salbutamol-100', { ...every(4, 1, 'day', 30), perDose: '2', doseUnit: 'nhát' }), '2');
  // Half an ampoule twice a day opens two ampoules a day.
  assert.equal(quantity('ceftriaxon-1', { ...every(1, 12, 'hour', 3), perDose: '0.5', doseUnit: 'lọ' }), '6');
  assert.equal(quantity('ketoconazol', { ...every(2, 1, 'day', 7), doseUnit: 'lần' }), undefined);
  assert.equal(quantity('metformin-500', { ...twice, doseUnit: 'ml' }), undefined);
});

test('printed quantity: zero before one digit, words for controlled drugs', () => {
  assert.equal(printQuantity(Decimal.of(5), 'viên'), '05\u00a0viên');
  assert.equal(printQuantity(Decimal.of(10), 'viên'), '10\u00a0viên');
  assert.equal(printQuantity(Decimal.of('2.5'), 'viên'), '2,5\u00a0viên');
  assert.equal(quantityInWords(Decimal.of(15), 'viên'), 'Mười lăm viên');
  assert.equal(quantityInWords(Decimal.of(21), 'ống'), 'Hai mươi mốt ống');
});

test('what is handed out always covers the course, and never by a whole unit too much', () => {
  const dose = fc.record({
    perDose: fc.constantFrom('0.25', '0.5', '1', '1.5', '2', '3'),
    doseUnit: fc.constant('viên'),
    frequency: fc.record({
      times: fc.integer({ min: 1, max: 6 }),
      period: fc.integer({ min: 1, max: 3 }),
      unit: fc.constantFrom('day' as const, 'week' as const),
    }),
    days: fc.integer({ min: 1, max: 90 }),
  });
  fc.assert(
    fc.property(dose, (d) => {
      const quantity = dispenseQuantity(d, drug('metformin-500'));
      assert.ok(quantity);
      assert.ok(quantity.isInteger());
      assert.ok(quantity.gte(totalAmount(d)));
      assert.ok(quantity.sub(totalAmount(d)).lt(1));
    }),
  );
});
