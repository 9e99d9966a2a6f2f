import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@mach/base/problem.ts';
import { transferRoom } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, room, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import type { Encounter } from '@mach/fhir/types.ts';
import { proveView, readRecord } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { checkIn, registerPatient } from './contract.ts';
import reception from './module.ts';
import { cccdQr, LAN } from './testing.ts';
import { today } from './views/today.ts';

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const h = await testEngine(t, [fixtures, encounter, reception]);
  await writeFixtures(
    h,
    room('305', 'Phòng khám Nội 3', '02.1898'),
    room('303', 'Phòng khám Tim mạch', '02.1898'),
    room('cc', 'Cấp cứu', '02.1898'),
  );
  return h;
}

const phone = { phone: '0912 345 678' };
const visit = { room: 'room-305', reason: 'Tái khám ĐTĐ, THA' };
const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;

async function refused(work: Promise<unknown>, status: number, code: string): Promise<Problem> {
  let problem: Problem | undefined;
  await assert.rejects(work, (e) => {
    problem = e as Problem;
    assert.deepEqual([problem.status, problem.issues[0]?.code], [status, code], problem.message);
    return true;
  });
  return problem as Problem;
}

test('after a transfer the arrivals show the room where the patient is now, and the number there', async (t) => {
  const h = await house(t);
  const done = await h.send(checkIn, { cccdQr: cccdQr(LAN), person: phone, ...visit, payer: 'fee' }, 'reception');
  const row = async () =>
    (await readView(h.engine, h.actor('reception'), 'reception.today', {})).rows.find((r) => r.key === done.encounter);
  const moved = await h.send(
    transferRoom,
    { encounter: done.encounter, room: 'room-303', reason: 'Khám tim mạch' },
    'reception',
  );
  const there = await row();
  assert.deepEqual([there?.room, there?.queueNumber], ['room-303', moved.queueNumber]);
  assert.match(String(there?.roomName), /303|Tim mạch/);
  await h.send(transferRoom, { encounter: done.encounter, room: 'room-305', reason: 'Quay lại' }, 'reception');
  assert.equal((await row())?.room, 'room-305');
  const encounterRecord = await get<Encounter>(h, 'Encounter', done.encounter);
  assert.deepEqual(
    encounterRecord.location?.map((l) => [l.location.reference, l.period?.end === undefined]),
    [
      ['Location/room-305', true],
      ['Location/room-303', false],
      ['Location/room-305', false],
    ],
  );
  const proof = await proveView(h.engine.database, 1, today);
  assert.deepEqual({ ...proof, rows: 0 }, { view: today.name, rows: 0, missing: [], extra: [], different: [] });
});

test('duplicates are found through any spelling of family or middle name, and however much of the date is known', async (t) => {
  const h = await house(t);
  const of = (name: string, birthDate: string) =>
    h.send(
      registerPatient,
      {
        person: {
          name,
          birthDate,
          sex: 'female',
          idPaper: 'none',
          noPhone: true,
          wardCode: '00004',
          provinceCode: '01',
        },
      },
      'reception',
    );
  await of('Nguyễn Thị Lan', '1960-01-01');
  for (const [name, born] of [
    ['Nguyễn Lan', '1960-01-01'],
    ['Nguyên Thị Lan', '1960'],
    ['Nguyn Thị Lan', '1960-01-01'],
    ['Nguyễn Thi Lan', '1960-01'],
  ] as const)
    await refused(of(name, born), 409, 'possible-duplicate');
  for (const [name, born] of [
    ['Nguyễn Thị Lan', '1960-01-02'],
    ['Trần Thị Lan', '1960-01-01'],
    ['Nguyễn Thị Hoa', '1960-01-01'],
  ] as const)
    assert.equal((await of(name, born)).existing, false, `${name} ${born}`);
});
