import { answerOf, type Issue, issuesOf, request, saveFile } from '@mach/ui';
import { useQuery } from '@tanstack/react-query';

/** A long trail takes its time to be read, ms. */
const PATIENCE_MS = 120_000;

/** What an address of this module answers; null: nothing is asked. */
export function useAsk<T>(path: string | null): {
  readonly data: T | undefined;
  readonly issues: readonly Issue[];
  readonly loading: boolean;
  readonly reload: () => Promise<unknown>;
} {
  const query = useQuery({
    queryKey: ['privacy', path],
    queryFn: ({ signal }) => request<T>(path ?? '', { signal, timeoutMs: PATIENCE_MS }),
    enabled: path !== null,
    staleTime: 0,
  });
  return {
    data: query.data,
    issues: query.error ? issuesOf(query.error) : [],
    loading: query.isLoading,
    reload: query.refetch,
  };
}

/** Hands a file of this module to the person at the screen. */
export async function download(path: string, method: 'GET' | 'POST' = 'GET'): Promise<void> {
  await saveFile(
    await answerOf(path, { method, timeoutMs: PATIENCE_MS, ...(method === 'POST' ? { body: {} } : {}) }),
    'download',
  );
}
