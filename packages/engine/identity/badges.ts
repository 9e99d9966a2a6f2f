import { refuse } from '@mach/base/problem.ts';
import type { Queryable } from '@mach/store';
import type { Engine } from '../engine.ts';
import { hashPassword, NO_HASH, verifyPassword } from './hash.ts';
import { type IdentityPolicy, identityPolicy } from './policy.ts';
import { peppered } from './sealing.ts';

/** A badge as its owner sees it. */
export interface BadgeRow {
  number: string;
  setAt: string;
  blocked: boolean;
}

export async function badgeOf(engine: Engine, tenant: number, account: string): Promise<BadgeRow | null> {
  const { rows } = await engine.database.system.query<{ number: string; set_at: Date; failures: number }>({
    name: 'badge_of',
    text: 'select number, set_at, failures from system.badge where tenant = $1 and account = $2',
    values: [tenant, account],
  });
  const row = rows[0];
  if (!row) return null;
  const { tries } = identityPolicy(engine, tenant).badge;
  return { number: row.number, setAt: row.set_at.toISOString(), blocked: row.failures >= tries };
}

/** Sequences and repeats that are tried first: 123456, 654321, 111111, 121212. */
function simplePin(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = new Set(digits.slice(1).map((d, i) => d - (digits[i] ?? 0)));
  return steps.size === 1 || new Set(digits).size < 3;
}

/** Ties a badge and a PIN to a person. @throws Problem 403, 422, 409 when somebody else has this badge */
export async function setBadge(
  engine: Engine,
  tenant: number,
  person: { account: string; roles: readonly string[] },
  badge: string,
  pin: string,
): Promise<void> {
  const policy = identityPolicy(engine, tenant).badge;
  if (person.roles.some((role) => policy.excludedRoles.includes(role)))
    throw refuse(403, 'badge-not-for-role', {
      vi: 'Quản trị hệ thống không đăng nhập bằng thẻ',
      en: 'Administrators do not sign in by badge',
    });
  checkPin(pin, policy);
  const number = normalBadge(badge);
  if (number.length < 4)
    throw refuse(
      422,
      'badge-number',
      { vi: 'Số thẻ cần ít nhất 4 ký tự', en: 'A badge number has at least 4 characters' },
      { field: 'badge' },
    );
  const { rowCount } = await engine.database.system.query({
    name: 'badge_set',
    text: `insert into system.badge (tenant, account, number, pin_hash, failures, set_at)
           select $1, $2, $3, $4, 0, $5 where not exists (
             select 1 from system.badge where tenant = $1 and number = $3 and account <> $2)
           on conflict (tenant, account) do update set number = excluded.number, pin_hash = excluded.pin_hash,
             failures = 0, set_at = excluded.set_at`,
    values: [tenant, person.account, number, await hashPassword(peppered(engine, pin)), engine.clock.now()],
  });
  if (rowCount !== 1)
    throw refuse(
      409,
      'badge-taken',
      { vi: 'Thẻ này đã gán cho người khác', en: 'This badge belongs to somebody else' },
      { field: 'badge' },
    );
}

function checkPin(pin: string, policy: IdentityPolicy['badge']): void {
  const { minDigits, maxDigits } = policy;
  if (!/^\d+$/.test(pin) || pin.length < minDigits || pin.length > maxDigits)
    throw refuse(
      422,
      'pin-form',
      { vi: `PIN gồm ${minDigits}–${maxDigits} chữ số`, en: `A PIN has ${minDigits}–${maxDigits} digits` },
      { field: 'pin' },
    );
  if (simplePin(pin))
    throw refuse(
      422,
      'pin-simple',
      { vi: 'PIN này quá dễ đoán', en: 'This PIN is too easily guessed' },
      { field: 'pin' },
    );
}

export const normalBadge = (badge: string): string => badge.normalize('NFC').trim().toUpperCase();

export async function removeBadge(on: Queryable, tenant: number, account: string): Promise<void> {
  await on.query({
    name: 'badge_remove',
    text: 'delete from system.badge where tenant = $1 and account = $2',
    values: [tenant, account],
  });
}

/**
 * Whose badge and PIN these are. Only an enrolled device gets here; after a few wrong ones the PIN waits until its owner
 * signs in with the password. @throws Problem 401 (the same for an unknown badge and a wrong PIN), 403 when the PIN waits
 */
export async function checkBadge(engine: Engine, tenant: number, badge: string, pin: string): Promise<string> {
  const on = engine.database.system;
  const { tries } = identityPolicy(engine, tenant).badge;
  // Counted before it is judged: many guesses at once do not slip through.
  const { rows } = await on.query<{ account: string; pin_hash: string; failures: number }>({
    name: 'badge_try',
    text: `update system.badge set failures = failures + 1 where tenant = $1 and number = $2
           returning account, pin_hash, failures`,
    values: [tenant, normalBadge(badge)],
  });
  const row = rows[0];
  const blocked = row !== undefined && row.failures > tries;
  const right = await verifyPassword(peppered(engine, pin), blocked || !row ? NO_HASH : row.pin_hash);
  if (blocked)
    throw refuse(
      403,
      'pin-blocked',
      { vi: 'PIN đã khoá vì sai nhiều lần', en: 'The PIN is locked after wrong attempts' },
      { remedy: { vi: 'Đăng nhập bằng mật khẩu để mở lại', en: 'Sign in with the password to unlock it' } },
    );
  if (!row || !right)
    throw refuse(401, 'wrong-pin', { vi: 'Sai thẻ hoặc PIN', en: 'Wrong badge or PIN' }, { field: 'pin' });
  await clearPin(on, tenant, row.account);
  return row.account;
}

/** The right password opens a PIN again. */
export async function clearPin(on: Queryable, tenant: number, account: string): Promise<void> {
  await on.query({
    name: 'badge_clear',
    text: 'update system.badge set failures = 0 where tenant = $1 and account = $2 and failures > 0',
    values: [tenant, account],
  });
}
