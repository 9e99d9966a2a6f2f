import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrders, startExam } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import { proveView } from '@mach/store';
import { testEngine } from '../../apps/server/testing/engine.ts';
import {
  absent,
  type CallRow,
  type ClockRow,
  call,
  checkIn,
  roomQueue,
  type TodayRow,
  visitClock,
} from './contract.ts';
import reception from './module.ts';
import { CLOCK_RULES, QUEUE_RULES } from './queue/testing.ts';
import { calls, clocks } from './views/queue.ts';
import { today } from './views/today.ts';

test('called, absent, back three places later; the clock and the views say the same', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, reception]);
  const births = ['1980-01-01', '1981-01-01', '1950-01-01', '1982-01-01', '1983-01-01', '1984-01-01'];
  await writeFixtures(
    h,
    room('305', 'Phòng khám Nội 3', '02.1898'),
    room('303', 'Phòng khám Tim mạch', '02.1898'),
    ...births.map((birth, i) => person(`p${i}`, `Nguyễn Văn ${'ABCDEG'[i]}`, birth)),
  );
  const encounters: string[] = [];
  for (const i of births.keys()) {
    h.clock.advance(60_000);
    const done = await h.send(
      checkIn,
      { patient: `p${i}`, room: 'room-305', reason: 'Ho, sốt', payer: 'fee' },
      'reception',
    );
    encounters.push(done.encounter);
  }
  const rows = async <R>(view: string): Promise<R[]> =>
    (await readView(h.engine, h.actor('nurse'), view, {})).rows as unknown as R[];
  const line = async (): Promise<string[]> => {
    const all = await rows<TodayRow>('reception.today');
    const list = roomQueue(
      all.filter((row) => row.room === 'room-305'),
      await rows<CallRow>('reception.calls'),
      QUEUE_RULES,
    );
    return list.map(({ row }) => row.patient);
  };
  // 76 years old: first, by the age that the pack gives.
  assert.deepEqual(await line(), ['p2', 'p0', 'p1', 'p3', 'p4', 'p5']);

  const [first = ''] = encounters;
  const third = encounters[2] ?? '';
  await h.send(call, { encounter: first }, 'nurse');
  h.clock.advance(60_000);
  await h.send(startExam, { encounter: third }, 'doctor');
  const gone = await h.send(absent, { encounter: third }, 'doctor');
  assert.deepEqual([gone.times, gone.places], [1, 3]);
  assert.deepEqual(await line(), ['p0', 'p1', 'p3', 'p2', 'p4', 'p5']);

  h.clock.advance(6 * 60_000);
  await h.send(startExam, { encounter: first }, 'doctor');
  assert.deepEqual(await line(), ['p1', 'p3', 'p2', 'p4', 'p5']);
  await h.send(placeOrders, { encounter: first, items: [{ service: '22.0120.1370' }] }, 'doctor');

  const clock = (await rows<ClockRow>('reception.clocks')).find((row) => row.key === first);
  assert.ok(clock);
  const shown = visitClock(clock, CLOCK_RULES, h.clock.now().toISOString());
  assert.deepEqual([shown?.path.path, shown?.running, shown?.toExam, shown?.minutes], ['one', true, 12, 12]);

  const [lastCall] = await rows<CallRow>('reception.calls');
  assert.deepEqual([lastCall?.kind, lastCall?.encounter, lastCall?.room], ['absent', third, 'room-305']);
  await assert.rejects(h.send(call, { encounter: first }, 'cashier'));
  for (const view of [calls, clocks, today]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
});
