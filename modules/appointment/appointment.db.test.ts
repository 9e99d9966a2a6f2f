import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import { listOutbox, proveView } from '@mach/store';
import { EXT } from '@mach/vn/systems.ts';
import fc from 'fast-check';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import {
  type BookingRow,
  book,
  bookFollowUp,
  cancel,
  closeSlots,
  MESSAGES,
  markNoShow,
  move,
  openSlots,
  remind,
  type SlotRow,
  setRoster,
  stopFor,
} from './contract.ts';
import appointment from './module.ts';
import { bookings, rosters, slots } from './views/appointments.ts';

/** The clock of tests stands on Tuesday 2026-11-24, 07:00. */
const DAY = '2026-11-25';
const ROSTER = {
  room: 'room-305',
  practitioner: 'prac-quan',
  from: '2026-11-24',
  to: '2026-12-31',
  weekdays: [1, 2, 3, 4, 5],
  sessions: [{ start: '08:00', end: '10:00' }],
  minutes: 60,
  places: 2,
};
const PEOPLE = 8;

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine & { roster: string }> {
  const h = await testEngine(t, [fixtures, encounter, appointment]);
  await writeFixtures(
    h,
    room('305', 'Phòng khám Nội 3', '02.1898'),
    { resourceType: 'Practitioner', id: 'prac-quan', name: [{ text: 'BS. Trần Minh Quân' }] },
    ...Array.from({ length: PEOPLE }, (_, i) => ({
      ...person(`p${i}`, `Nguyễn Văn ${String.fromCharCode(65 + i)}`),
      ...(i === 0 ? {} : { telecom: [{ system: 'phone', value: `091234567${i}` }] }),
    })),
  );
  const { schedule, opened } = await h.send(setRoster, ROSTER, 'administrator');
  // Five weeks and the day itself, without week-ends, two slots a day.
  assert.equal(opened, 26 * 2);
  return { ...h, roster: schedule };
}

const rows = async <R>(h: TestEngine, view: string): Promise<R[]> =>
  (await readView(h.engine, h.actor('reception'), view, {})).rows as unknown as R[];
const slotsOf = async (h: TestEngine, day: string): Promise<SlotRow[]> =>
  (await rows<SlotRow>(h, 'appointment.slots'))
    .filter((s) => s.startAt.startsWith(day))
    .sort((a, b) => (a.startAt < b.startAt ? -1 : 1));
const refused = async (work: Promise<unknown>, code: string): Promise<void> => {
  await assert.rejects(
    work,
    (error) => error instanceof Problem && error.issues[0]?.code === code && error.issues[0]?.remedy !== undefined,
  );
};

