import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Issue } from '@mach/base/problem.ts';
import fc from 'fast-check';
import { signPrescriptionCommand } from '../commands/prescription-sign.ts';
import { decimalText } from '../inputs.ts';
import encounter from '../module.ts';
import {
  ORDER_STATES,
  type OrderState,
  PRESCRIPTION_STATES,
  type PrescriptionState,
  VISIT_STATES,
  type VisitState,
} from '../states.ts';
import { mayAdvance, nextByCancelling, nextOrderState, pendingResults, requestStatus, resultsDeed } from './order.ts';
import { nextByWithdrawing, nextPrescriptionState, taskStatus } from './prescription.ts';
import { encounterStatus, FINAL_VISIT_STATES, isPresent, nextVisitState, statesFor, VISIT_DEEDS } from './visit.ts';

const inVietnamese = /[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]/i;

function assertRefusal(issue: Issue): void {
  assert.ok(issue.field, 'names a field');
  assert.ok(issue.remedy, 'names a remedy');
  for (const text of [issue.text, issue.remedy]) {
    assert.match(text?.vi ?? '', inVietnamese);
    assert.ok((text?.en ?? '').length > 5);
    assert.doesNotMatch(`${text?.vi} ${text?.en}`, /undefined/);
  }
}

test('visit: whatever is done in whatever order, the state stays in the machine and refusals say the way on', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VISIT_STATES),
      fc.array(fc.constantFrom(...VISIT_DEEDS), { maxLength: 60 }),
      (start, deeds) => {
        let state = start;
        for (const deed of deeds) {
          const next = nextVisitState(state, deed);
          if (next.ok) {
            assert.ok(VISIT_STATES.includes(next.value));
            assert.ok(statesFor(deed).includes(state));
            state = next.value;
          } else {
            assertRefusal(next.error);
            assert.ok(!statesFor(deed).includes(state));
          }
        }
      },
    ),
  );
});

test('visit: every state is reached from booking, and the side exits end it', () => {
  const reached = new Set(['booked']);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const state of VISIT_STATES)
      if (reached.has(state))
        for (const deed of VISIT_DEEDS) {
          const next = nextVisitState(state, deed);
          if (next.ok) reached.add(next.value);
        }
  }
  assert.deepEqual([...reached].sort(), [...VISIT_STATES].sort());
  assert.deepEqual([...FINAL_VISIT_STATES].sort(), ['admitted', 'cancelled']);
});

test('visit: the ordinary way through the house', () => {
  const way = [
    'arrive',
    'queue',
    'call',
    'order',
    'await-results',
    'results-in',
    'call',
    'conclude',
    'bill',
    'settle',
    'close',
  ] as const;
  const states: VisitState[] = ['booked'];
  for (const deed of way) {
    const next = nextVisitState(states.at(-1) ?? 'closed', deed);
    assert.ok(next.ok, deed);
    states.push(next.value);
  }
  assert.deepEqual(states, [
    'booked',
    'arrived',
    'waiting',
    'in-exam',
    'in-exam',
    'awaiting-results',
    'results-ready',
    'in-exam',
    'concluded',
    'awaiting-payment',
    'settled',
    'closed',
  ]);
});

test('visit: nothing is ordered, written or concluded before the exam or after payment', () => {
  for (const deed of ['order', 'write', 'conclude'] as const)
    for (const state of [
      'booked',
      'arrived',
      'waiting',
      'concluded',
      'awaiting-payment',
      'settled',
      'closed',
      'left',
      'cancelled',
    ] as const)
      assert.equal(nextVisitState(state, deed).ok, false, `${deed} while ${state}`);
});

test('visit: FHIR status follows, and only who is in the house is present', () => {
  assert.deepEqual(VISIT_STATES.filter(isPresent), [
    'arrived',
    'waiting',
    'in-exam',
    'awaiting-results',
    'results-ready',
  ]);
  assert.equal(encounterStatus('settled'), 'finished');
  assert.equal(encounterStatus('left'), 'cancelled');
});

