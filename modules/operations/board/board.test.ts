import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedName } from '@mach/reception/contract.ts';
import fc from 'fast-check';
import { type BoardVisit, boardOf, callsOf, doorName } from './board.ts';

test('names are masked so that their owner still knows them', () => {
  assert.equal(maskedName('Nguyễn Văn An'), 'Nguyễn V. A.');
  assert.equal(maskedName('TRẦN THỊ ÁNH'), 'TRẦN T. Á.');
  assert.equal(maskedName('Lê Hùng'), 'Lê H.');
  assert.equal(maskedName('Tôn Nữ Thị Ninh'), 'Tôn Nữ T. N.');
  assert.equal(maskedName('Y Krông Êban'), 'Y K. Ê.');
  assert.equal(maskedName("H'Hen Niê"), 'H. N.');
  assert.equal(maskedName('John Ronald Smith'), 'J. R. S.');
  assert.equal(maskedName('Ngân'), 'N.');
  assert.equal(maskedName('Nạn nhân chưa rõ danh tính CC-2411-01'), 'CC-2411-01', 'nobody is known by the code');
  assert.equal(maskedName(''), '');
});

test('of any name, no word but the family name is shown whole', () => {
  const word = fc.constantFrom('Nguyễn', 'Trần', 'Văn', 'Thị', 'Hường', 'Y', 'Êban', 'Smith', 'Ấu', 'Đặng', "H'Hen");
  fc.assert(
    fc.property(fc.array(word, { minLength: 2, maxLength: 6 }), (words) => {
      const [, ...rest] = maskedName(words.join(' ')).split(' ');
      for (const shown of rest) assert.ok(/^(\p{L}\.|\p{L}|Nữ)$/u.test(shown), `${words.join(' ')} → ${shown}`);
    }),
  );
});

test('doors', () => {
  assert.equal(doorName('Phòng khám Nội 3 (tăng huyết áp, đái tháo đường)'), 'Nội 3');
  assert.equal(doorName('Cấp cứu'), 'Cấp cứu');
});

const PLACES = [
  { id: 'room-305', code: '305', name: 'Phòng khám Nội tiết' },
  { id: 'room-12', code: '12', name: 'Phòng khám Mắt' },
  { id: 'room-9', code: '9', name: 'Phòng khám Nhi' },
];
const visit = (key: string, state: string, more: Partial<BoardVisit> = {}): BoardVisit => ({
  key,
  room: 'room-305',
  number: key.padStart(4, '0'),
  name: `Nguyễn Văn ${key}`,
  state,
  ...more,
});

test('a room shows who is called and who comes next, and an empty one is not shown', () => {
  const visits = [
    visit('1', 'in-exam'),
    visit('2', 'results-ready'),
    visit('3', 'waiting'),
    visit('4', 'awaiting-results'),
    visit('5', 'waiting', { room: 'room-12' }),
    ...['6', '7', '8', '9'].map((key) => visit(key, 'waiting')),
  ];
  const calls = callsOf(visits, [], new Map(), { at: '2026-11-24T01:00:00.000Z', minutes: 3 }, () => 'c1');
  const board = boardOf({ run: 'r', facility: 'BV Mẫu', at: '2026-11-24T01:00:00.000Z' }, PLACES, visits, calls);
  assert.deepEqual(
    board.rooms.map((room) => [
      room.code,
      room.calling.map((c) => c.number),
      room.next.map((n) => n.number),
      room.waiting,
    ]),
    [
      ['12', [], ['0005'], 1],
      ['305', ['0001'], ['0002', '0003', '0006', '0007'], 6],
    ],
  );
  // Nothing of a person is there but number and masked name.
  assert.doesNotMatch(JSON.stringify(board), /Nguyễn Văn/);
});

test('a call is one call until the person has left the room; called again it is another', () => {
  let count = 0;
  const nextId = (): string => `c${++count}`;
  const at = (minute: number) => ({ at: `2026-11-24T01:${String(minute).padStart(2, '0')}:00.000Z`, minutes: 3 });
  const first = callsOf([visit('1', 'in-exam')], [], new Map(), at(1), nextId);
  const same = callsOf([visit('1', 'in-exam'), visit('2', 'in-exam')], [], first, at(2), nextId);
  assert.deepEqual(
    [...same],
    [
      ['1', { id: 'c1', at: at(1).at }],
      ['2', { id: 'c2', at: at(2).at }],
    ],
  );
  const gone = callsOf([visit('1', 'waiting')], [], same, at(3), nextId);
  assert.equal(gone.size, 0);
  assert.deepEqual(callsOf([visit('1', 'in-exam')], [], gone, at(4), nextId).get('1'), { id: 'c3', at: at(4).at });
});

test('called again is another call; called to the door it stays for some minutes, unless nobody came', () => {
  let count = 0;
  const nextId = (): string => `c${++count}`;
  const at = (minute: number) => ({ at: `2026-11-24T01:${String(minute).padStart(2, '0')}:00.000Z`, minutes: 3 });
  const deed = (kind: 'call' | 'absent', minute: number) => ({ encounter: '1', kind, at: at(minute).at });
  const inside = callsOf([visit('1', 'in-exam')], [], new Map(), at(1), nextId);
  const again = callsOf([visit('1', 'in-exam')], [deed('call', 2)], inside, at(2), nextId);
  assert.deepEqual([again.get('1')?.id, again.get('1')?.at], ['c2', at(2).at]);
  assert.equal(callsOf([visit('1', 'in-exam')], [deed('call', 2)], again, at(9), nextId).get('1')?.id, 'c2');
  const door = callsOf([visit('1', 'waiting')], [deed('call', 4)], new Map(), at(5), nextId);
  assert.equal(door.get('1')?.at, at(4).at);
  assert.equal(callsOf([visit('1', 'waiting')], [deed('call', 4)], door, at(8), nextId).size, 0);
  assert.equal(callsOf([visit('1', 'waiting')], [deed('call', 4), deed('absent', 5)], door, at(5), nextId).size, 0);
  const board = boardOf(
    { run: 'r', facility: 'BV', at: at(5).at },
    PLACES,
    [visit('1', 'waiting'), visit('3', 'waiting', { wait: { from: 5, to: 15 } })],
    door,
  );
  const room = board.rooms.find((one) => one.code === '305');
  assert.deepEqual(
    [room?.calling.length, room?.next.map((n) => n.number), room?.waiting, room?.wait],
    [1, ['0003'], 2, { from: 5, to: 15 }],
  );
});
