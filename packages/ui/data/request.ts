import type { Issue } from '@mach/base';
import { tellRefusal } from './refusals.ts';
import { NotKept, RequestProblem, Unreachable } from './transport.ts';

/** An answer is waited for no longer, ms. */
const TIMEOUT_MS = 20_000;
/** What a gateway says in front of a server that is down, and a server that has no room. */
const NOBODY_THERE: readonly number[] = [502, 503, 504];
const SIGN_IN = 'sign-in-required';
const SESSION = '/api/session';

interface Watch {
  /** The server no longer knows the session. */
  readonly signedOut: () => void;
  /** Whether the server has answered. */
  readonly reach: (reached: boolean) => void;
  /** The server has been silent for so long that nobody shall wait for a question to it. */
  readonly away: () => boolean;
}

const NOBODY: Watch = { signedOut: () => undefined, reach: () => undefined, away: () => false };
let watch = NOBODY;

/** Sets the reactions of the app to a lost session and to the state of the connection; without any when nobody is signed in. */
export function watchRequests(reactions: Watch = NOBODY): void {
  watch = reactions;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** An object travels as JSON, a file as it is. */
  readonly body?: object;
  readonly signal?: AbortSignal;
  /** How long an answer is waited for; default 20 s. */
  readonly timeoutMs?: number;
  /** Asked also while the server is known to be away: it is how one learns that it is back. */
  readonly probe?: boolean;
}

function issuesIn(body: unknown): readonly Issue[] {
  if (body && typeof body === 'object' && 'issue' in body && Array.isArray(body.issue))
    return body.issue.filter((one): one is Issue => one?.text?.vi !== undefined);
  return [];
}

async function fetched(path: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', headers, body, signal } = options;
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const isFile = body instanceof Blob;
  const type = isFile ? 'application/octet-stream' : 'application/json';
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: path.startsWith('/fhir/') ? 'application/fhir+json' : 'application/json',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      body: body === undefined || isFile ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    watch.reach(false);
    throw new Unreachable(path);
  }
}

/**
 * One request to the app's own server, as every screen makes it; the answer as it came (a file to save).
 * @throws Unreachable when no answer came, RequestProblem for a refusal
 */
export async function answerOf(path: string, options: RequestOptions = {}): Promise<Response> {
  const answer = await fetched(path, options);
  if (NOBODY_THERE.includes(answer.status)) {
    watch.reach(false);
    throw new Unreachable(path);
  }
  watch.reach(true);
  await tellRefusal(path, options.body, answer);
  if (answer.ok) return answer;
  const issues = issuesIn(await answer.json().catch(() => undefined));
  // A wrong password is 401 too, and who asks whether there is a session is told by the answer itself.
  if (answer.status === 401 && path !== SESSION && issues.every((one) => one.code === SIGN_IN)) watch.signedOut();
  throw new RequestProblem(answer.status, issues);
}

/**
 * The same for an answer in JSON; `undefined` where there is none.
 * @throws NotKept for a question while the server is known to be away
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  if ((options.method ?? 'GET') === 'GET' && !options.probe && watch.away()) throw new NotKept(path);
  const answer = await answerOf(path, options);
  return (answer.status === 204 ? undefined : await answer.json().catch(() => undefined)) as T;
}

/** Hands a file to the person at the screen, under the name that the server gives it. */
export async function saveFile(answer: Response, otherwise: string): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? otherwise;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
