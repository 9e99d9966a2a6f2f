import { RequestProblem, type Session, Unreachable } from '@mach/ui';
import { request } from '@mach/ui/data/request.ts';

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('mach-session');

/** Somebody signed out while the server was away: the server is told before anybody is let in. */
const OWED = 'mach.sign-out-owed';

/** Who is signed in, or null. Throws `Unreachable` when the server does not answer. */
export async function readSession(): Promise<Session | null> {
  if (localStorage.getItem(OWED)) {
    await request<void>('/api/session', { method: 'DELETE' });
    localStorage.removeItem(OWED);
  }
  try {
    return await request<Session>('/api/session');
  } catch (error) {
    if (error instanceof RequestProblem && error.status === 401) return null;
    throw error;
  }
}

/** Tells the other tabs of this browser that somebody else is signed in now, so that none works under the former name. */
export function announceSession(): void {
  channel?.postMessage('changed');
}

/** Signs out everywhere in this browser. */
export async function signOut(): Promise<void> {
  await request<void>('/api/session', { method: 'DELETE' }).catch((error) => {
    if (error instanceof Unreachable) localStorage.setItem(OWED, '1');
  });
  announceSession();
}

/** Tells when another tab signed in or out. */
export function onSessionChange(listener: () => void): () => void {
  if (!channel) return () => undefined;
  channel.addEventListener('message', listener);
  return () => channel.removeEventListener('message', listener);
}