test('order: the chain goes forward only, except a rejected specimen and a corrected result', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...ORDER_STATES), { maxLength: 40 }), fc.boolean(), (steps, withReason) => {
      let state: OrderState = 'signed';
      for (const to of steps) {
        const next: ReturnType<typeof nextOrderState> =
          to === 'cancelled' ? nextByCancelling(state) : nextOrderState(state, to, withReason ? 'vỡ mẫu' : undefined);
        if (next.ok) {
          assert.ok(ORDER_STATES.includes(next.value));
          const back = ORDER_STATES.indexOf(next.value) < ORDER_STATES.indexOf(state);
          if (back)
            assert.ok(withReason && (next.value === 'signed' || (state === 'seen' && next.value === 'validated')));
          state = next.value;
        } else assertRefusal(next.error);
      }
    }),
  );
  assert.equal(mayAdvance('validated', 'signed'), false, 'a validated result is corrected, never thrown away');
  assert.equal(nextByCancelling('performed').ok, false);
});

test('order: a visit has its results exactly when no diagnostic order is open and one has a result', () => {
  const order = fc.record({
    group: fc.constantFrom('exam', 'lab', 'imaging', 'functional', 'procedure'),
    state: fc.constantFrom(...ORDER_STATES),
  });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 8 }), (orders) => {
      const diagnostic = orders.filter((o) => o.group !== 'exam' && o.group !== 'procedure');
      const open = diagnostic.filter((o) => !['validated', 'seen', 'cancelled'].includes(o.state));
      const done = diagnostic.filter((o) => ['validated', 'seen'].includes(o.state));
      const expected = open.length > 0 ? 'await-results' : done.length > 0 ? 'results-in' : 'results-off';
      assert.equal(resultsDeed(orders), expected);
      assert.equal(pendingResults(orders).length, open.length);
    }),
  );
  assert.equal(requestStatus('performed', 'exam'), 'completed');
  assert.equal(requestStatus('performed', 'lab'), 'active');
});

test('prescription: no path leaves the machine, nothing follows a cancelled one, what was handed over is not cancelled', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PRESCRIPTION_STATES), { maxLength: 40 }), (steps) => {
      let state: PrescriptionState = 'signed';
      const history: PrescriptionState[] = ['signed'];
      for (const to of steps) {
        if (to === 'cancelled') {
          const next = nextByWithdrawing(state);
          if (next.ok) {
            assert.ok(!['partly-dispensed', 'dispensed', 'cancelled'].includes(state));
            state = next.value;
          } else assertRefusal(next.error);
          continue;
        }
        const next: ReturnType<typeof nextPrescriptionState> = nextPrescriptionState(state, to, history);
        if (!next.ok) {
          assertRefusal(next.error);
          continue;
        }
        assert.notEqual(state, 'cancelled');
        assert.ok(PRESCRIPTION_STATES.includes(next.value.state));
        state = next.value.state;
        history.push(next.value.reached);
      }
    }),
  );
});

test('prescription: a national code that comes after dispensing is kept without moving it; a full return restores it', () => {
  const late = nextPrescriptionState('dispensed', 'national-code', ['signed', 'sent']);
  assert.deepEqual(late, { ok: true, value: { state: 'dispensed', reached: 'national-code' } });
  const back = nextPrescriptionState('dispensed', 'signed', ['signed', 'sent', 'national-code']);
  assert.deepEqual(back, { ok: true, value: { state: 'national-code', reached: 'signed' } });
  assert.equal(taskStatus('partly-dispensed'), 'in-progress');
});

test('amounts at the door of the kernel have one reading', () => {
  const taken = (text: string): boolean => decimalText.safeParse(text).success;
  assert.deepEqual(
    ['0.5', '0.125', '30', '1000', '2.25', '0'].filter((text) => !taken(text)),
    [],
  );
  assert.deepEqual(['1.000', '1.125', '12.500', '1,5', '01', '0.50', '-1', '', '1e3', '٣'].filter(taken), []);
});

test('no role signs a prescription past the checks', () => {
  const granted = Object.values(encounter.roles ?? {}).flat();
  assert.ok(granted.includes('encounter.prescribe'), 'doctors cancel');
  assert.ok(!granted.includes(signPrescriptionCommand.permission));
});
