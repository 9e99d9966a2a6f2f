import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dose } from '@mach/vn/clinical/dose.ts';
import { formulary } from '@mach/vn/clinical/testing/packs.ts';
import fc from 'fast-check';
import { readLine } from '../../../rules/dose-line.ts';
import {
  daysForAll,
  quantityOf,
  type ReadTyped,
  type RxLine,
  readTypedLine,
  sameTaking,
  toInput,
  typedOf,
  withDays,
} from './line.ts';
import { drugRow } from './testing.ts';

const metformin = drugRow('metformin-850-mg-v');
const cream = drugRow('clotrimazol-1-pc-15-g-t');

function read(typed: string, drug = metformin, days?: number): Extract<ReadTyped, { ok: true }> {
  const result = readTypedLine(typed, drug, days);
  assert.ok(result.ok, `${typed}: ${JSON.stringify(result)}`);
  return result;
}
function refused(typed: string, drug = metformin, days?: number): Extract<ReadTyped, { ok: false }> {
  const result = readTypedLine(typed, drug, days);
  assert.ok(!result.ok, typed);
  return result;
}
const line = (typed: string, drug = metformin): RxLine => ({
  key: 'k',
  drug,
  state: 'new',
  ...read(typed, drug).draft,
});

test('the line of the journey', () => {
  const { draft, rest } = read('1v x 2 sáng chiều sau ăn 30n');
  assert.deepEqual(rest, []);
  assert.equal(draft.dose.perDose, '1');
  assert.equal(draft.dose.frequency.times, 2);
  assert.equal(draft.dose.days, 30);
  assert.equal(draft.route, 'uong');
  assert.equal(quantityOf({ ...draft, drug: metformin }), '60');
  assert.equal(quantityOf(line('sáng 2v chiều 1v 10n')), '30');
  assert.equal(quantityOf(line('1/2v sáng 15n')), '8', 'half tablets are cut from whole ones');
});

test('days of the whole prescription stand in only where the line names none', () => {
  assert.equal(read('1v sáng', metformin, 30).draft.dose.days, 30);
  assert.equal(read('1v sáng 7n', metformin, 30).draft.dose.days, 7);
  assert.match(refused('1v sáng').questions[0]?.text.vi ?? '', /Mấy ngày/);
  assert.match(refused('1v sáng 120n').questions[0]?.text.vi ?? '', /90 ngày/);
  for (const [typed, days] of [
    ['30n', 30],
    ['2 tuần', 14],
    ['4t', 28],
    ['90 ngày', 90],
  ] as const)
    assert.equal(daysForAll(typed), days);
  for (const typed of ['30', '1v 30n', '91n', '0n', 'n', '14 tuần']) assert.equal(daysForAll(typed), undefined, typed);
});

test('a number with two readings is never guessed: each answer is one key', () => {
  const insulin = drugRow('insulin');
  const { questions } = refused('1.000 đv x 1 sáng 10n', insulin);
  const [question] = questions;
  assert.match(question?.text.vi ?? '', /1 hay 1\s000/);
  assert.deepEqual(
    question?.answers.map((a) => a.typed),
    ['1 đv x 1 sáng 10n', '1000 đv x 1 sáng 10n'],
  );
  const spaced = refused('1 500 mg x 1 30n').questions[0];
  assert.deepEqual(
    spaced?.answers.map((a) => a.typed),
    ['1500 mg x 1 30n', '500 mg x 1 30n'],
  );
  assert.deepEqual(refused('1v x 3 sáng chiều 5n').questions[0]?.answers, [], 'which number is wrong is not known');
});

test('what was not understood is kept, never dropped', () => {
  assert.deepEqual(read('1v x 2 xa bữa 30n').rest, ['xa', 'bữa']);
  assert.equal(refused('').empty, true);
  assert.equal(refused('uống').empty, false);
});

test('the drug is chosen: short words at the start belong to the dose', () => {
  assert.deepEqual(line('tối 1v 30n').dose.parts, ['evening']);
  assert.deepEqual(line('s 1v t 2v 30n').dose.byPart, { morning: '1', evening: '2' });
  assert.equal(line('ngày 2 lần mỗi lần 1v 5n').dose.frequency.times, 2);
  assert.equal(read('uống 1v sáng 5n').draft.route, 'uong');
});

