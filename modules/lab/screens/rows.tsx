import { ORDER_LABELS } from '@mach/encounter/contract.ts';
import {
  age,
  Chip,
  type Edge,
  formatDate,
  formatDateTime,
  formatTime,
  useLanguage,
  useNow,
  usePick,
  useTexts,
  WorkRow,
  type WorkRowProps,
  waited,
} from '@mach/ui';
import type { ReactElement } from 'react';
import type { LabRow } from '../contract.ts';
import type { ToCollect } from './sheet.ts';
import { texts } from './texts.ts';

/** Waiting longer than this is shown, minutes: for the needle, and for a routine result (journeys a9). */
const COLLECT = [15, 30] as const;
const RESULT = [60, 90] as const;

const lateness = (minutes: number, [late, over]: readonly [number, number]): WorkRowProps['lateness'] =>
  minutes > over ? 'overdue' : minutes > late ? 'late' : undefined;

interface Clock {
  readonly clock: string | undefined;
  readonly title: string | undefined;
  readonly minutes: number;
}

/** The waiting clock; work of an earlier day shows its date instead, which nobody can still hurry. */
function useClock(since: string | null, old: boolean): Clock {
  const t = useTexts(texts);
  const language = useLanguage();
  const now = useNow();
  if (since === null) return { clock: undefined, title: undefined, minutes: 0 };
  if (old)
    return { clock: formatDate(since).slice(0, 5), title: t('since', { time: formatDateTime(since) }), minutes: 0 };
  const ms = Date.parse(now) - Date.parse(since);
  return { clock: waited(ms, language), title: t('since', { time: formatTime(since) }), minutes: ms / 60_000 };
}

function usePerson(row: LabRow): { name: string; age: string | undefined; lead: string } {
  const t = useTexts(texts);
  const language = useLanguage();
  const now = useNow();
  return {
    name: row.patientName ?? t('unknown'),
    age: row.birthDate ? age(row.birthDate, now, language) : undefined,
    lead: row.queueNumber ?? '',
  };
}

const EDGE: Readonly<Record<number, Edge>> = { 1: 'critical', 2: 'warn' };

function useMark(rank: number): WorkRowProps['mark'] {
  const t = useTexts(texts);
  return rank === 1 ? { text: t('stat'), icon: 'warn' } : rank === 2 ? { text: t('urgent'), icon: 'up' } : undefined;
}

/** Somebody who waits for a needle. */
export function CollectRow({ one }: { readonly one: ToCollect }): ReactElement {
  const t = useTexts(texts);
  const person = usePerson(one.person);
  const { clock, title, minutes } = useClock(one.person.orderedAt, one.old);
  const rejected = one.orders.some((order) => order.rejected !== null);
  return (
    <WorkRow
      {...person}
      edge={EDGE[one.rank] ?? (rejected ? 'warn' : 'none')}
      mark={useMark(one.rank)}
      next={t('testsToTake', { n: one.orders.length, names: one.orders.map((o) => o.service).join(', ') })}
      clock={clock}
      clockTitle={title}
      lateness={lateness(minutes, COLLECT)}
      chips={rejected && <Chip tone="warn">{t('takeAgain')}</Chip>}
    />
  );
}

/** An order on the bench, or done today. */
export function OrderRow({ row, old }: { readonly row: LabRow; readonly old: boolean }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const person = usePerson(row);
  const done = row.state === 'validated' || row.state === 'seen';
  const { clock, title, minutes } = useClock(done && !old ? null : (row.collectedAt ?? row.orderedAt), old);
  return (
    <WorkRow
      {...person}
      edge={row.resultsCritical > 0 ? 'critical' : (EDGE[row.rank] ?? 'none')}
      mark={useMark(row.rank)}
      next={`${done ? pick(ORDER_LABELS[row.state]) : t(row.state === 'preliminary' ? 'toValidate' : 'toEnter')} · ${row.name}`}
      clock={clock}
      clockTitle={title}
      lateness={done ? undefined : lateness(minutes, RESULT)}
      chips={
        <>
          {row.resultsCritical > 0 && (
            <Chip tone="critical" icon="warn" solid>
              {t('critical')}
            </Chip>
          )}
          {row.resultsEntered > 0 && !done && <Chip tone="info">{t('entered', { n: row.resultsEntered })}</Chip>}
        </>
      }
    />
  );
}
