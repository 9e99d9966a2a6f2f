import { refuse } from '@mach/base/problem.ts';
import { networkOf } from '@mach/engine/identity/attempts.ts';

/** Requests that come in a second for as long as one likes, and how many may come at once after a quiet time. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Rates {
  /** One signed-in person, in all his windows. */
  readonly account: Rate;
  /** One address without a sign-in, or with one that is not good. */
  readonly address: Rate;
}

/** No person at a screen comes near; a script that has run wild does. A ward behind one address signs in at once. */
export const USUAL_RATES: Rates = {
  account: { perSecond: 100, burst: 2_000 },
  address: { perSecond: 50, burst: 1_000 },
};

interface Bucket {
  left: number;
  at: number;
}

/** More names than this at once are an attack by itself; the fullest buckets are forgotten first. */
const MAX_BUCKETS = 50_000;

/** Buckets that fill by themselves. Kept in memory: each process counts its own. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();
  private readonly rate: Rate;
  private readonly now: () => number;

  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.rate = rate;
    this.now = now;
  }

  /** Takes one from a bucket. @returns 0, or after how many seconds there is one again */
  take(name: string): number {
    const { perSecond, burst } = this.rate;
    const now = this.now();
    const bucket = this.buckets.get(name) ?? { left: burst, at: now };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    // Moved to the end: what was not used for longest stands first.
    this.buckets.delete(name);
    this.buckets.set(name, bucket);
    const isEmpty = bucket.left < 1;
    if (!isEmpty) bucket.left--;
    this.sweep(now);
    return isEmpty ? Math.max(1, Math.ceil((1 - bucket.left) / perSecond)) : 0;
  }

  get size(): number {
    return this.buckets.size;
  }

  /** Full buckets say nothing; two are looked at for each that is used, so the table never grows past its users. */
  private sweep(now: number): void {
    const { perSecond, burst } = this.rate;
    let looked = 0;
    for (const [name, bucket] of this.buckets) {
      const isFull = bucket.left + ((now - bucket.at) / 1000) * perSecond >= burst;
      if (!isFull && this.buckets.size <= MAX_BUCKETS) return;
      this.buckets.delete(name);
      if (++looked >= 2) return;
    }
  }
}

/** Counts requests by who sends them. @throws Problem 429 with `retryAfter` */
export class RateLimits {
  private readonly accounts: Buckets;
  private readonly addresses: Buckets;

  constructor(rates: Rates) {
    this.accounts = new Buckets(rates.account);
    this.addresses = new Buckets(rates.address);
  }

  account(id: string): void {
    waitFor(this.accounts.take(id));
  }

  address(ip: string): void {
    waitFor(this.addresses.take(networkOf(ip)));
  }
}

function waitFor(seconds: number): void {
  if (seconds === 0) return;
  const problem = refuse(
    429,
    'too-many-requests',
    {
      vi: `Gửi quá nhiều yêu cầu. Thử lại sau ${seconds} giây`,
      en: `Too many requests. Try again in ${seconds} seconds`,
    },
    { remedy: { vi: 'Gửi chậm lại', en: 'Send them more slowly' } },
  );
  throw Object.assign(problem, { retryAfter: seconds });
}
