import { Chip, Fact, useNow, usePick, useTexts, useView } from '@mach/ui';
import type { ReactElement } from 'react';
import { type ClockRow, visitClock } from '../contract.ts';
import { texts } from './texts.ts';
import { useClockRules } from './use-rules.ts';

/** How long a visit has taken against the official clock of its path. */
export function ClockFact({ encounter }: { readonly encounter: string }): ReactElement | null {
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const rules = useClockRules();
  const { rows } = useView<ClockRow>('reception.clocks', { key: encounter }, { sort: '-arrivedAt', limit: 1 });
  const row = rows.find((one) => one.key === encounter);
  const clock = row && rules && visitClock(row, rules, now);
  if (!clock) return null;
  const step = (minutes: number | null): string => (minutes === null ? '—' : `${minutes}′`);
  return (
    <Fact label={t('clock')} wide>
      <span className="rec-card-fact">
        <Chip tone={clock.over ? 'critical' : clock.near ? 'warn' : 'ok'} icon="clock">
          {t('clockLine', { minutes: clock.minutes, limit: clock.path.limitMinutes, path: pick(clock.path.text) })}
        </Chip>
        <span className="rec-note">
          {t('clockSteps', { exam: step(clock.toExam), results: step(clock.toResults) })}
        </span>
      </span>
    </Fact>
  );
}
