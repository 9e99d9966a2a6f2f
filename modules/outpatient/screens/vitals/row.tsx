import { PRIORITY_LABELS, type PriorityReason } from '@mach/encounter/contract.ts';
import { age, Chip, formatTime, useLanguage, useNow, usePick, useTexts, WorkRow, waited } from '@mach/ui';
import type { ReactElement } from 'react';
import type { QueueRow } from '../../contract.ts';
import { texts } from './texts.ts';

/** Waiting for a first measurement longer than this is late (half of the hour of a plain exam). */
const LATE_MINUTES = 20;

/** One person of the list: number, name, why here or what was measured, how long they wait. */
export function PersonRow({ row }: { readonly row: QueueRow }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const ms = Date.parse(now) - Date.parse(row.arrivedAt ?? now);
  const reason = row.priorityReason as PriorityReason | null;
  const measured = row.vitalsAt !== null;
  return (
    <WorkRow
      edge={row.vitalsUrgent ? 'critical' : reason ? 'warn' : measured ? 'ok' : 'none'}
      lead={row.queueNumber ?? ''}
      name={row.name ?? ''}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      mark={
        row.vitalsUrgent
          ? { text: t('urgent'), icon: 'warn' }
          : reason
            ? { text: pick(PRIORITY_LABELS[reason]), icon: 'up' }
            : undefined
      }
      next={
        row.vitalsAt
          ? t('done', { time: formatTime(row.vitalsAt) })
          : [row.reason, row.roomName].filter(Boolean).join(' · ')
      }
      clock={waited(ms, language)}
      lateness={!measured && ms > LATE_MINUTES * 60_000 ? 'late' : undefined}
      chips={
        row.news2 !== null && (
          <Chip tone={row.vitalsUrgent ? 'critical' : 'neutral'}>
            {t('news2')} {row.news2}
            {row.news2Recorded && row.news2Recorded !== '7/7' && ` (${row.news2Recorded})`}
          </Chip>
        )
      }
    />
  );
}
