import assert from 'node:assert/strict';
import { test } from 'node:test';
import { book, type SlotRow, setRoster } from '@mach/appointment/contract.ts';
import appointment from '@mach/appointment/module.ts';
import { Problem } from '@mach/base/problem.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, room, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import { testEngine } from '../../apps/server/testing/engine.ts';
import {
  addCoverage,
  answerHelp,
  checkIn,
  type HelpRow,
  identify,
  kioskHelp,
  kioskLook,
  kioskTake,
  registerPatient,
} from './contract.ts';
import reception from './module.ts';
import { bhytQr, type Citizen, cccdQr, LAN } from './testing.ts';

const AN: Citizen = { ...LAN, number: '001195012399', name: 'PHẠM THỊ AN', born: '05061995' };

test('the kiosk gives a number to who is known, and learns nothing that a stranger could use', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, appointment, reception]);
  await writeFixtures(h, room('305', 'Phòng khám Nội 3', '02.1898'), room('303', 'Phòng khám Tim mạch', '02.1898'));
  const register = (who: Citizen, phone: string) =>
    h.send(registerPatient, { cccdQr: cccdQr(who), person: { phone } }, 'reception');
  const lan = await register(LAN, '0912345678');
  const an = await register(AN, '0987654321');
  await h.send(addCoverage, { patient: lan.patient, bhytQr: bhytQr(LAN) }, 'reception');
  await h.send(
    setRoster,
    {
      room: 'room-305',
      from: '2026-11-24',
      to: '2026-11-30',
      weekdays: [2],
      sessions: [{ start: '08:00', end: '09:00' }],
      minutes: 30,
      places: 1,
    },
    'administrator',
  );
  const slots = (await readView(h.engine, h.actor('reception'), 'appointment.slots', {})).rows as unknown as SlotRow[];
  const booked = await h.send(
    book,
    { patient: an.patient, slot: slots[0]?.key ?? '', reason: 'Khám lại' },
    'reception',
  );

  // By the card: insured by the right route, ready.
  const first = await h.send(kioskLook, { text: cccdQr(LAN) }, 'kiosk');
  assert.deepEqual([first.outcome, first.name, first.insured, first.appointment], ['ready', 'Trần T. L.', true, null]);
  assert.doesNotMatch(JSON.stringify(first), /Thị Lan|0912345678|001164012345/);
  // By the appointment: its code, with or without letters, or the telephone of somebody who is expected today.
  for (const text of [booked.code, booked.code.slice(2), '0987 654 321']) {
    const found = await h.send(kioskLook, { text }, 'kiosk');
    assert.deepEqual([found.outcome, found.appointment?.room, found.insured], ['ready', 'room-305', false], text);
  }
  // A telephone alone opens nothing, nor does a number of somebody who is not known.
  assert.equal((await h.send(kioskLook, { text: '0912345678' }, 'kiosk')).outcome, 'unknown');
  assert.equal((await h.send(kioskLook, { text: '001099012345' }, 'kiosk')).outcome, 'unknown');
  assert.equal((await h.send(identify, { text: booked.code }, 'reception')).people[0]?.patient, an.patient);

  const taken = await h.send(
    kioskTake,
    { text: booked.code, room: 'room-305', payer: 'fee', reason: 'Khám theo hẹn', told: { from: 0, to: 5 } },
    'kiosk',
  );
  assert.deepEqual([taken.queueNumber, taken.door], ['0001', '305']);
  const [row] = (await readView(h.engine, h.actor('reception'), 'appointment.bookings', {})).rows;
  assert.deepEqual([row?.status, row?.encounter], ['arrived', taken.encounter]);
  // Who is not insured here cannot choose it, and a card that does not pay by the right route goes to the desk.
  const wrong = { text: cccdQr(AN), room: 'room-303', payer: 'bhyt', reason: 'Khám bệnh' } as const;
  await assert.rejects(
    h.send(kioskTake, wrong, 'kiosk'),
    (e) => e instanceof Problem && e.issues[0]?.code === 'kiosk-desk',
  );
  await h.send(
    addCoverage,
    { patient: an.patient, bhytQr: bhytQr(AN, { number: 'GD4010119501239', facility: '79010' }) },
    'reception',
  );
  const away = await h.send(kioskLook, { text: cccdQr(AN) }, 'kiosk');
  assert.deepEqual([away.outcome, away.why !== null], ['desk', true]);

  // The device may do this and nothing else.
  const rooms = await readView(h.engine, h.actor('kiosk'), 'reception.kioskRooms', {});
  assert.deepEqual(rooms.rows.map((one) => Object.keys(one).sort())[0], [
    'closedFrom',
    'code',
    'key',
    'name',
    'patient',
  ]);
  await assert.rejects(readView(h.engine, h.actor('kiosk'), 'reception.today', {}));
  await assert.rejects(h.send(identify, { text: cccdQr(LAN) }, 'kiosk'));
  await assert.rejects(
    h.send(checkIn, { patient: lan.patient, room: 'room-305', reason: 'Khám', payer: 'fee' }, 'kiosk'),
  );
});

test('somebody at the kiosk calls for staff: one call until somebody goes, and then anew', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, reception]);
  const shown = async (role: string) =>
    (await readView(h.engine, h.actor(role), 'reception.help', {})).rows as unknown as HelpRow[];
  const first = await h.send(kioskHelp, {}, 'kiosk');
  assert.equal(first.waiting, false);
  assert.deepEqual(await h.send(kioskHelp, {}, 'kiosk'), { help: first.help, waiting: true });
  assert.deepEqual(
    (await shown('reception')).map(({ key, state }) => [key, state]),
    [[first.help, 'in-progress']],
  );
  await assert.rejects(h.send(answerHelp, { help: first.help }, 'kiosk'));
  await h.send(answerHelp, { help: first.help }, 'reception');
  // Two colleagues who go at once have both gone.
  await h.send(answerHelp, { help: first.help }, 'reception');
  assert.equal((await shown('reception'))[0]?.state, 'completed');
  const again = await h.send(kioskHelp, {}, 'kiosk');
  assert.notEqual(again.help, first.help);
  // Nobody came: a touch after five minutes is a call again.
  h.clock.advance(6 * 60_000);
  assert.notEqual((await h.send(kioskHelp, {}, 'kiosk')).help, again.help);
  // The device itself reads no calls.
  await assert.rejects(readView(h.engine, h.actor('kiosk'), 'reception.help', {}));
});
