import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startExam } from '@mach/encounter/contract.ts';
import type { Board } from '@mach/operations/board/board.ts';
import { checkIn } from '@mach/reception/contract.ts';
import { cccdQr, LAN } from '@mach/reception/testing.ts';
import { seedDemoRecords } from '../demo.ts';
import { MODULES } from '../house.ts';
import { testApp } from '../testing/app.ts';

/** At the desk: a citizen card, a telephone, room 305. */
const ARRIVAL = {
  cccdQr: cccdQr({ ...LAN, name: 'NGUYỄN VĂN ẨN', sex: 'Nam', number: '001064012345' }),
  person: { phone: '0912345678' },
  room: 'room-305',
  reason: 'Đau đầu kín',
  payer: 'fee',
} as const;

test('the board shows numbers and masked names, and nothing else of anybody', async (t) => {
  const house = await testApp(t, MODULES);
  const { app, engine, send } = house;
  await seedDemoRecords(engine);
  const visit = await send(checkIn, ARRIVAL, 'reception');

  const board = async (query = ''): Promise<Board> => {
    const answer = await app.inject({ url: `/api/board${query}` });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json();
  };
  const first = await board();
  const room = first.rooms.find((one) => one.code === '305');
  assert.deepEqual(room?.next, [{ number: visit.queueNumber, name: 'Nguyễn V. Ẩ.' }]);
  assert.deepEqual(room?.calling, []);

  await send(startExam, { encounter: visit.encounter }, 'doctor');
  await new Promise((done) => setTimeout(done, 1_100));
  const then = await board();
  const calling = then.rooms.find((one) => one.code === '305')?.calling;
  assert.equal(calling?.length, 1);
  assert.equal(calling?.[0]?.number, visit.queueNumber);
  for (const secret of [
    'Văn Ẩn',
    'VĂN ẨN',
    visit.patient,
    visit.encounter,
    visit.visitCode,
    visit.patientCode,
    '0912345678',
    'Đau đầu',
    '1964',
  ])
    assert.ok(!JSON.stringify(then).includes(secret), secret);
  // The same call keeps its identity.
  await new Promise((done) => setTimeout(done, 1_100));
  assert.equal((await board()).rooms.find((one) => one.code === '305')?.calling[0]?.id, calling?.[0]?.id);
  assert.equal((await app.inject({ url: '/api/board?facility=00000' })).statusCode, 404);
});

test('a board that is not switched on asks who looks', async (t) => {
  const house = await testApp(t, MODULES);
  for (const facility of house.engine.allFacilities) Object.assign(facility, { mode: 'production' });
  assert.equal((await house.app.inject({ url: '/api/board' })).statusCode, 401);
  assert.equal((await house.app.inject({ url: '/api/board/live' })).statusCode, 401);
  const ask = async (role: string, query = '') =>
    (
      await house.app.inject({
        url: `/api/board${query}`,
        headers: { authorization: `Bearer ${await house.signIn([role])}` },
      })
    ).statusCode;
  assert.equal(await ask('reception'), 200);
  assert.equal(await ask('pharmacist'), 403);
  assert.equal(await ask('reception', '?facility=01998'), 403, 'not the board of another facility');
});

test('the stream brings the board at once and anew when somebody is called', async (t) => {
  const house = await testApp(t, MODULES);
  await seedDemoRecords(house.engine);
  const visit = await house.send(checkIn, ARRIVAL, 'reception');
  const base = await house.app.listen({ port: 0, host: '127.0.0.1' });
  const leave = new AbortController();
  const answer = await fetch(`${base}/api/board/live`, { signal: leave.signal });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const boards: Board[] = [];
  const reading = (async () => {
    let rest = '';
    for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + part).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (\{.*)$/m.exec(block)?.[1];
        if (data) boards.push(JSON.parse(data) as Board);
      }
    }
  })().catch(() => undefined);
  const until = async (fits: () => boolean): Promise<void> => {
    for (let i = 0; i < 100 && !fits(); i++) await new Promise((done) => setTimeout(done, 50));
    assert.ok(fits());
  };
  await until(() => boards.length === 1);
  await house.send(startExam, { encounter: visit.encounter }, 'doctor');
  await until(() => boards.at(-1)?.rooms[0]?.calling.length === 1);
  leave.abort();
  await reading;
});
