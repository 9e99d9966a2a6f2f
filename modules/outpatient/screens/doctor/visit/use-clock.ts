import { localDate } from '@mach/base/time.ts';
import { CLOCK_PACK, type ClockRow, type ClockRules, visitClock } from '@mach/reception/contract.ts';
import { type ContextChip, useCodes, useNow, usePick, useTexts, useView } from '@mach/ui';
import { texts } from '../texts.ts';

/** How long the visit has taken against the official clock of its path: quiet until it is nearly over. */
export function useClockChip(encounter: string): ContextChip | undefined {
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const codes = useCodes('queue-rules', CLOCK_PACK, { date: localDate(now) });
  const rules = (codes.rows as unknown as { code: string; data: ClockRules }[]).find((one) => one.code === CLOCK_PACK);
  const { rows } = useView<ClockRow>('reception.clocks', { key: encounter }, { sort: '-arrivedAt', limit: 1 });
  const row = rows.find((one) => one.key === encounter);
  const clock = row && rules && visitClock(row, rules.data, now);
  if (!clock) return undefined;
  const { minutes, path } = clock;
  return {
    kind: 'other',
    tone: clock.over ? 'critical' : clock.near ? 'warn' : 'neutral',
    text: t('visitClock', { minutes, limit: path.limitMinutes }),
    title: t('visitClockTitle', { path: pick(path.text), minutes, limit: path.limitMinutes }),
  };
}
