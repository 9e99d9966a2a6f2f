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
  vitalValues,
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
  vitals: { sbp: '150', dbp: '90', pulse: ' ' },
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
  assert.deepEqual(missing(EMPTY_FORM), ['history', 'exam', 'diagnosis']);
  assert.deepEqual(missing(FULL), []);
  assert.deepEqual(missing({ ...FULL, lines: [{ ...LINE, days: '' }] }), ['line']);
  assert.equal(lineInput({ ...LINE, morning: '0', evening: '' }), undefined);
  assert.deepEqual(lineInput(LINE), {
    drug: 'metformin-850-mg-v',
    doseUnit: 'viên',
    slots: { morning: '1', evening: '1' },
    days: 30,
  });
  assert.deepEqual(vitalValues(FULL.vitals), { sbp: '150', dbp: '90' });
});

test('allergies as they are told', () => {
  assert.deepEqual(allergyItems(''), []);
  assert.deepEqual(allergyItems('Không'), []);
  assert.deepEqual(allergyItems('penicillin, tôm'), [{ substance: 'penicillin' }, { substance: 'tôm' }]);
});
