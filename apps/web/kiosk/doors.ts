import { localDate } from '@mach/base/time.ts';
import type { Board } from '@mach/operations/board/board.ts';
import type { KioskHelpResult, KioskLookResult, KioskTakeResult } from '@mach/reception/contract.ts';

const TIMEOUT_MS = 15_000;

export interface KioskRoom {
  key: string;
  code: string | null;
  name: string | null;
  /** First day on which it takes nobody. */
  closedFrom?: string | null;
}

/** A refusal, with what the server says of it in both languages. */
export class Refused extends Error {
  readonly status: number;
  readonly text: { vi: string; en: string } | undefined;

  constructor(status: number, text: { vi: string; en: string } | undefined) {
    super(text?.vi ?? String(status));
    this.status = status;
    this.text = text;
  }
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, {
    credentials: 'same-origin',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...init,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...init.headers },
  });
  const body = (await response.json().catch(() => undefined)) as
    | { issue?: { text?: { vi: string; en: string } }[] }
    | undefined;
  if (!response.ok) throw new Refused(response.status, body?.issue?.[0]?.text);
  return body as T;
}

async function command<R>(name: string, input: unknown): Promise<R> {
  const { result } = await ask<{ result: R }>(`/api/commands/${name}`, {
    method: 'POST',
    headers: { 'idempotency-key': crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` },
    body: JSON.stringify(input),
  });
  return result;
}

export const look = (text: string): Promise<KioskLookResult> => command('reception.kioskLook', { text });
export const take = (input: {
  text: string;
  room: string;
  payer: 'bhyt' | 'fee';
  reason: string;
  told?: { from: number; to: number };
}): Promise<KioskTakeResult> => command('reception.kioskTake', input);

/** Calls somebody of the staff to this device. */
export const callStaff = (): Promise<KioskHelpResult> => command('reception.kioskHelp', {});

export const rooms = async (): Promise<KioskRoom[]> =>
  (await ask<{ rows: KioskRoom[] }>('/api/views/reception.kioskRooms?sort=code&limit=200')).rows.filter(
    ({ closedFrom }) => !closedFrom || closedFrom > localDate(new Date().toISOString()),
  );

/** The waits of the rooms as the board shows them, by the code on the door; empty where the board is not public. */
export async function waits(): Promise<ReadonlyMap<string, { from: number; to: number }>> {
  const board = await ask<Board>('/api/board').catch(() => undefined);
  return new Map((board?.rooms ?? []).flatMap((room) => (room.wait ? [[room.code, room.wait] as const] : [])));
}

/** ready: this device may give numbers · other: somebody else is signed in · none: nobody is. */
export async function standing(): Promise<'ready' | 'other' | 'none'> {
  try {
    const { user } = await ask<{ user: { permissions: string[] } }>('/api/session');
    return user.permissions.includes('reception.kiosk') ? 'ready' : 'other';
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return 'none';
    throw error;
  }
}

export const signIn = (account: string, password: string): Promise<unknown> =>
  ask('/api/session', { method: 'POST', body: JSON.stringify({ account, password }) });
export const signOut = (): Promise<unknown> => ask('/api/session', { method: 'DELETE' });
