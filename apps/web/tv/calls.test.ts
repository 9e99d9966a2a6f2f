import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Board } from '@mach/operations/board/board.ts';
import { Caller, roomsFor, spokenNumber } from './calls.ts';

const board = (run: string, ...ids: string[]): Board => ({
  run,
  facility: 'BV Mẫu',
  at: '2026-11-24T01:00:00.000Z',
  rooms: [
    {
      code: '305',
      name: 'Nội tiết',
      calling: ids.map((id) => ({ id, number: `000${id}`, name: 'Trần T. L.', at: `2026-11-24T01:00:0${id}.000Z` })),
      next: [],
      waiting: 0,
    },
  ],
});
const told = (caller: Caller, one: Board): string[] => caller.fresh(one, one.rooms).map((call) => call.id);

test('only what is new is called, once, oldest first', () => {
  const caller = new Caller();
  assert.deepEqual(told(caller, board('a', '1', '2')), [], 'what was there before is not called');
  assert.deepEqual(told(caller, board('a', '4', '3', '2')), ['3', '4']);
  assert.deepEqual(told(caller, board('a', '4', '3', '2')), []);
});

test('a lost connection misses no call, a new run of the program repeats none', () => {
  const caller = new Caller();
  told(caller, board('a', '1'));
  assert.deepEqual(told(caller, board('a', '2')), ['2'], 'the same run: called while the line was down');
  assert.deepEqual(told(caller, board('b', '5', '6')), [], 'a new run numbers all calls anew');
  assert.deepEqual(told(caller, board('b', '5', '6', '7')), ['7']);
});

test('a wall shows its own rooms', () => {
  const one = board('a', '1');
  assert.equal(roomsFor(one, null).length, 1);
  assert.equal(roomsFor(one, '305,307').length, 1);
  assert.equal(roomsFor(one, '307').length, 0);
});

test('numbers as they are said', () => {
  assert.equal(spokenNumber('0127'), '127');
  assert.equal(spokenNumber('A12'), 'A12');
});
