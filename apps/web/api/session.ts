import { RequestProblem, type Session } from '@mach/ui';
import { request } from './http.ts';

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('mach-session');

/** Who is signed in, or null. Throws `Unreachable` when the server does not answer. */
export async function readSession(): Promise<Session | null> {
  try {
    return await request<Session>('/api/session');
  } catch (error) {
    if (error instanceof RequestProblem && error.status === 401) return null;
    throw error;
  }
}

/** Signs in; the other tabs of this browser follow, so that no tab works under the former name. */
export async function signIn(account: string, password: string): Promise<Session> {
  const session = await request<Session>('/api/session', { method: 'POST', body: { account, password } });
  channel?.postMessage('changed');
  return session;
}

/** Signs out everywhere in this browser. */
export async function signOut(): Promise<void> {
  await request<void>('/api/session', { method: 'DELETE' }).catch(() => undefined);
  channel?.postMessage('changed');
}

/** Tells when another tab signed in or out. */
export function onSessionChange(listener: () => void): () => void {
  if (!channel) return () => undefined;
  channel.addEventListener('message', listener);
  return () => channel.removeEventListener('message', listener);
}
