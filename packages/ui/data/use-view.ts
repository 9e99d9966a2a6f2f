import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { applyEvent, keyOf } from './apply-event.ts';
import { useTransport } from './provider.tsx';
import type { LiveEvent, Row, ViewFilters, ViewPage } from './transport.ts';

export interface ViewOptions {
  /** Column or `-column`. Without it every change loads the list again, since only the server knows its order. */
  readonly sort?: string;
  readonly limit?: number;
  /** `false`: do not load yet (an input is missing). */
  readonly enabled?: boolean;
  /** `false`: no live updates (a report). */
  readonly live?: boolean;
}

export interface View<R> {
  readonly rows: readonly R[];
  readonly state: 'loading' | 'ready' | 'error';
  /** Shown rows are older than they should be: the last load failed. */
  readonly stale: boolean;
  readonly error: unknown;
  /** When the rows were last known to be right (ISO instant). */
  readonly loadedAt: string | undefined;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

type Pages = InfiniteData<ViewPage<Row>, string | undefined>;
const NONE: ViewFilters = {};
/** Many events at once (an import, a reset) cause one reload. */
const RELOAD_MS = 250;

/** Applies an event to all loaded pages as if they were one list, and cuts them again. */
export function applyToPages(
  data: Pages,
  event: LiveEvent,
  filters: ViewFilters,
  sort: string | undefined,
): Pages | 'reload' {
  const last = data.pages.at(-1);
  if (!last) return data;
  const whole = { ...last, rows: data.pages.flatMap((page) => page.rows) };
  const next = applyEvent(whole, event, filters, sort);
  if (next === 'reload') return 'reload';
  if (next === whole) return data;
  let from = 0;
  const pages = data.pages.map((page, i) => {
    const to = i === data.pages.length - 1 ? next.rows.length : from + page.rows.length;
    const cut = { ...page, asOf: next.asOf, rows: next.rows.slice(from, to) };
    from = to;
    return cut;
  });
  return { ...data, pages };
}

/**
 * A view of the server, kept true by the live stream.
 *
 * `const queue = useView<QueueRow>('outpatient.queue', { room: '305', status: ['waiting', 'ready'] }, { sort: 'rank' })`
 */
export function useView<R extends object = Row>(
  name: string,
  filters: ViewFilters = NONE,
  options: ViewOptions = {},
): View<R> {
  const { sort, limit = 100, enabled = true, live = true } = options;
  const transport = useTransport();
  const client = useQueryClient();
  const filterKey = JSON.stringify(filters);
  const queryKey = useMemo(() => ['view', name, filterKey, sort ?? '', limit], [name, filterKey, sort, limit]);

  const query = useInfiniteQuery({
    queryKey,
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      transport.view<Row>(name, { filters: JSON.parse(filterKey), sort, limit, after: pageParam }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
  });

  const waiting = useRef<LiveEvent[]>([]);
  const loaded = query.data !== undefined;

  useEffect(() => {
    if (!enabled || !live || !loaded) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wanted: ViewFilters = JSON.parse(filterKey);
    const apply = (event: LiveEvent): void => {
      const data = client.getQueryData<Pages>(queryKey);
      if (!data) return;
      const next = applyToPages(data, event, wanted, sort);
      if (next !== 'reload') {
        if (next !== data) client.setQueryData(queryKey, next);
        return;
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey });
      }, RELOAD_MS);
    };
    const asOf = client.getQueryData<Pages>(queryKey)?.pages[0]?.asOf;
    const stop = transport.live(name, asOf, (event) => {
      // An answer under way may be older than the event: the event waits for it.
      if (client.isFetching({ queryKey }) > 0) waiting.current.push(event);
      else apply(event);
    });
    const stopWaiting = client.getQueryCache().subscribe(({ query: changed }) => {
      if (waiting.current.length === 0 || changed.queryHash !== JSON.stringify(queryKey)) return;
      if (changed.state.fetchStatus === 'fetching') return;
      const events = waiting.current.splice(0);
      queueMicrotask(() => events.forEach(apply));
    });
    return () => {
      clearTimeout(timer);
      stopWaiting();
      stop();
    };
  }, [transport, client, name, filterKey, queryKey, sort, enabled, live, loaded]);

  // The server's row contract is the screen's type; nothing here reads its columns.
  const rows = useMemo(
    () => unique(query.data?.pages.flatMap((page) => page.rows) ?? []) as unknown as R[],
    [query.data],
  );
  const takenAt = query.data?.pages[0]?.takenAt;
  return {
    rows,
    state: loaded ? 'ready' : query.isError ? 'error' : 'loading',
    stale: loaded && (query.isError || takenAt !== undefined),
    error: query.error,
    loadedAt: takenAt ?? (query.dataUpdatedAt > 0 ? new Date(query.dataUpdatedAt).toISOString() : undefined),
    hasMore: query.hasNextPage,
    loadMore: () => void query.fetchNextPage(),
    reload: () => void query.refetch(),
  };
}

/** A row that moved between two page loads would stand twice. */
function unique(rows: readonly Row[]): readonly Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = keyOf(row);
    const first = key === '' || !seen.has(key);
    seen.add(key);
    return first;
  });
}
