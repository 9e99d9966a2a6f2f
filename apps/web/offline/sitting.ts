import type { Session } from '@mach/ui';
import { request } from '@mach/ui/data/request.ts';
import { importKey } from './sealing.ts';
import { clearSeat, keepSeat, seatNow, touch } from './seat.ts';
import { forgetRows, Vault } from './vault.ts';

/** A touch is written down this often at most, ms; the door is looked at as often. */
const TOUCH_MS = 15_000;

interface Limits {
  readonly session: { readonly idleSeconds: number; readonly expiresAt: string } | null;
}

/** One sits down after the other has left, however fast they are. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

const scopeOf = ({ facility, user }: Session): string => `${facility.code}/${user.account}`;

/**
 * Sits a signed-in person down at this desk: fetches the key that only this account is given. Undefined where the
 * browser cannot keep a secret (plain HTTP on a LAN) or the installation has no key: the desk then works with its server only.
 */
export const takeVault = (session: Session): Promise<Vault | undefined> => inTurn(() => sitDown(session));

async function sitDown(session: Session): Promise<Vault | undefined> {
  if (!globalThis.crypto?.subtle || !navigator.locks || typeof indexedDB === 'undefined') return undefined;
  try {
    const [{ key: text, house }, limits] = await Promise.all([
      request<{ key: string | null; house?: string }>('/api/desk-key'),
      request<Limits>('/api/session'),
    ]);
    if (text === null) return undefined;
    const [key, scope] = [await importKey(text), scopeOf(session)];
    const { expiresAt = null, idleSeconds = null } = limits.session ?? {};
    touch();
    await keepSeat({ scope, session, key, house, expiresAt, idleSeconds });
    return new Vault(scope, key, house);
  } catch {
    return undefined;
  }
}

/** Empties the seat: the key goes, and with it everything that could be read here. */
export const leaveSeat = (): Promise<void> => inTurn(standUp);

async function standUp(): Promise<void> {
  try {
    const seat = await seatNow();
    if (seat) await forgetRows(seat.scope);
    await clearSeat();
  } catch {
    // Nothing was kept.
  }
}

/** Notes that somebody works here, and says when the time without a touch has run out: the server cannot say it now. */
export function watchSeat(onGone: () => void): () => void {
  let last = 0;
  let seated = false;
  const touched = (): void => {
    const now = Date.now();
    if (now - last < TOUCH_MS) return;
    last = now;
    if (seated) touch(now);
  };
  const look = (): void =>
    void seatNow().then((seat) => {
      if (seated && !seat) onGone();
      seated = seat !== undefined;
    });
  const timer = setInterval(look, TOUCH_MS);
  window.addEventListener('pointerdown', touched, { passive: true });
  window.addEventListener('keydown', touched, { passive: true });
  return () => {
    clearInterval(timer);
    window.removeEventListener('pointerdown', touched);
    window.removeEventListener('keydown', touched);
  };
}