test('creams: an application is the dose, the tubes must be said', () => {
  assert.match(refused('x 2 7n', cream).questions[0]?.text.vi ?? '', /bao nhiêu tuýp/);
  const done = line('x 2 7n = 1 tuýp', cream);
  assert.equal(done.dose.perDose, '1');
  assert.equal(quantityOf(done), '1');
  assert.equal(refused('x 2 7n = 1 viên', cream).ok, false, 'another unit is no total');
});

test('other days: a counted total follows, that of a cream stays', () => {
  const tablets = withDays({ ...line('1v x 2 10n = 25'), quantityReason: 'hao hụt' }, 30);
  assert.equal(quantityOf(tablets), '60');
  assert.equal(tablets.quantityReason, undefined);
  assert.equal(quantityOf(withDays(line('x 2 7n = 2 tuýp', cream), 14)), '2');
});

test('same taking, whatever the days', () => {
  assert.ok(sameTaking(line('1v x 2 sáng chiều 30n'), line('1v x 2 sáng chiều 10n')));
  assert.ok(!sameTaking(line('1v x 2 sáng chiều 30n'), line('1v x 2 sáng tối 30n')));
  assert.ok(!sameTaking(line('1v x 2 30n'), line('1v x 2 sau ăn 30n')));
});

const parts = ['morning', 'noon', 'afternoon', 'evening', 'bedtime'] as const;
const amount = fc.constantFrom('0.5', '1', '1.5', '2', '10');
const dose: fc.Arbitrary<Dose> = fc
  .record({
    days: fc.integer({ min: 1, max: 90 }),
    perDose: amount,
    plan: fc.constantFrom('times', 'parts', 'byPart', 'hours', 'week'),
    times: fc.integer({ min: 1, max: 6 }),
    chosen: fc.subarray([...parts], { minLength: 1 }),
    meal: fc.constantFrom(undefined, 'before', 'with', 'after'),
    asNeeded: fc.constantFrom(undefined, 'khi đau', 'khi sốt'),
  })
  .map(({ plan, chosen, times, asNeeded, ...rest }): Dose => {
    const base = { perDose: rest.perDose, doseUnit: 'viên', days: rest.days, meal: rest.meal };
    const needed = asNeeded ? { vi: asNeeded, en: 'as needed' } : undefined;
    if (plan === 'parts')
      return { ...base, parts: chosen, frequency: { times: chosen.length, period: 1, unit: 'day' }, asNeeded: needed };
    if (plan === 'byPart')
      return {
        ...base,
        byPart: Object.fromEntries(chosen.map((part) => [part, rest.perDose])),
        parts: chosen,
        frequency: { times: chosen.length, period: 1, unit: 'day' },
      };
    if (plan === 'hours') return { ...base, frequency: { times: 1, period: times * 2, unit: 'hour' }, parts: [] };
    if (plan === 'week') return { ...base, frequency: { times, period: 1, unit: 'week' }, parts: [] };
    return { ...base, frequency: { times, period: 1, unit: 'day' }, parts: [], asNeeded: needed };
  });

test('a dose that is shown for editing reads back as itself, and the server reads the same', () => {
  fc.assert(
    fc.property(dose, (given) => {
      const own: RxLine = { key: 'k', drug: metformin, dose: given, route: 'uong', state: 'new' };
      const again = read(typedOf(own)).draft;
      assert.ok(sameTaking({ ...again, drug: metformin }, own), `${typedOf(own)}: ${JSON.stringify(again)}`);
      assert.equal(again.dose.days, given.days);
      const server = readLine(toInput(own), 0, formulary());
      assert.ok(!Array.isArray(server), JSON.stringify(server));
      assert.equal(server.quantity.toString(), quantityOf(own));
      assert.deepEqual(server.dose.frequency, given.frequency);
      assert.deepEqual(server.dose.byPart ?? {}, given.byPart ?? {});
    }),
    { numRuns: 300 },
  );
});
