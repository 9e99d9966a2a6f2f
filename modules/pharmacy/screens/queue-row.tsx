import { PRIORITY_LABELS, type PriorityReason, VISIT_LABELS } from '@mach/encounter/contract.ts';
import { age, Chip, formatTime, useLanguage, useNow, usePick, useTexts, WorkRow, waited } from '@mach/ui';
import type { ReactElement } from 'react';
import type { PharmacyRow } from '../contract.ts';
import { isReady } from './pick.ts';
import { texts } from './texts.ts';

/** One prescription in the list: who, whether it is paid, how long it waits. */
export function QueueRow({ row }: { readonly row: PharmacyRow }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const waits = row.rank < 3;
  const ready = isReady(row);
  const priority = row.priorityReason ? PRIORITY_LABELS[row.priorityReason as PriorityReason] : undefined;
  const state = row.visitState ? pick(VISIT_LABELS[row.visitState]) : t('unknown');
  return (
    <WorkRow
      edge={!waits ? 'none' : ready ? 'ok' : 'warn'}
      mark={waits ? { text: ready ? t('ready') : t('unpaid'), icon: ready ? 'check' : 'cash' } : undefined}
      lead={row.queueNumber ?? ''}
      name={row.patientName ?? t('unknown')}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      next={waits ? (ready ? (row.roomName ?? undefined) : state) : (row.code ?? undefined)}
      clock={row.prescribedAt ? clockOf(row.prescribedAt, waits && ready, now, language) : undefined}
      clockTitle={row.prescribedAt ? t('since', { time: formatTime(row.prescribedAt) }) : undefined}
      chips={
        <>
          {row.rank === 2 && <Chip tone="warn">{t('partMark')}</Chip>}
          {priority && <Chip tone="info">{pick(priority)}</Chip>}
        </>
      }
    />
  );
}

const clockOf = (at: string, waits: boolean, now: string, language: 'vi' | 'en'): string =>
  waits ? waited(Math.max(0, Date.parse(now) - Date.parse(at)), language) : formatTime(at);
