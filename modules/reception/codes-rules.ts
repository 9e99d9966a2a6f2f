import type { CodeList } from '@mach/engine/module.ts';
import { CLOCK_PACK } from './queue/clocks.ts';
import { QUEUE_PACK } from './queue/rules.ts';

const SUBJECTS = [QUEUE_PACK, CLOCK_PACK];

/** `q` names the subjects: "queue visit-clocks". One row each, with the edition in force on the day. */
export const queueRules: CodeList = {
  list: 'queue-rules',
  title: { vi: 'Quy tắc hàng đợi và đồng hồ lượt khám', en: 'Queue order and visit clocks' },
  search: ({ packs, q, date, limit }) =>
    SUBJECTS.filter((subject) => q.split(/[\s,]+/).includes(subject))
      .slice(0, limit)
      .map((subject) => {
        const { edition, hash, data } = packs.at(subject, date);
        return { code: subject, display: `${subject} ${edition}`, edition, hash, data };
      }),
};
