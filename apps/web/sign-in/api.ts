import { type Issue, request, type Session } from '@mach/ui';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { announceSession } from '../api/session.ts';

export type Method = 'totp' | 'passkey' | 'recovery';

/** A half-open sign-in: what it needs next. */
export interface NextStep {
  readonly next: 'facility' | 'factor' | 'enrol' | 'password';
  readonly ticket: string;
  readonly methods: readonly Method[];
  /** Of the step `facility`: where this person works. */
  readonly facilities?: readonly { readonly code: string; readonly name: string }[];
}

/** An answer of the sign-in; recovery codes come once, after the first factor was set up. */
export type Outcome = (Session | NextStep) & { readonly recoveryCodes?: readonly string[] };

export interface TotpOffer {
  readonly secret: string;
  readonly uri: string;
}

export interface ThisDevice {
  readonly kind: 'ward' | 'phone';
  readonly label: string;
}

export const isNext = (outcome: Outcome): outcome is NextStep & Outcome => 'next' in outcome;

/** One step of the sign-in; when it was the last one the other tabs of this browser follow. */
async function step(path: string, body: object): Promise<Outcome> {
  const outcome = await request<Outcome>(`/api/session${path}`, { method: 'POST', body });
  if (!isNext(outcome)) announceSession();
  return outcome;
}

export const byPassword = (account: string, password: string) => step('', { account, password });
export const goTo = (ticket: string, facility: string) => step('/place', { ticket, facility });
export const byCode = (ticket: string, code: string) => step('/factor', { ticket, code });
export const byBadge = (badge: string, pin: string) => step('/badge', { badge, pin });
export const byPasskey = (ticket: string, alone: boolean, response: object) =>
  step('/passkey', { ticket, alone, response });
export const chooseEnrolled = (ticket: string, code: string) => step('/enrol', { ticket, code });
export const choosePassword = (ticket: string, password: string) => step('/password', { ticket, password });

export const offerTotp = (ticket: string) =>
  request<TotpOffer>('/api/session/enrol', { method: 'POST', body: { ticket } });
export const askPasskey = (ticket?: string) =>
  request<{ ticket: string; options: PublicKeyCredentialRequestOptionsJSON }>('/api/session/passkey-options', {
    method: 'POST',
    body: ticket === undefined ? {} : { ticket },
  });

/** The enrolled device that this browser is, if it is one. */
export const readDevice = async (): Promise<ThisDevice | null> =>
  (await request<{ device: ThisDevice | null }>('/api/device')).device;
export const enrolDevice = async (token: string): Promise<ThisDevice> =>
  (await request<{ device: ThisDevice }>('/api/device', { method: 'POST', body: { token } })).device;

/** Another authority by which people sign in here. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** Where the house has several. */
  readonly facility?: string;
}

export const readProviders = async (): Promise<readonly Provider[]> =>
  (await request<{ providers: readonly Provider[] }>('/api/providers')).providers;
export const startProvider = (id: string, language: string): void =>
  location.assign(`/api/providers/${encodeURIComponent(id)}/start?lang=${language}`);

const RETURN = '#sign-in=';

/** What a sign-in elsewhere came back with, told once: a further step, or why it was refused. */
export function takeReturn(): NextStep | readonly Issue[] | undefined {
  if (!location.hash.startsWith(RETURN)) return undefined;
  const text = location.hash.slice(RETURN.length);
  history.replaceState(null, '', location.pathname);
  try {
    const told = JSON.parse(decodeURIComponent(text)) as { next?: unknown; ticket?: unknown; issues?: unknown };
    if (Array.isArray(told.issues)) return told.issues as Issue[];
    if (typeof told.next === 'string' && typeof told.ticket === 'string') return told as unknown as NextStep;
  } catch {
    // Not ours: a plain sign-in.
  }
  return undefined;
}
