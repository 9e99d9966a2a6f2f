import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing, suggestOutcome, type VisitFacts, workday } from './missing.ts';

const ready: VisitFacts = {
  texts: { reason: 'Tái khám', history: 'Uống thuốc đều', exam: 'Tim đều' },
  gaps: 0,
  hasPrincipal: true,
  dxUnsaved: false,
  allergyAsked: true,
  lines: 2,
  lineOpen: false,
  warnings: 0,
  stops: 0,
  unseen: 0,
  pending: 0,
  pendingReason: '',
  basket: 0,
  outcome: 'revisit',
  revisit: '2026-12-24',
  destination: '',
  diedAt: '',
};

test('a complete visit lacks nothing', () => {
  assert.deepEqual(missing(ready), []);
});

test('each thing that is missing is named, in the order of the page', () => {
  const cases: [Partial<VisitFacts>, string[]][] = [
    [{ texts: { reason: ' ', exam: 'Tim đều' } }, ['reason', 'history']],
    [{ gaps: 1 }, ['gaps']],
    [{ hasPrincipal: false, dxUnsaved: true }, ['principal']],
    [{ dxUnsaved: true }, ['dxUnsaved']],
    [{ allergyAsked: false }, ['allergy']],
    [{ allergyAsked: false, lines: 0 }, []],
    [{ lineOpen: true, warnings: 2, stops: 1 }, ['lineOpen', 'stops', 'warnings']],
    [{ unseen: 3 }, ['unseen']],
    [{ pending: 1 }, ['pending']],
    [{ pending: 1, pendingReason: 'trả kết quả sau' }, []],
    [{ basket: 2 }, ['ordersOpen']],
    [{ revisit: '' }, ['revisit']],
    [{ outcome: 'home', revisit: '' }, []],
    [{ outcome: 'transferred' }, ['destination']],
    [{ outcome: 'died' }, ['diedAt']],
    [{ outcome: 'died', diedAt: '7:18' }, ['diedAt']],
    [{ outcome: 'died', diedAt: '07:18' }, []],
  ];
  for (const [change, expected] of cases) assert.deepEqual(missing({ ...ready, ...change }), expected);
});

test('a long prescription suggests a return date on a workday before it runs out', () => {
  assert.deepEqual(suggestOutcome([30, 30], '2026-11-24'), { outcome: 'revisit', revisit: '2026-12-24' });
  assert.deepEqual(suggestOutcome([5, 7], '2026-11-24'), { outcome: 'home', revisit: '' });
  assert.deepEqual(suggestOutcome([], '2026-11-24'), { outcome: 'home', revisit: '' });
  assert.equal(workday('2026-12-26'), '2026-12-25', 'Saturday');
  assert.equal(workday('2026-12-27'), '2026-12-25', 'Sunday');
  assert.equal(workday('2026-12-28'), '2026-12-28');
});
