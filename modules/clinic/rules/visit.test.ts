import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VISIT_STATES } from '@mach/encounter/contract.ts';
import fc from 'fast-check';
import {
  allergyItems,
  EMPTY_FORM,
  lineInput,
  missing,
  type Step,
  steps,
  type VisitForm,
  vitalsInput,
} from './visit.ts';

const LINE = {
  code: 'metformin-850-mg-v',
  name: 'metformin 850 mg',
  doseUnit: 'viên',
  morning: '1',
  noon: '',
  afternoon: '',
  evening: '1',
  days: '30',
};
const FULL: VisitForm = {
  ...EMPTY_FORM,
  vitals: { sbp: '150', dbp: '90', pulse: '' },
  allergies: '0',
  history: 'Đau đầu 2 ngày',
  exam: 'Tỉnh',
  diagnoses: [{ code: 'I10', text: 'Tăng huyết áp' }],
  lines: [LINE],
};

test('two presses of one key: sign everything, then take the money and hand over', () => {
  const before = { state: 'waiting' as const, allergiesKnown: false, prescribed: false };
  assert.deepEqual(steps(before, FULL, new Set()), [
    'start',
    'vitals',
    'allergies',
    'note',
    'diagnose',
    'prescribe',
    'sign',
  ]);
  const after = { state: 'awaiting-payment' as const, allergiesKnown: true, prescribed: true };
  assert.deepEqual(steps(after, FULL, new Set()), ['pay', 'dispense']);
  assert.deepEqual(steps(after, { ...FULL, here: false }, new Set()), ['elsewhere', 'pay']);
  assert.deepEqual(steps({ ...after, state: 'settled' }, FULL, new Set()), ['dispense']);
  assert.deepEqual(steps({ ...after, state: 'closed' }, FULL, new Set()), []);
});

test('whatever was done is not done again, and the order stays', () => {
  const all: Step[] = [
    'start',
    'vitals',
    'allergies',
    'note',
    'order',
    'diagnose',
    'prescribe',
    'sign',
    'elsewhere',
    'pay',
    'dispense',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...VISIT_STATES),
      fc.boolean(),
      fc.boolean(),
      fc.subarray(all),
      (state, allergiesKnown, prescribed, done) => {
        const facts = { state, allergiesKnown, prescribed };
        const rest = steps(facts, FULL, new Set(done));
        assert.ok(rest.every((step) => !done.includes(step)));
        assert.deepEqual(
          rest,
          steps(facts, FULL, new Set()).filter((step) => !done.includes(step)),
        );
        assert.ok(!(rest.includes('sign') && rest.includes('pay')), 'nobody pays before the amount is known');
      },
    ),
  );
});

test('what is missing is said, a line needs a dose and days', () => {
  assert.deepEqual(missing(EMPTY_FORM, false), ['history', 'exam', 'diagnosis']);
  assert.deepEqual(missing(FULL, false), []);
  assert.deepEqual(missing({ ...FULL, lines: [{ ...LINE, days: '' }] }, false), ['line']);
  assert.equal(lineInput({ ...LINE, morning: '0', evening: '' }), undefined);
  assert.deepEqual(lineInput(LINE), {
    drug: 'metformin-850-mg-v',
    doseUnit: 'viên',
    slots: { morning: '1', evening: '1' },
    days: 30,
  });
  // Canonical "0.125" and "1.125" leave with a fourth decimal where a server could read a thousand.
  assert.deepEqual(lineInput({ ...LINE, morning: '1.125' })?.slots, { morning: '1.1250', evening: '1' });
});

test('an unusual value is confirmed for that value only', () => {
  assert.deepEqual(vitalsInput(FULL), { values: { sbp: '150', dbp: '90' } });
  const high = { ...FULL, vitals: { sbp: '230', dbp: '125' }, confirmed: ['sbp=230', 'dbp=120'] };
  assert.deepEqual(vitalsInput(high), { values: { sbp: '230', dbp: '125' }, confirmed: ['sbp'] });
});

test('nobody is recorded as without allergies because a field was passed over', () => {
  const silent = { ...FULL, allergies: '' };
  assert.deepEqual(missing(silent, false), ['allergies'], 'a drug waits for the question');
  assert.deepEqual(missing(silent, true), []);
  assert.deepEqual(missing({ ...silent, lines: [] }, false), []);
  const facts = { state: 'waiting' as const, allergiesKnown: false, prescribed: false };
  assert.ok(!steps(facts, { ...silent, lines: [] }, new Set()).includes('allergies'), 'and nothing is written');
});

test('allergies as they are told', () => {
  for (const none of ['Không', 'k', '0', ' none ']) assert.deepEqual(allergyItems(none), [], none);
  assert.deepEqual(allergyItems('penicillin, tôm'), [{ substance: 'penicillin' }, { substance: 'tôm' }]);
});
