import { VISIT_LABELS } from '@mach/encounter/contract.ts';
import { age, Chip, formatTime, money, useLanguage, useNow, usePick, useTexts, WorkRow, waited } from '@mach/ui';
import type { ReactElement } from 'react';
import { type CashierQueueRow, chargesTotal } from '../contract.ts';
import { texts } from './texts.ts';

/** Waiting at the desk longer than this is shown, minutes (journeys a15). */
const LATE = 10;
const OVERDUE = 20;

/** One visit in the list: number, person, cost, how long they have waited to pay. */
export function QueueRow({ row }: { readonly row: CashierQueueRow }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const waits = row.rank === 1 && row.endedAt !== null;
  const ms = waits ? Date.parse(now) - Date.parse(row.endedAt ?? now) : 0;
  const minutes = ms / 60_000;
  const cost = money(chargesTotal(row.charges).round(0));
  return (
    <WorkRow
      edge={row.rank === 2 ? 'warn' : waits && minutes > OVERDUE ? 'warn' : 'none'}
      lead={row.queueNumber ?? ''}
      name={row.name}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      next={row.rank === 1 ? cost : `${pick(VISIT_LABELS[row.state])} · ${cost}`}
      clock={waits ? waited(ms, language) : row.endedAt ? formatTime(row.endedAt) : undefined}
      clockTitle={row.endedAt ? t('since', { time: formatTime(row.endedAt) }) : undefined}
      lateness={minutes > OVERDUE ? 'overdue' : minutes > LATE ? 'late' : undefined}
      chips={row.payer === 'bhyt' ? <Chip tone="insurance">{t('insured')}</Chip> : undefined}
    />
  );
}
