import { addDays, localDate } from '@mach/base/time.ts';
import type { Schedule } from '@mach/engine/jobs/schedule.ts';
import { watch } from './contract.ts';

/** Days that are looked through again after a standstill. */
const BACK = 7;

export const schedules: readonly Schedule[] = [
  {
    name: 'privacy.watch',
    title: { vi: 'Tìm truy cập bất thường của hôm qua', en: 'Look for unusual access of yesterday' },
    every: { daily: '01:30' },
    async run(run) {
      const today = localDate(run.due);
      const days = Array.from({ length: BACK }, (_, i) => addDays(today, i - BACK));
      // A day that was looked through under this key is not looked through again.
      await run.each(days, (day) => run.send(watch, { day }, `watch-${day}`));
    },
  },
];
