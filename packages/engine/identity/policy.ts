import type { Facility } from '../actor.ts';
import type { Engine } from '../engine.ts';

/** Where somebody sits: at a shared ward computer, in the house's network, or out on the Internet. */
export type Place = 'ward' | 'inside' | 'outside';

/** Growing waits after wrong attempts, seconds. */
export interface Budget {
  free: number;
  baseSeconds: number;
  capSeconds: number;
  forgetSeconds: number;
}

interface Mode {
  secondFactor: { roles: string[]; outside: boolean };
  /** Least length, beside a second factor and alone. */
  password: { withFactor: number; alone: number };
  dormantDays: number | null;
  sessions: { place?: Place; role?: string; idleMinutes: number; hours: number }[];
}

interface IdentityPack {
  modes: Record<Facility['mode'], Mode>;
  guessing: Record<'pair' | 'known' | 'address' | 'factor', Budget>;
  ticketMinutes: number;
  confirmMinutes: number;
  oneTimeHours: number;
  badge: { minDigits: number; maxDigits: number; tries: number; excludedRoles: string[] };
  device: { enrolMinutes: number; rotateHours: number };
}

export type IdentityPolicy = Omit<IdentityPack, 'modes'> & Mode;

/** The rules of sign-in that are in force in a facility today. */
export function identityPolicy(engine: Engine, tenant: number): IdentityPolicy {
  const { modes, ...rest } = engine.packs.at<IdentityPack>('identity', engine.clock.now().toISOString()).data;
  return { ...rest, ...modes[engine.facility(tenant).mode] };
}

/** Whether these roles need a second factor at this place. A ward device with badge and PIN brings its own. */
export function needsFactor(policy: IdentityPolicy, roles: readonly string[], place: Place): boolean {
  const { secondFactor } = policy;
  return (secondFactor.outside && place === 'outside') || roles.some((role) => secondFactor.roles.includes(role));
}

/** The strictest of the limits that fit, ms. */
export function sessionLimit(
  policy: IdentityPolicy,
  roles: readonly string[],
  place: Place,
): { idle: number; absolute: number } {
  const fitting = policy.sessions.filter(
    (limit) =>
      (limit.place === undefined || limit.place === place) && (limit.role === undefined || roles.includes(limit.role)),
  );
  return {
    idle: Math.min(...fitting.map((limit) => limit.idleMinutes)) * 60_000,
    absolute: Math.min(...fitting.map((limit) => limit.hours)) * 3_600_000,
  };
}

const INSIDE = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)/i;

/** Whether an address belongs to the machine or the house (RFC 1918, RFC 4193, link-local), written either way. */
export const isInside = (address: string): boolean => INSIDE.test(address.replace(/^::ffff:/i, ''));
