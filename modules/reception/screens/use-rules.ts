import { localDate, useCodes, useNow } from '@mach/ui';
import type { ClockRules, QueueRuleRow, QueueRules } from '../contract.ts';

function useRule<T>(subject: string): T | undefined {
  const { rows } = useCodes('queue-rules', subject, { date: localDate(useNow()) });
  return (rows as unknown as QueueRuleRow[]).find((row) => row.code === subject)?.data as T | undefined;
}

/** The rules that the server decides with; undefined until they are there. */
export const useQueueRules = (): QueueRules | undefined => useRule('queue');
export const useClockRules = (): ClockRules | undefined => useRule('visit-clocks');
