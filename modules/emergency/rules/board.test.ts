import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BoardRow } from '../contract.ts';
import { clockOf, columnOf, ranked, scoreOf } from './board.ts';

const DOOR = '2026-11-24T00:00:00.000Z';
const at = (minutes: number): string => new Date(Date.parse(DOOR) + minutes * 60_000).toISOString();

const row = (over: Partial<BoardRow> = {}): BoardRow => ({
  key: 'e',
  patient: 'p',
  visitCode: 'v',
  name: 'Lê Văn Hùng',
  birthDate: '1955-03-02',
  gender: 'male',
  patientCode: null,
  codeName: null,
  state: 'waiting',
  stage: null,
  bed: null,
  mode: 'walk',
  doorAt: DOOR,
  complaint: 'Sốt',
  room: null,
  roomName: null,
  level: null,
  triagedAt: null,
  seeBy: null,
  recheckAt: null,
  triages: 0,
  seenAt: null,
  doctorName: null,
  news2: null,
  news2Recorded: null,
  news2Risk: null,
  pews: null,
  pewsRisk: null,
  meows: null,
  meowsRisk: null,
  vitalsAt: null,
  weight: null,
  trend: [],
  runs: [],
  ordersTotal: 0,
  ordersDone: 0,
  ordersUnseen: 0,
  principalDiagnosis: null,
  allergyState: null,
  ...over,
});

test('five columns; who has left stands in none', () => {
  const column = (over: Partial<BoardRow>) => columnOf(row(over));
  assert.equal(column({}), 'triage');
  assert.equal(column({ level: 3 }), 'waiting');
  assert.equal(column({ state: 'in-exam', level: 2 }), 'treating');
  assert.equal(column({ state: 'awaiting-results', stage: 'observing' }), 'observing');
  assert.equal(column({ state: 'results-ready', stage: 'deciding' }), 'deciding');
  for (const state of ['settled', 'left', 'admitted', 'died', 'awaiting-payment'] as const)
    assert.equal(column({ state }), null, state);
});

test('the clock of a card turns at its limits', () => {
  const lateness = (over: Partial<BoardRow>, minutes: number): string => {
    const { kind, left, lateness: how } = clockOf(row(over), at(minutes));
    return `${kind} ${left} ${how}`;
  };
  assert.equal(lateness({}, 2), 'triage 3 none');
  assert.equal(lateness({}, 4), 'triage 1 late');
  assert.equal(lateness({}, 6), 'triage -1 overdue');
  const waits = { level: 3, seeBy: at(30), recheckAt: at(34) };
  assert.equal(lateness(waits, 10), 'seen 20 none');
  assert.equal(lateness(waits, 24), 'seen 6 late');
  assert.equal(lateness(waits, 30), 'seen 0 late');
  assert.equal(lateness(waits, 31), 'seen -1 overdue');
  assert.equal(lateness({ level: 5, seeBy: at(120), recheckAt: at(30) }, 31), 'recheck -1 overdue');
  const treated = { level: 3, state: 'in-exam' as const };
  assert.equal(lateness(treated, 100), 'stay null none');
  assert.equal(lateness(treated, 240), 'stay null late');
  const run = {
    run: 't',
    bundle: 'sepsis',
    name: 'x',
    status: 'in-progress' as const,
    startedAt: DOOR,
    changedAt: null,
  };
  const due = { ...run, nextStep: 'Đo lactat', nextDueAt: at(15), clock: null, clockDueAt: null };
  assert.equal(lateness({ ...treated, runs: [due] }, 16), 'bundle -1 overdue');
  assert.equal(lateness({ ...treated, runs: [{ ...due, status: 'completed' }] }, 16), 'stay null none');
});

test('who is not triaged stands first, then by level, then who is late, then who came first', () => {
  const rows = [
    row({ key: 'mild', level: 4, seeBy: at(60) }),
    row({ key: 'late', level: 3, seeBy: at(30), doorAt: at(1) }),
    row({ key: 'early', level: 3, seeBy: at(60), doorAt: DOOR }),
    row({ key: 'new' }),
    row({ key: 'red', level: 1, seeBy: DOOR }),
  ];
  assert.deepEqual(
    ranked(rows, at(40)).map((r) => r.key),
    ['new', 'red', 'late', 'early', 'mild'],
  );
});

test('the score of a card: of the table that holds, and whether it is whole', () => {
  assert.equal(scoreOf(row()), null);
  assert.deepEqual(scoreOf(row({ news2: 3, news2Recorded: '1/7', news2Risk: 'news2-low-medium' })), {
    name: 'NEWS2',
    text: '3',
    loud: 2,
    partial: '1/7',
  });
  assert.equal(scoreOf(row({ pews: 9, pewsRisk: 'pews-high' }))?.loud, 3);
  assert.equal(scoreOf(row({ meows: '1 đỏ · 0 vàng', meowsRisk: 'meows-high' }))?.name, 'MEOWS');
});
