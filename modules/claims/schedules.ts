import { localDate, startOfLocalDay } from '@mach/base/time.ts';
import type { Schedule, ScheduledRun } from '@mach/engine/jobs/schedule.ts';
import { type ClaimRow, releaseClaim } from './contract.ts';

const DAY_MS = 86_400_000;

/** Sends what waited for its drugs until the day on which it is due. */
async function releaseDue(run: ScheduledRun): Promise<void> {
  if (!run.setting('claims.holdUntilHandOver', false)) return;
  const endOfDay = new Date(Date.parse(startOfLocalDay(run.now)) + DAY_MS - 1).toISOString();
  const held = await run.rows<ClaimRow>('claims.list', {
    filters: [
      { column: 'state', op: 'eq', values: ['checked'] },
      { column: 'deadline', op: 'to', values: [endOfDay] },
    ],
  });
  await run.each(
    held.filter((row) => row.sentAt === null),
    (row) => run.send(releaseClaim, { encounter: row.encounter }, `release-${row.encounter}-${localDate(run.now)}`),
    (row) => row.visitCode,
  );
}

export const schedules: readonly Schedule[] = [
  {
    name: 'claims.release-due',
    title: { vi: 'Gửi hồ sơ BHYT còn giữ, đến hạn hôm nay', en: 'Send held claims that are due today' },
    every: { daily: '05:00' },
    run: releaseDue,
  },
];
