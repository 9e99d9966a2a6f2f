import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlotRow } from '@mach/appointment/contract.ts';
import { fromLocal } from '@mach/base/time.ts';
import { cellKey, dayOfSlot, firstOpen, gridOf, mondayOf, step, weekOf } from './grid-model.ts';

const slot = (day: string, time: string, over: Partial<SlotRow> = {}): SlotRow => ({
  key: `${day}${time}${over.room ?? ''}`,
  schedule: 's',
  status: 'free',
  startAt: fromLocal(day, time),
  endAt: new Date(Date.parse(fromLocal(day, time)) + 1_800_000).toISOString(),
  room: 'room-305',
  roomName: null,
  doctor: null,
  doctorName: null,
  places: 2,
  booked: 0,
  ...over,
});
const days = weekOf('2026-11-26').map((key) => ({ key, head: key, sub: null }));

test('a week begins on Monday, across months and years', () => {
  assert.deepEqual(
    [mondayOf('2026-11-22'), mondayOf('2026-11-23'), mondayOf('2027-01-01')],
    ['2026-11-16', '2026-11-23', '2026-12-28'],
  );
  assert.equal(weekOf('2026-11-26').at(-1), '2026-11-29');
});

test('cells by time and day; the past and the closed are known; two rosters show the open one', () => {
  const grid = gridOf(
    [
      slot('2026-11-24', '08:00', { booked: 2, status: 'busy' }),
      slot('2026-11-24', '07:30', { booked: 1 }),
      slot('2026-11-25', '08:00', { status: 'busy-unavailable' }),
      slot('2026-11-26', '08:00', { status: 'busy-unavailable', room: 'a' }),
      slot('2026-11-26', '08:00', { room: 'b' }),
      slot('2026-12-24', '08:00'),
    ],
    days,
    dayOfSlot,
    fromLocal('2026-11-24', '08:00'),
  );
  assert.deepEqual(grid.times, ['07:30', '08:00']);
  const cell = (time: string, day: string) => grid.cells.get(cellKey(time, day));
  assert.deepEqual([cell('07:30', '2026-11-24')?.past, cell('08:00', '2026-11-24')?.free], [true, 0]);
  assert.equal(cell('08:00', '2026-11-25')?.closed, true);
  assert.equal(cell('08:00', '2026-11-26')?.slot.room, 'b');
  assert.equal(grid.cells.size, 4);
  assert.equal(firstOpen(grid), cellKey('08:00', '2026-11-26'));
});

test('arrows lead to the next cell there is, and nowhere at the edge', () => {
  const grid = gridOf(
    [slot('2026-11-24', '07:30'), slot('2026-11-24', '08:30'), slot('2026-11-26', '08:30')],
    days,
    dayOfSlot,
    fromLocal('2026-11-24', '06:00'),
  );
  const at = cellKey('08:30', '2026-11-24');
  assert.equal(step(grid, at, 'ArrowUp'), cellKey('07:30', '2026-11-24'));
  assert.equal(step(grid, at, 'ArrowRight'), cellKey('08:30', '2026-11-26'));
  assert.equal(step(grid, at, 'ArrowLeft'), undefined);
  assert.equal(step(grid, at, 'ArrowDown'), undefined);
  assert.equal(step(grid, at, 'Home'), cellKey('07:30', '2026-11-24'));
  assert.equal(step(grid, cellKey('07:30', '2026-11-24'), 'End'), at);
});
