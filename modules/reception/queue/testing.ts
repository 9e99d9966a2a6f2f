/** The rules in force, as the pack gives them: for tests of what builds on the queue. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClockRules } from './clocks.ts';
import type { QueueRules } from './rules.ts';

const data = (path: string): unknown =>
  (JSON.parse(readFileSync(join(import.meta.dirname, '../../../rulepacks', path), 'utf8')) as { data: unknown }).data;

export const QUEUE_RULES = data('queue/2024-01-01.json') as QueueRules;
export const CLOCK_RULES = data('visit-clocks/2013-04-22.json') as ClockRules;
