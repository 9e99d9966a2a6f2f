import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLocal, localDate } from '@mach/base/time.ts';
import fc from 'fast-check';
import { messageSimulator } from './messages.ts';
import { slotId } from './record.ts';
import { MESSAGE_LENGTH, messageText, mobile } from './rules/message.ts';
import { faultySession, plannedSlots } from './rules/roster.ts';

const MORNING = { start: '07:30', end: '11:30' };
const AFTERNOON = { start: '13:30', end: '16:30' };
const roster = {
  from: '2026-11-01',
  to: '2026-12-31',
  weekdays: [1, 2, 3, 4, 5],
  sessions: [MORNING, AFTERNOON],
  minutes: 30,
};

test('slots of a roster: its weekdays, its sessions, nothing outside its days', () => {
  // 2026-11-24 is a Tuesday.
  const week = plannedSlots(roster, '2026-11-23', '2026-11-29');
  assert.equal(week.length, 5 * (8 + 6));
  assert.deepEqual(week[0], {
    day: '2026-11-23',
    start: fromLocal('2026-11-23', '07:30'),
    end: fromLocal('2026-11-23', '08:00'),
  });
  assert.equal(plannedSlots(roster, '2027-01-01', '2027-01-31').length, 0);
  assert.equal(plannedSlots({ ...roster, minutes: 50 }, '2026-11-23', '2026-11-23').length, 4 + 3);
  assert.equal(plannedSlots(roster, '2020-01-01', '2030-01-01')[0]?.day, '2026-11-02');
});

test('slots never overlap, never leave their session, and have ids of their own', () => {
  const minutes = fc.integer({ min: 5, max: 240 });
  fc.assert(
    fc.property(minutes, fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (length, weekdays) => {
      const slots = plannedSlots({ ...roster, minutes: length, weekdays }, '2026-11-20', '2026-12-05');
      assert.equal(new Set(slots.map((slot) => slotId('s', slot.start))).size, slots.length);
      for (const [i, slot] of slots.entries()) {
        assert.ok((slots[i + 1]?.start ?? '9') >= slot.end);
        assert.equal(localDate(slot.start), slot.day);
        assert.ok(
          [MORNING, AFTERNOON].some(
            (s) => slot.start >= fromLocal(slot.day, s.start) && slot.end <= fromLocal(slot.day, s.end),
          ),
        );
      }
    }),
    { numRuns: 40 },
  );
});

test('sessions must follow one another', () => {
  assert.equal(faultySession([MORNING, AFTERNOON]), undefined);
  assert.equal(faultySession([AFTERNOON, MORNING]), 1);
  assert.equal(faultySession([{ start: '09:00', end: '09:00' }]), 0);
});

test('a message names no person and no illness, and fits', () => {
  const of = {
    facility: 'Bệnh viện Đa khoa Mẫu',
    start: '2026-11-24T01:15:00.000Z',
    door: '305',
    code: 'HK2611240001',
  };
  assert.equal(
    messageText('reminder', of),
    'Bệnh viện Đa khoa Mẫu: nhắc lịch khám lúc 08:15 ngày 24/11/2026, phòng 305. Mã hẹn HK2611240001. Không đến được vui lòng báo lại.',
  );
  for (const kind of ['booked', 'moved', 'cancelled', 'called-off', 'reminder'] as const) {
    const text = messageText(kind, of);
    assert.ok(text.length <= MESSAGE_LENGTH && text.includes('08:15') && text.includes(of.code), text);
  }
});

test('the simulator takes mobile numbers, once each, and refuses what a gateway refuses', async () => {
  assert.deepEqual(
    [mobile('+84 912 345 678'), mobile('84912345678'), mobile('024 3825 1234'), mobile(undefined)],
    ['0912345678', '0912345678', undefined, undefined],
  );
  let silent = true;
  const gateway = messageSimulator({ silent: () => silent });
  const send = (payload: unknown) =>
    gateway.deliver(
      { id: 'm1', kind: 'appointment-booked', subject: 'Appointment/1', payload, attempts: 1 },
      AbortSignal.timeout(1_000),
    );
  assert.equal((await send({ to: '0912345678', text: 'a' })).outcome, 'later');
  silent = false;
  assert.equal((await send({ to: '0912345678', text: 'a' })).outcome, 'accepted');
  assert.equal((await send({ to: '0912345678', text: 'a' })).outcome, 'accepted');
  assert.equal(gateway.taken.size, 1);
  assert.equal((await send({ to: '112', text: 'a' })).outcome, 'refused');
  assert.equal((await send({ to: '0912345678', text: ' ' })).outcome, 'refused');
});
