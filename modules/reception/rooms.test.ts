import assert from 'node:assert/strict';
import { test } from 'node:test';
import { similarName } from '@mach/vn/names.ts';
import fc from 'fast-check';
import type { RoomRow, TodayRow } from './contract.ts';
import { QUEUE_RULES as rules } from './queue/testing.ts';
import { loads, offer, sameNames } from './rooms.ts';

const room = (code: string, specialty: string): RoomRow => ({
  key: `room-${code}`,
  code,
  name: `Phòng ${code}`,
  service: '02.1898',
  specialty,
  closedFrom: null,
});
let n = 0;
const row = (over: Partial<TodayRow>): TodayRow => ({
  key: `e${++n}`,
  patient: `p${n}`,
  visitCode: '',
  arrivedAt: '',
  queueNumber: String(n),
  name: 'Lê A',
  birthDate: null,
  gender: null,
  patientCode: null,
  phone: null,
  state: 'waiting',
  room: 'room-305',
  roomName: null,
  roomSince: null,
  reason: null,
  payer: null,
  priority: null,
  priorityReason: null,
  calledAt: null,
  doctor: null,
  doctorName: null,
  endedAt: null,
  ...over,
});
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 24, 0, minute)).toISOString();

test('the wait is the queue times the pace of the room', () => {
  const rooms = [room('305', 'Nội'), room('306', 'Nhi')];
  const rows = [
    ...[0, 5, 10, 15].map((m) => row({ state: 'awaiting-payment', calledAt: at(m), doctorName: `BS ${m}` })),
    row({}),
    row({}),
    row({ state: 'results-ready' }),
    row({ state: 'left' }),
    row({ state: 'waiting', room: 'room-306' }),
  ];
  const [internal, children] = loads(rooms, rows, rules);
  assert.deepEqual(
    [internal?.waiting, internal?.ready, internal?.minutes, internal?.measured, internal?.doctorName],
    [2, 1, 15, true, 'BS 15'],
  );
  assert.deepEqual([children?.waiting, children?.minutes, children?.measured], [1, rules.estimate.usualMinutes, false]);
});

test('rooms are offered: the last one, the usual specialty, the shorter wait; none is lost', () => {
  const rooms = [room('301', 'Nội'), room('306', 'Nhi'), room('309', 'Phụ sản'), room('302', 'Nội')];
  const busy = loads(rooms, [row({ room: 'room-301' })], rules);
  const codes = (years: number | undefined, lastRoom: string | null) =>
    offer(busy, { years, lastRoom }).map((l) => l.room.code);
  assert.deepEqual(codes(62, 'room-309'), ['309', '302', '301', '306']);
  assert.deepEqual(codes(5, null), ['306', '302', '309', '301']);
  fc.assert(
    fc.property(
      fc.option(fc.nat(99), { nil: undefined }),
      fc.constantFrom(null, 'room-306', 'room-gone'),
      (years, last) => {
        assert.deepEqual([...codes(years, last)].sort(), ['301', '302', '306', '309']);
      },
    ),
  );
});

test('people of like names in one room are marked on both rows', () => {
  const a = row({ name: 'Trần Thị Lan' });
  const b = row({ name: 'Trần Thị Lan', birthDate: '1958' });
  const elsewhere = row({ name: 'Trần Thị Lan', room: 'room-306' });
  const gone = row({ name: 'Trần Thị Lan', state: 'settled' });
  const marked = sameNames([a, b, elsewhere, gone], similarName);
  assert.deepEqual([...marked.keys()].sort(), [a.key, b.key].sort());
});
