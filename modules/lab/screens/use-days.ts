import { startOfLocalDay } from '@mach/base';
import { useNow, useView } from '@mach/ui';
import { recentFrom } from './sheet.ts';

/** How many orders of earlier days are held at once. */
const OLDER = 200;

export interface Days<R> {
  /** Today's work in its order and, when asked for, what earlier days have left, newest first. */
  readonly rows: readonly R[];
  /** What earlier days have left: "3", or "200+". */
  readonly older: string;
  readonly hasOlder: boolean;
  /** Whether an order is of an earlier day: it shows its date, not a waiting clock. */
  readonly isOld: (orderedAt: string | null) => boolean;
  readonly list: Pick<
    ReturnType<typeof useView<R & object>>,
    'state' | 'error' | 'stale' | 'loadedAt' | 'reload' | 'hasMore' | 'loadMore'
  >;
}

/** The orders of a worklist by day: what is left of earlier days never stands before today's work. */
export function useDays<R extends object>(
  view: string,
  filters: Readonly<Record<string, string | readonly string[]>>,
  sort: string,
  withOlder: boolean,
): Days<R> {
  const now = useNow();
  const from = recentFrom(now, startOfLocalDay(now));
  const before = new Date(Date.parse(from) - 1).toISOString();
  const recent = useView<R>(view, { ...filters, 'orderedAt.from': from }, { sort, limit: 500 });
  const earlier = useView<R>(view, { ...filters, 'orderedAt.to': before }, { sort: '-orderedAt', limit: OLDER });
  return {
    rows: withOlder ? [...recent.rows, ...earlier.rows] : recent.rows,
    older: `${earlier.rows.length}${earlier.hasMore ? '+' : ''}`,
    hasOlder: earlier.rows.length > 0,
    isOld: (orderedAt) => orderedAt !== null && Date.parse(orderedAt) < Date.parse(from),
    list: {
      state: recent.state,
      error: recent.error,
      stale: recent.stale,
      loadedAt: recent.loadedAt,
      reload: recent.reload,
      hasMore: recent.hasMore || (withOlder && earlier.hasMore),
      loadMore: recent.hasMore ? recent.loadMore : earlier.loadMore,
    },
  };
}
