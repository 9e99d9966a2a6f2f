import { type Issue, issuesOf, RequestProblem, Unreachable } from '@mach/ui';
import { useQuery } from '@tanstack/react-query';

async function send(path: string, method: 'GET' | 'POST', signal?: AbortSignal): Promise<Response> {
  const body = method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
  const response = await fetch(path, { method, credentials: 'same-origin', ...body, signal }).catch(
    (error: unknown) => {
      throw signal?.aborted ? error : new Unreachable(path);
    },
  );
  if (response.ok) return response;
  const { issue = [] } = (await response.json().catch(() => ({}))) as { issue?: Issue[] };
  throw new RequestProblem(response.status, issue);
}

/** What an address of this module answers; null: nothing is asked. */
export function useAsk<T>(path: string | null): {
  readonly data: T | undefined;
  readonly issues: readonly Issue[];
  readonly loading: boolean;
  readonly reload: () => Promise<unknown>;
} {
  const query = useQuery({
    queryKey: ['privacy', path],
    queryFn: async ({ signal }) => (await send(path ?? '', 'GET', signal)).json() as Promise<T>,
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

/** Hands a file to the person at the screen, under the name that the server gives it. */
export async function download(path: string, method: 'GET' | 'POST' = 'GET'): Promise<void> {
  const response = await send(path, method);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'download';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