test('book, move, cancel: places, messages and views keep step', async (t) => {
  const h = await house(t);
  const [eight, nine] = await slotsOf(h, DAY);
  assert.ok(eight && nine);
  const one = await h.send(book, { patient: 'p1', slot: eight.key, reason: 'Khám lại' }, 'reception');
  assert.match(one.code, /^HK261124\d{4}$/);
  assert.deepEqual([one.status, one.start, one.roomName], ['booked', '2026-11-25T01:00:00.000Z', 'Phòng khám Nội 3']);
  await refused(h.send(book, { patient: 'p1', slot: nine.key, reason: 'Khám' }, 'reception'), 'booked-already');
  const caller = { name: 'Phạm Thị An', phone: '0987 654 321' };
  const two = await h.send(book, { person: caller, slot: eight.key, reason: 'Đau lưng' }, 'reception');
  await refused(h.send(book, { patient: 'p2', slot: eight.key, reason: 'Khám' }, 'reception'), 'slot-full');
  await refused(h.send(book, { slot: nine.key, reason: 'Khám' }, 'reception'), 'person-missing');
  assert.deepEqual(
    (await slotsOf(h, DAY)).map((s) => [s.status, s.booked]),
    [
      ['busy', 2],
      ['free', 0],
    ],
  );

  const moved = await h.send(
    move,
    { appointment: two.appointment, slot: nine.key, reason: 'Bận buổi sáng' },
    'reception',
  );
  assert.equal(moved.start, nine.startAt);
  assert.deepEqual(
    (await slotsOf(h, DAY)).map((s) => [s.status, s.booked]),
    [
      ['free', 1],
      ['free', 1],
    ],
  );
  await h.send(cancel, { appointment: one.appointment, reason: 'Không đến được' }, 'reception');
  await refused(
    h.send(move, { appointment: one.appointment, slot: nine.key, reason: 'Đổi ý' }, 'reception'),
    'appointment-state',
  );
  await refused(h.send(markNoShow, { appointment: two.appointment }, 'reception'), 'not-due-yet');

  await h.settle();
  const sent = await listOutbox(h.engine.database.tenant(1), { destination: MESSAGES });
  assert.deepEqual(sent.map((m) => [m.kind, m.state]).sort(), [
    ['appointment-booked', 'accepted'],
    ['appointment-booked', 'accepted'],
    ['appointment-cancelled', 'accepted'],
    ['appointment-moved', 'accepted'],
  ]);
  // Neither name nor clinic nor reason leaves the house.
  assert.doesNotMatch(JSON.stringify(sent.map((m) => m.payload)), /Nguyễn|Phạm|Nội 3|Đau|Khám lại/);
  const list = await rows<BookingRow>(h, 'appointment.bookings');
  assert.deepEqual(list.map((b) => [b.name, b.status, b.phone, b.changedReason]).sort(), [
    ['Nguyễn Văn B', 'cancelled', '0912345671', 'Không đến được'],
    ['Phạm Thị An', 'booked', '0987654321', 'Bận buổi sáng'],
  ]);
  const closed = await h.send(closeSlots, { slots: [nine.key], reason: 'Bác sĩ nghỉ' }, 'reception');
  assert.deepEqual(closed.standing, [two.appointment]);
  await refused(h.send(book, { patient: 'p3', slot: nine.key, reason: 'Khám' }, 'reception'), 'slot-closed');
  for (const view of [slots, bookings, rosters]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
});

test('random deeds at once never put more people into a slot than it has places', async (t) => {
  const h = await house(t);
  const days = ['2026-11-25', '2026-11-26', '2026-11-27', '2026-11-30'];
  let round = 0;
  const deed = fc.record({
    person: fc.nat(PEOPLE - 1),
    slot: fc.nat(1),
    kind: fc.constantFrom('book', 'book', 'book', 'move', 'cancel'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 6, maxLength: 14 }), async (deeds) => {
      const day = days[round++ % days.length] ?? '';
      const here = await slotsOf(h, day);
      const mine = (await rows<BookingRow>(h, 'appointment.bookings')).filter(
        (b) => b.status === 'booked' && b.startAt?.startsWith(day),
      );
      await Promise.all(
        deeds.map(async ({ person: p, slot, kind }) => {
          const to = here[slot]?.key ?? '';
          const own = mine[p % Math.max(1, mine.length)];
          const work =
            kind === 'book' || !own
              ? h.send(book, { patient: `p${p}`, slot: to, reason: 'Khám' }, 'reception')
              : kind === 'move'
                ? h.send(move, { appointment: own.key, slot: to, reason: 'Đổi giờ' }, 'reception')
                : h.send(cancel, { appointment: own.key, reason: 'Đổi ý' }, 'reception');
          await work.catch((error: unknown) =>
            assert.ok(error instanceof Problem && error.status === 409, String(error)),
          );
        }),
      );
      const after = await slotsOf(h, day);
      for (const slot of after) {
        assert.ok(slot.booked <= slot.places, `${slot.booked} in ${slot.places}`);
        assert.equal(slot.status, slot.booked >= slot.places ? 'busy' : 'free');
      }
      const standing = (await rows<BookingRow>(h, 'appointment.bookings')).filter(
        (b) => b.status === 'booked' && b.startAt?.startsWith(day),
      );
      assert.equal(
        new Set(standing.map((b) => b.patientId)).size,
        standing.length,
        'one person, one appointment a day',
      );
    }),
    { numRuns: 8 },
  );
});

