import { addDays, localDate } from '@mach/base/time.ts';
import type { Schedule, ScheduledRun } from '@mach/engine/jobs/schedule.ts';
import { openSlots, type RosterRow, remind } from './contract.ts';

/** Slots are open for so many days ahead: a re-examination after 30 days finds one. */
const AHEAD = 35;
/** Reminders of tomorrow go out from this hour of the day on, Vietnam. */
const FROM_HOUR = 16;
const HOUR_OFFSET = 7;

/** Opens the day that comes into reach, for every roster that still holds. */
async function openDays(run: ScheduledRun): Promise<void> {
  const today = localDate(run.now);
  const rosters = await run.rows<RosterRow>('appointment.rosters', {});
  const standing = rosters.filter((roster) => roster.active !== 'false' && (roster.to ?? '') >= today);
  await run.each(
    standing,
    ({ key }) => run.send(openSlots, { schedule: key, from: today, to: addDays(today, AHEAD) }, `open-${key}-${today}`),
    (roster) => roster.roomName ?? roster.key,
  );
}

/** Reminds of tomorrow's appointments; later rounds of the evening reach who was booked meanwhile. */
async function remindOfTomorrow(run: ScheduledRun): Promise<void> {
  if ((new Date(run.now).getUTCHours() + HOUR_OFFSET) % 24 < FROM_HOUR) return;
  const day = addDays(localDate(run.now), 1);
  for (let n = 0, more = true; more && !run.signal.aborted; n++)
    await run.each(['batch'], async () => {
      more = false;
      more = (await run.send(remind, { day }, `remind-${day}-${run.due}-${n}`)).more;
    });
}

export const schedules: readonly Schedule[] = [
  {
    name: 'appointment.open-days',
    title: { vi: 'Mở giờ hẹn của ngày mới', en: 'Open the slots of the next day' },
    every: { daily: '00:05' },
    run: openDays,
  },
  {
    name: 'appointment.remind-tomorrow',
    title: { vi: 'Nhắc lịch hẹn ngày mai (từ 16:00)', en: "Remind of tomorrow's appointments (from 16:00)" },
    every: { minutes: 30 },
    run: remindOfTomorrow,
  },
];
