import { defineModule } from '@mach/engine/module.ts';
import { tables } from './morning/table.ts';
import { schedules } from './schedules.ts';

/** What keeps the house running: the morning of the director, what hangs, background work. No records of its own. */
export default defineModule({
  name: 'operations',
  title: { vi: 'Điều hành', en: 'Operations' },
  schedules,
  tables,
  settings: { publicBoard: 'demo' },
  roles: {
    director: ['operations.overview', 'exchange.read'],
    administrator: ['operations.overview', 'operations.administer', 'exchange.read', 'exchange.retry', 'reception.see'],
    'claims-officer': ['exchange.read'],
    // The end of the day in the queues.
    system: ['encounter.leave'],
  },
});
