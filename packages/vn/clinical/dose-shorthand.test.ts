import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { doseFromSuggestion } from './dose-convert.ts';
import { type DoseSuggestion, parseDoseShorthand } from './dose-shorthand.ts';
import { drug } from './testing/packs.ts';

function read(text: string): DoseSuggestion {
  const result = parseDoseShorthand(text);
  assert.ok(result.ok, `${text}: ${JSON.stringify(result)}`);
  return result.suggestion;
}

function question(text: string): { vi: string; choices?: [string, string] } {
  const result = parseDoseShorthand(text);
  assert.ok(!result.ok, `${text}: ${JSON.stringify(result)}`);
  return { vi: result.question.text.vi, choices: result.question.choices };
}

const daily = (times: number): object => ({ times, period: 1, unit: 'day' });

test('as doctors type it', () => {
  const a = read('1v x 2 sáng chiều 30n');
  assert.deepEqual(a.perDose, { value: '1', unit: 'viên' });
  assert.deepEqual(a.frequency, daily(2));
  assert.deepEqual(a.parts, ['morning', 'afternoon']);
  assert.equal(a.days, 30);
  assert.deepEqual(a.rest, []);

  const b = read('ceftriaxon 1g tmc 12h 7n');
  assert.equal(b.drug, 'ceftriaxon');
  assert.equal(b.route, 'tiem-tinh-mach');
  assert.deepEqual(b.perDose, { value: '1', unit: 'g' });
  assert.deepEqual(b.frequency, { times: 1, period: 12, unit: 'hour' });
  assert.equal(b.days, 7);

  const c = read('metformin 500mg 1v x 2 sau ăn 30 ngày');
  assert.deepEqual(c.strength, { value: '500', unit: 'mg' });
  assert.deepEqual(c.perDose, { value: '1', unit: 'viên' });
  assert.equal(c.meal, 'after');

  assert.deepEqual(read('1/2v sáng').perDose, { value: '0.5', unit: 'viên' });
  assert.deepEqual(read('0,5 viên tối').perDose, { value: '0.5', unit: 'viên' });
  assert.deepEqual(read('amlodipin 5mg 1v sáng 2 tuần').days, 14);
  assert.deepEqual(read('5ml x3/ngày 5n').frequency, daily(3));
  assert.deepEqual(read('ngày 2 lần mỗi lần 1 viên').frequency, daily(2));
  assert.deepEqual(read('1v tuần 1 lần 4 tuần').frequency, { times: 1, period: 1, unit: 'week' });
  assert.deepEqual(read('1v trước khi ngủ 10n').parts, ['bedtime']);
  assert.equal(read('salbutamol 2 nhát khi khó thở').asNeeded, 'khi khó thở');
  assert.deepEqual(read('insulin 30/70 10dv trước ăn sáng').perDose, { value: '10', unit: 'đơn vị' });
  assert.deepEqual(read('sáng 2v chiều 1v 10 ngày').byPart, { morning: '2', afternoon: '1' });
});

test('letters of a name are not parts of the day', () => {
  assert.equal(read('vitamin c 500mg 1v x1').drug, 'vitamin c');
  assert.deepEqual(read('vitamin c 500mg 1v x1').parts, []);
  assert.equal(read('vitamin b1 250mg 1v').drug, 'vitamin b1');
  assert.equal(read('omega 3 1v x 2').drug, 'omega 3');
});

test('a number that can be read in two ways is asked, never guessed', () => {
  assert.deepEqual(question('paracetamol 1.000 x 2').choices, ['1', '1000']);
  assert.deepEqual(question('para 1.000mg x3').choices, ['1', '1000']);
  assert.deepEqual(question('penicilin 1,000 đv').choices, ['1', '1000']);
  assert.match(question('sáng 1.000 chiều 1').vi, /1 hay 1\u202f?000/);
  assert.deepEqual(question('para 1 500mg x3').choices, ['500', '1500']);
  assert.deepEqual(question('para 1 000mg x3').choices, ['0', '1000']);
  assert.equal(read('para 1\u202f000mg x3').perDose?.value, '1000');
});

