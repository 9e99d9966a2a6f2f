import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Desk, nextToCall, orderQueue, type QueuePlace, sameNames } from './order.ts';

const desk: Desk = { room: 'room-305', practitioner: 'prac-bacsi' };
const row = (key: string, more: Partial<QueuePlace> = {}): QueuePlace => ({
  key,
  state: 'waiting',
  room: 'room-305',
  doctor: null,
  news2: null,
  vitalsUrgent: false,
  priority: null,
  queueNumber: key,
  arrivedAt: `2026-11-24T00:${key.slice(-2)}:00Z`,
  ...more,
});
const keys = (rows: readonly QueuePlace[], at = desk): string[] => orderQueue(rows, at).map((r) => r.key);

test('own room first, then danger, results, priority, number', () => {
  const rows = [
    row('0101'),
    row('0102', { priority: 1 }),
    row('0103', { state: 'results-ready' }),
    row('0104', { news2: 6 }),
    row('0105', { state: 'awaiting-results' }),
    row('0106', { state: 'in-exam', doctor: 'prac-bacsi' }),
    row('0107', { state: 'in-exam', doctor: 'prac-other' }),
    row('0001', { room: 'room-307', state: 'results-ready' }),
    row('0108', { priority: 2 }),
  ];
  assert.deepEqual(keys(rows), ['0106', '0104', '0103', '0108', '0102', '0101', '0105', '0107', '0001']);
});

test('the order does not depend on how the rows arrive', () => {
  const rows = [row('0103'), row('0101'), row('0102', { queueNumber: null }), row('0104', { vitalsUrgent: true })];
  assert.deepEqual(keys(rows), keys([...rows].reverse()));
  assert.deepEqual(keys(rows), ['0104', '0101', '0103', '0102']);
});

test('without a room of its own the desk sees one queue', () => {
  const rows = [row('0102', { room: 'room-307' }), row('0103')];
  assert.deepEqual(keys(rows, { room: null, practitioner: null }), ['0102', '0103']);
});

test('next is never somebody who sits in an exam, waits for results or belongs to another room', () => {
  const waiting = row('0109');
  const rows = [
    row('0101', { state: 'in-exam', doctor: 'prac-bacsi' }),
    row('0102', { state: 'awaiting-results' }),
    row('0100', { room: 'room-307' }),
    waiting,
  ];
  assert.equal(nextToCall(orderQueue(rows, desk), desk), waiting);
  assert.equal(nextToCall(orderQueue(rows.slice(0, 3), desk), desk), undefined);
  const danger = row('0110', { state: 'awaiting-results', vitalsUrgent: true });
  assert.equal(nextToCall(orderQueue([...rows, danger], desk), desk), danger);
});

test('names that are easily confused mark each other, one person twice does not', () => {
  const people = [
    { key: 'a', patient: '1', name: 'Trần Thị Lan' },
    { key: 'b', patient: '2', name: 'Trần Thu LAN' },
    { key: 'c', patient: '3', name: 'Trần Thị Lân Hương' },
    { key: 'd', patient: '4', name: 'Y Krông Êban' },
    { key: 'e', patient: '4', name: 'Y Krông Êban' },
    { key: 'f', patient: '5', name: null },
  ];
  const found = sameNames(people);
  assert.deepEqual([...found.keys()].sort(), ['a', 'b']);
  assert.deepEqual(
    found.get('a')?.map((r) => r.key),
    ['b'],
  );
});

test('the fair line of the room decides among those who wait; who sits here stays first, who awaits results last', () => {
  const desk = { room: 'r', practitioner: 'me' };
  const place = (key: string, state: QueuePlace['state'], over: Partial<QueuePlace> = {}): QueuePlace => ({
    key,
    state,
    room: 'r',
    doctor: null,
    news2: null,
    vitalsUrgent: false,
    priority: 0,
    queueNumber: key,
    arrivedAt: '',
    ...over,
  });
  const rows = [
    place('1', 'waiting'),
    place('2', 'waiting', { priority: 1 }),
    place('3', 'results-ready'),
    place('4', 'in-exam', { doctor: 'me' }),
    place('5', 'awaiting-results'),
    place('6', 'waiting', { room: 'other', vitalsUrgent: true }),
  ];
  const line = new Map(['3', '1', '2'].map((key, ahead) => [key, { ahead }]));
  assert.deepEqual(
    orderQueue(rows, desk, line).map((row) => row.key),
    ['4', '3', '1', '2', '5', '6'],
  );
});
