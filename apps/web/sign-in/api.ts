import type { Session } from '@mach/ui';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { request } from '../api/http.ts';
import { announceSession } from '../api/session.ts';

export type Method = 'totp' | 'passkey' | 'recovery';

/** A half-open sign-in: what it needs next. */
export interface NextStep {
  readonly next: 'factor' | 'enrol' | 'password';
  readonly ticket: string;
  readonly methods: readonly Method[];
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
