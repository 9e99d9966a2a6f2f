import { type Issue, RequestProblem, Unreachable } from '@mach/ui';

const TIMEOUT_MS = 20_000;

/** What the app does when the server no longer knows the session. */
let onSignedOut: () => void = () => undefined;
/** What the app does when it learns whether the server answers. */
let onReach: (reached: boolean) => void = () => undefined;

/** Sets the reactions of the app to a lost session and to the state of the connection. */
export function watchHttp(watch: { readonly signedOut: () => void; readonly reach: (reached: boolean) => void }): void {
  onSignedOut = watch.signedOut;
  onReach = watch.reach;
}

interface Init {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** How long an answer is waited for; default 20 s. */
  readonly timeoutMs?: number;
}

function issuesIn(body: unknown): readonly Issue[] {
  if (body && typeof body === 'object' && 'issue' in body && Array.isArray(body.issue))
    return body.issue.filter((one): one is Issue => one?.text?.vi !== undefined);
  return [];
}

async function fetchOnce(path: string, init: Init): Promise<Response> {
  const timeout = AbortSignal.timeout(init.timeoutMs ?? TIMEOUT_MS);
  try {
    return await fetch(path, {
      method: init.method ?? 'GET',
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
      body: init.body === undefined ? undefined : JSON.stringify(init.body),
      signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    onReach(false);
    throw new Unreachable(path);
  }
}

/**
 * One request. Throws `Unreachable` when no answer came (also from a gateway in front of a server
 * that is down), `RequestProblem` for a refusal.
 */
export async function request<T>(path: string, init: Init = {}): Promise<T> {
  const response = await fetchOnce(path, init);
  if (response.status === 502 || response.status === 503 || response.status === 504) {
    onReach(false);
    throw new Unreachable(path);
  }
  onReach(true);
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return body as T;
  if (response.status === 401 && path !== '/api/session') onSignedOut();
  throw new RequestProblem(response.status, issuesIn(body));
}