test('the doctor writes a date: the first free slot near the hour, once; a full week waits for the desk', async (t) => {
  const h = await house(t);
  const visit = (id: string, revisit: string | null, patient = 'p1') => ({
    resourceType: 'Encounter',
    id,
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: `Patient/${patient}` },
    period: { start: '2026-11-24T02:10:00.000Z' },
    reasonCode: [{ text: 'Tái khám THA' }],
    location: [{ location: { reference: 'Location/room-305', display: 'Phòng khám Nội 3' } }],
    extension: [
      {
        url: EXT.outcome,
        extension: [
          { url: 'code', valueCoding: { code: 'revisit' } },
          ...(revisit === null ? [] : [{ url: 'revisit', valueDate: revisit }]),
        ],
      },
    ],
  });
  await writeFixtures(h, visit('v1', '2026-11-28'), visit('v2', null, 'p2'), visit('v3', '2027-03-01', 'p3'));
  // A Saturday: the roster works again on Monday, and nine is nearer to 09:10 than eight.
  const booked = await h.send(bookFollowUp, { encounter: 'v1' }, 'doctor');
  assert.deepEqual([booked.status, booked.start], ['booked', '2026-11-30T02:00:00.000Z']);
  assert.deepEqual(await h.send(bookFollowUp, { encounter: 'v1' }, 'doctor'), booked);
  assert.equal((await h.send(bookFollowUp, { encounter: 'v2' }, 'doctor')).appointment, null);
  const later = await h.send(bookFollowUp, { encounter: 'v3' }, 'doctor');
  assert.deepEqual([later.status, later.start], ['proposed', null]);
  // The desk gives it a time when the slots are open.
  await h.send(openSlots, { schedule: h.roster, from: '2026-12-30', to: '2026-12-31' }, 'administrator');
  const [slot] = await slotsOf(h, '2026-12-31');
  const given = await h.send(
    move,
    { appointment: later.appointment ?? '', slot: slot?.key ?? '', reason: 'Xếp giờ' },
    'reception',
  );
  assert.equal(given.status, 'booked');
  assert.equal((await h.send(bookFollowUp, { encounter: 'v3' }, 'doctor')).start, slot?.startAt);

  const reminders = await h.send(remind, { day: '2026-11-30' }, h.actor('system'));
  assert.deepEqual([reminders.sent, reminders.unreachable, reminders.more], [1, 0, false]);
  assert.equal((await h.send(remind, { day: '2026-11-30' }, h.actor('system'))).sent, 0);
  await h.settle();
  assert.equal((await h.send(stopFor, { patient: 'p1', reason: 'Người bệnh đã mất' }, h.actor('system'))).cancelled, 1);
  const [first] = (await rows<BookingRow>(h, 'appointment.bookings')).filter((b) => b.origin === 'v1');
  assert.deepEqual([first?.status, first?.remindedAt !== null], ['cancelled', true]);
});

test('a changed roster closes what nobody has booked and keeps what somebody has', async (t) => {
  const h = await house(t);
  const [eight, nine] = await slotsOf(h, DAY);
  await h.send(book, { patient: 'p1', slot: nine?.key ?? '', reason: 'Khám' }, 'reception');
  const shorter = { ...ROSTER, schedule: h.roster, sessions: [{ start: '08:00', end: '09:00' }] };
  const done = await h.send(setRoster, shorter, 'administrator');
  // Nine o'clock of every day but the booked one.
  assert.deepEqual([done.opened, done.closed], [0, 25]);
  const after = await slotsOf(h, DAY);
  assert.deepEqual(
    after.map((s) => [s.key, s.status, s.booked]),
    [
      [eight?.key, 'free', 0],
      [nine?.key, 'free', 1],
    ],
  );
  const back = await h.send(setRoster, { ...ROSTER, schedule: h.roster }, 'administrator');
  assert.equal(back.opened, 25);
});