test('contradictions are asked', () => {
  assert.deepEqual(question('2v x 3 sáng chiều').choices, ['3', '2']);
  assert.ok(question('1v sáng 2v chiều').vi.includes('sáng 1v chiều 2v'));
  assert.ok(question('1v 2 gói x 2').vi.includes('Liều nào đúng'));
  assert.ok(question('0v x 2').vi.includes('lớn hơn 0'));
  assert.ok(question('1/3v x 2').vi.includes('1/3'));
});

test('a number without a unit after a dose is not taken as a dose', () => {
  const s = read('1v sáng 30');
  assert.equal(s.byPart, undefined);
  assert.deepEqual(s.rest, ['30']);
  assert.equal(s.days, undefined);
  assert.deepEqual(read('1v 1 tháng').days, undefined, 'a month is 28, 30 or 31 days');
});

test('a suggestion becomes a dose of the chosen product, or questions', () => {
  const ok = doseFromSuggestion(read('ceftriaxon 1g tmc 12h 7n'), drug('ceftriaxon-1'));
  assert.ok(ok.ok);
  assert.equal(ok.dose.perDose, '1');
  assert.equal(ok.dose.doseUnit, 'lọ');
  const two = doseFromSuggestion(read('1g x 2 5n'), drug('metformin-500'));
  assert.ok(two.ok && two.dose.perDose === '2');
  const wrong = doseFromSuggestion(read('metformin 850mg 1v x 2 30n'), drug('metformin-500'));
  assert.ok(!wrong.ok && wrong.questions[0]?.text.vi.includes('850 mg'));
  const cut = doseFromSuggestion(read('850mg x 2 30n'), drug('metformin-500'));
  assert.ok(!cut.ok && cut.questions[0]?.text.vi.includes('1,7 viên'), 'a tablet is cut into quarters at most');
  const half = doseFromSuggestion(read('250mg x 2 30n'), drug('metformin-500'));
  assert.ok(half.ok && half.dose.perDose === '0.5');
  const missing = doseFromSuggestion(read('1v'), drug('metformin-500'));
  assert.ok(!missing.ok && missing.questions.length === 2);
  const third = doseFromSuggestion(read('166mg x 2 5n'), drug('metformin-500'));
  assert.ok(!third.ok || third.dose.perDose === '0.332');
  const plan = doseFromSuggestion(read('sáng 2 chiều 1 7n'), drug('metformin-500'));
  assert.ok(plan.ok && plan.dose.byPart?.morning === '2');
  const litres = doseFromSuggestion(read('5ml x 2 5n'), drug('metformin-500'));
  assert.ok(!litres.ok);
});

test('what is written from parts reads back to the same parts', () => {
  const parts = fc.record({
    amount: fc.constantFrom('1', '2', '1/2', '0,5', '1,5', '10'),
    unit: fc.constantFrom('v', ' viên', ' gói', 'ml', ' giọt'),
    times: fc.integer({ min: 1, max: 6 }),
    days: fc.integer({ min: 1, max: 90 }),
    meal: fc.constantFrom('', ' sau ăn', ' trước ăn'),
    spelling: fc.constantFrom('x', 'x ', '× '),
    ends: fc.constantFrom('n', ' ngày', ' NGÀY'),
  });
  fc.assert(
    fc.property(parts, (p) => {
      const s = read(`${p.amount}${p.unit} ${p.spelling}${p.times}${p.meal} ${p.days}${p.ends}`);
      assert.deepEqual(s.frequency, daily(p.times));
      assert.equal(s.days, p.days);
      const decimals: Record<string, string> = { '1/2': '0.5', '0,5': '0.5', '1,5': '1.5' };
      const expected = decimals[p.amount] ?? p.amount;
      assert.equal(s.perDose?.value, expected);
      assert.deepEqual(s.rest, []);
    }),
  );
});

test('any text is answered, and words are never lost silently', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60, unit: 'grapheme' }), (text) => {
      const result = parseDoseShorthand(text);
      assert.equal(typeof result.ok, 'boolean');
    }),
  );
});
