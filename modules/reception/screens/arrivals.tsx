import { PRIORITY_LABELS, type PriorityReason, VISIT_LABELS, type VisitState } from '@mach/encounter/contract.ts';
import {
  age,
  Chip,
  type Edge,
  formatDate,
  formatTime,
  useLanguage,
  useNow,
  usePick,
  useTexts,
  WorkRow,
  waited,
} from '@mach/ui';
import type { ReactElement } from 'react';
import type { TodayRow } from '../contract.ts';
import { texts } from './texts.ts';

const EDGES: Readonly<Partial<Record<VisitState, Edge>>> = {
  'in-exam': 'info',
  'results-ready': 'ok',
  'awaiting-payment': 'ok',
};
/** Waiting longer than this is shown (journeys §0.3: exam alone under 60 minutes at the 90th percentile). */
const LATE_MINUTES = 45;
const OVERDUE_MINUTES = 90;

/** One arrival: number, person, state, room, how long they wait. */
export function ArrivalRow({
  row,
  twin,
}: {
  readonly row: TodayRow;
  readonly twin: TodayRow | undefined;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const waits = row.state === 'waiting' || row.state === 'results-ready';
  const ms = Date.parse(now) - Date.parse(row.arrivedAt);
  const minutes = ms / 60_000;
  const urgent = row.priorityReason === 'emergency';
  const reason = row.priorityReason as PriorityReason | null;
  return (
    <WorkRow
      edge={urgent ? 'critical' : reason ? 'warn' : EDGES[row.state]}
      lead={row.queueNumber ?? ''}
      name={row.name ?? t('unknown')}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      mark={reason ? { text: pick(PRIORITY_LABELS[reason]), icon: urgent ? 'warn' : 'up' } : undefined}
      next={`${pick(VISIT_LABELS[row.state])} · ${row.roomName ?? ''}`}
      clock={waits ? waited(ms, language) : formatTime(row.arrivedAt)}
      clockTitle={t('since', { time: formatTime(row.arrivedAt) })}
      lateness={waits && minutes > OVERDUE_MINUTES ? 'overdue' : waits && minutes > LATE_MINUTES ? 'late' : undefined}
      chips={
        twin && (
          <Chip
            tone="warn"
            icon="users"
            title={t('sameNameHint', {
              name: twin.name ?? '',
              birth: twin.birthDate ? formatDate(twin.birthDate) : t('unknown'),
              number: twin.queueNumber ?? '',
            })}
          >
            {t('sameName')}
          </Chip>
        )
      }
    />
  );
}
