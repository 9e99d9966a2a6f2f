import { request } from '@mach/ui';
import { queryClient } from '@mach/ui/data/client.ts';
import { useCallback, useEffect, useState } from 'react';

interface Bundle {
  readonly entry?: readonly { readonly resource?: unknown; readonly search?: { readonly mode?: string } }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
}

/** Pages of a search that are read at most: a patient's records of a kind fit into far fewer. */
const PAGES = 5;

/** Records that a FHIR search finds: `searchRecords<Condition>('Condition?patient=1')`. */
export async function searchRecords<T>(query: string, signal?: AbortSignal): Promise<T[]> {
  const found: T[] = [];
  let path: string | undefined = `/fhir/${query}`;
  for (let i = 0; path !== undefined && i < PAGES; i++) {
    const bundle: Bundle = await request<Bundle>(path, { signal });
    for (const entry of bundle.entry ?? []) if (entry.search?.mode !== 'include') found.push(entry.resource as T);
    const next = bundle.link?.find((link) => link.relation === 'next')?.url;
    // The server names itself as the world sees it; the page stays at its own address.
    path = next === undefined ? undefined : next.slice(next.indexOf('/fhir/'));
  }
  return found;
}

export interface Search<T> {
  readonly rows: readonly T[];
  readonly state: 'none' | 'loading' | 'ready' | 'error';
  readonly error: unknown;
  readonly reload: () => void;
}

interface Loaded {
  readonly query: string;
  readonly rows: readonly unknown[];
  readonly error?: unknown;
  readonly failed: boolean;
}

const NONE: readonly never[] = [];

/**
 * A FHIR search. Another `version` (a state or time of a live row) reads it again while the rows stay on the screen. What
 * was found last time is shown at once and renewed; with `fresh` nothing is shown before it has been read again, which is
 * what drafts are begun from.
 */
export function useSearch<T>(
  query: string | undefined,
  version: string | number = '',
  options: { readonly fresh?: boolean } = {},
): Search<T> {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [again, setAgain] = useState(0);
  const fresh = options.fresh === true;

  useEffect(() => {
    if (query === undefined) return;
    let stopped = false;
    const done = (next: Loaded): void => {
      if (!stopped) setLoaded(next);
    };
    queryClient
      .fetchQuery({
        queryKey: ['search', query, version, again],
        queryFn: ({ signal }) => searchRecords<unknown>(query, signal),
        staleTime: 0,
      })
      .then((rows) => {
        queryClient.setQueryData(['search', query], rows);
        done({ query, rows, failed: false });
      })
      .catch((error: unknown) => {
        const kept = fresh ? undefined : queryClient.getQueryData<unknown[]>(['search', query]);
        done({ query, rows: kept ?? [], error, failed: true });
      });
    return () => {
      stopped = true;
    };
  }, [query, version, again, fresh]);

  const reload = useCallback(() => setAgain((n) => n + 1), []);
  if (query === undefined) return { rows: NONE, state: 'none', error: undefined, reload };
  if (loaded?.query === query) {
    const failed = loaded.failed && loaded.rows.length === 0;
    return { rows: loaded.rows as T[], state: failed ? 'error' : 'ready', error: loaded.error, reload };
  }
  const kept = fresh ? undefined : queryClient.getQueryData<T[]>(['search', query]);
  return { rows: kept ?? NONE, state: kept ? 'ready' : 'loading', error: undefined, reload };
}
