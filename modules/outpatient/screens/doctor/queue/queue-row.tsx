import { PRIORITY_LABELS, type PriorityReason, VISIT_LABELS } from '@mach/encounter/contract.ts';
import {
  age,
  Chip,
  type Edge,
  formatDate,
  formatTime,
  type IconName,
  useLanguage,
  useNow,
  usePick,
  useTexts,
  WorkRow,
  waited,
} from '@mach/ui';
import type { ReactElement } from 'react';
import type { QueueRow } from '../../../contract.ts';
import { texts } from '../texts.ts';
import { isUrgent, NEWS2_EMERGENCY } from './order.ts';

/** Whole-visit targets without tests (journeys §0.3), minutes. */
const LATE = 60;
const OVERDUE = 120;

interface Loud {
  readonly edge: Edge;
  readonly mark?: { readonly text: string; readonly icon?: IconName };
}

/** One patient of the queue: number, name, what is ready, why here, how long. */
export function QueueLine(props: {
  readonly row: QueueRow;
  readonly twins: readonly QueueRow[];
  /** Where the person stands in the order of calling, and how long it will take. */
  readonly place:
    | { readonly ahead: number; readonly wait: { from: number; to: number }; readonly absent: number }
    | undefined;
}): ReactElement {
  const { row, twins, place } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const ms = row.arrivedAt ? Date.parse(now) - Date.parse(row.arrivedAt) : 0;
  const minutes = ms / 60_000;
  const waits = row.state === 'waiting' || row.state === 'results-ready';
  const loud = loudness();

  function loudness(): Loud {
    if (isUrgent(row)) {
      const score = row.news2 === null ? t('urgentVitals') : t('news2Of', { n: row.news2 });
      return {
        edge: (row.news2 ?? 0) >= NEWS2_EMERGENCY || row.vitalsUrgent ? 'critical' : 'warn',
        mark: { text: score, icon: 'warn' },
      };
    }
    if (row.state === 'in-exam') return { edge: 'info', mark: { text: pick(VISIT_LABELS['in-exam']) } };
    if (row.state === 'results-ready') return { edge: 'ok', mark: { text: t('resultsReady'), icon: 'check' } };
    if ((row.priority ?? 0) > 0) {
      const reason = row.priorityReason as PriorityReason | null;
      return { edge: 'warn', mark: { text: reason ? pick(PRIORITY_LABELS[reason]) : t('priority'), icon: 'up' } };
    }
    return { edge: 'none' };
  }

  const progress = row.ordersTotal > 0 ? t('resultsOf', { done: row.ordersDone, total: row.ordersTotal }) : undefined;
  const left = place && place.ahead > 0 ? t('waitLeft', place.wait) : undefined;
  const why = [progress, row.reason, left].filter(Boolean).join(' · ');
  return (
    <WorkRow
      edge={loud.edge}
      mark={loud.mark}
      lead={row.queueNumber ?? undefined}
      name={row.name ?? t('unknown')}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      next={why === '' ? undefined : why}
      fresh={row.ordersUnseen > 0}
      clock={row.arrivedAt ? waited(ms, language) : undefined}
      clockTitle={row.arrivedAt ? t('waitsSince', { time: formatTime(row.arrivedAt) }) : undefined}
      lateness={waits && minutes > OVERDUE ? 'overdue' : waits && minutes > LATE ? 'late' : undefined}
      chips={
        <>
          {twins.length > 0 && (
            <Chip tone="warn" icon="users" title={twins.map((one) => twinText(one)).join('\n')}>
              {t('sameName')}
            </Chip>
          )}
          {place !== undefined && place.absent > 0 && <Chip tone="warn">{t('absentTimes', { n: place.absent })}</Chip>}
        </>
      }
    />
  );

  function twinText(one: QueueRow): string {
    const birth = one.birthDate ? formatDate(one.birthDate) : t('unknown');
    return [one.name, birth, one.roomName ?? '', one.queueNumber ?? ''].filter(Boolean).join(' · ');
  }
}
