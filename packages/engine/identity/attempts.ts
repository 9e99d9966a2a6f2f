import { createHash } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import type { Queryable } from '@mach/store';
import { knowsBrowser } from './people.ts';
import type { Budget, IdentityPolicy } from './policy.ts';

/** What an attempt is counted under, and how many are free. */
export interface Count {
  key: string;
  budget: Budget;
}

/** Names and addresses are kept as a digest: the table tells nobody who was guessed at. */
export const attemptKey = (kind: string, ...parts: string[]): string =>
  `${kind}:${createHash('sha256').update(parts.join('\n')).digest('base64url')}`;

/** An IPv6 customer owns a whole /64: its addresses count as one. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':').toLowerCase();
}

/** A browser that knows the account is counted by itself, so that nobody else's guessing keeps it out. */
export async function countsOf(
  on: Queryable,
  guessing: IdentityPolicy['guessing'],
  who: { name: string; account: string | undefined },
  where: { address: string; browser: string },
): Promise<{ own: Count; shared: Count | undefined }> {
  const { name, account } = who;
  if (account && where.browser !== '' && (await knowsBrowser(on, account, where.browser)))
    return { own: { key: attemptKey('known', account, where.browser), budget: guessing.known }, shared: undefined };
  const network = networkOf(where.address);
  return {
    own: { key: attemptKey('pair', name, network), budget: guessing.pair },
    shared: { key: attemptKey('address', network), budget: guessing.address },
  };
}

/**
 * Counts an attempt before it is judged. @throws Problem 429 with `retryAfter` while one of the counts makes it wait.
 */
export async function charge(on: Queryable, now: Date, counts: readonly Count[]): Promise<void> {
  for (const count of counts) {
    const until = await attempt(on, now, count);
    if (until) throw waitUntil(until, now);
  }
}

/** A right attempt takes its counts back. */
export async function forgive(on: Queryable, counts: readonly Count[]): Promise<void> {
  const keys = counts.map((count) => count.key);
  await on.query({ name: 'attempt_forgive', text: 'delete from system.attempt where key = any($1)', values: [keys] });
}

/**
 * Refuses where many people's failures (an address, a device) have made all wait. Asked before, counted only when an
 * attempt has failed: a whole shift that signs in at once from one address is no attack.
 * @throws Problem 429 with `retryAfter`
 */
export async function requireCalm(on: Queryable, now: Date, { key }: Count): Promise<void> {
  const { rows } = await on.query<{ until: Date }>({
    name: 'attempt_calm',
    text: 'select blocked_until as until from system.attempt where key = $1 and blocked_until > $2',
    values: [key, now],
  });
  if (rows[0]) throw waitUntil(rows[0].until, now);
}

export async function countFailure(on: Queryable, now: Date, { key, budget }: Count): Promise<void> {
  await attempt(on, now, { key, budget });
}

async function attempt(on: Queryable, now: Date, { key, budget }: Count): Promise<Date | null> {
  const { rows } = await on.query<{ until: Date | null }>({
    name: 'attempt',
    text: 'select mach_attempt($1, $2, $3, $4, $5, $6) as until',
    values: [key, now, budget.free, budget.baseSeconds, budget.capSeconds, budget.forgetSeconds],
  });
  return rows[0]?.until ?? null;
}

function waitUntil(until: Date, now: Date) {
  return wait(Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000)));
}

function wait(seconds: number) {
  const problem = refuse(
    429,
    'too-many-attempts',
    {
      vi: `Sai nhiều lần từ nơi này. Thử lại sau ${seconds} giây`,
      en: `Too many wrong attempts from here. Try again in ${seconds} seconds`,
    },
    {
      remedy: {
        vi: 'Máy đã quen của bạn vẫn đăng nhập được; quên mật khẩu thì nhờ quản trị đặt lại',
        en: 'A device that knows you can still sign in; for a forgotten password ask an administrator',
      },
    },
  );
  return Object.assign(problem, { retryAfter: seconds });
}
