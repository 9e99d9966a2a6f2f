import { localDate, startOfLocalDay } from '@mach/base/time.ts';
import { leave } from '@mach/encounter/contract.ts';
import type { Schedule, ScheduledRun } from '@mach/engine/jobs/schedule.ts';
import type { TodayRow } from '@mach/reception/contract.ts';

/** An emergency is not a queue that ends with the day. */
const EMERGENCY_ROOM = 'room-cc';

/**
 * Who took a number on an earlier day and was never called has gone: the number ends, what was not begun comes off the
 * bill. Who was called is left to people: an exam, a result or a payment hangs there ("Việc treo").
 */
async function endOfDay(run: ScheduledRun): Promise<void> {
  const emergency = run.setting('emergency.room', EMERGENCY_ROOM);
  const before = new Date(Date.parse(startOfLocalDay(run.now)) - 1).toISOString();
  const waiting = await run.rows<TodayRow>('reception.today', {
    filters: [
      { column: 'state', op: 'eq', values: ['arrived', 'waiting'] },
      { column: 'arrivedAt', op: 'to', values: [before] },
    ],
    sort: 'arrivedAt',
  });
  await run.each(
    waiting.filter((row) => row.calledAt === null && row.room !== emergency && row.priorityReason !== 'emergency'),
    (row) =>
      run.send(
        leave,
        { encounter: row.key, reason: 'Hết ngày chưa được gọi khám, số thứ tự đã đóng' },
        `end-of-day-${row.key}-${localDate(row.arrivedAt)}`,
      ),
    (row) => `${row.queueNumber ?? ''} ${row.name ?? row.visitCode}`,
  );
}

export const schedules: readonly Schedule[] = [
  {
    name: 'operations.end-of-day',
    title: { vi: 'Khoá sổ hàng đợi của ngày trước', en: "Close the previous day's queues" },
    every: { daily: '00:20' },
    run: endOfDay,
  },
];
