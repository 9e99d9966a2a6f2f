import type { Clock } from './clock.ts';
import { Random } from './random.ts';

/** Gives a fresh id at every call. */
export type IdSource = () => string;

type RandomBytes = (n: number) => Uint8Array;

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
/** Bits kept for the counter that orders ids made in one millisecond (RFC 9562 §6.2, method 1). */
const COUNTER_BITS = 26;

/** One UUID version 7 (RFC 9562 §5.7), lower case: 48 bits of Unix milliseconds, then random bits. */
export function uuidv7(unixMs: number, random: RandomBytes): string {
  const b = new Uint8Array(16);
  b.set(random(10), 6);
  return format(b, unixMs);
}

/**
 * Ids in strictly rising text order, also within one millisecond and when the clock steps back: the counter sits in
 * the bits right after the time, starts at a random half of its range, and spills into the next millisecond.
 */
export function clockIds(clock: Clock, random: RandomBytes = secureBytes): IdSource {
  let lastMs = -1;
  let counter = 0;
  return () => {
    const b = new Uint8Array(16);
    b.set(random(10), 6);
    const now = clock.now().getTime();
    if (now > lastMs) {
      lastMs = now;
      counter = (((b[6] as number) << 18) | ((b[7] as number) << 10) | ((b[8] as number) << 2)) & (2 ** 25 - 1);
    } else if (++counter >= 2 ** COUNTER_BITS) {
      lastMs += 1;
      counter = 0;
    }
    b[6] = counter >>> 22;
    b[7] = counter >>> 14;
    b[8] = counter >>> 8;
    b[9] = counter;
    return format(b, lastMs);
  };
}

/** Repeatable ids for simulations and tests: the same seed and clock readings give the same ids. */
export function seededIds(seed: number, clock: Clock): IdSource {
  const random = new Random(seed).fork('ids');
  return clockIds(clock, (n) => random.bytes(n));
}

function format(b: Uint8Array, unixMs: number): string {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs >= 2 ** 48)
    throw new RangeError(`not a UUIDv7 time: ${unixMs}`);
  const high = Math.floor(unixMs / 2 ** 16);
  b[0] = high >>> 24;
  b[1] = high >>> 16;
  b[2] = high >>> 8;
  b[3] = high;
  b[4] = unixMs >>> 8;
  b[5] = unixMs;
  b[6] = ((b[6] as number) & 0x0f) | 0x70;
  b[8] = ((b[8] as number) & 0x3f) | 0x80;
  let text = '';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += HEX[b[i] as number] as string;
  }
  return text;
}

/** Random bytes fit for secrets, drawn from the system in blocks since each call to it is slow. */
const pool = new Uint8Array(4096);
let poolLeft = 0;

function secureBytes(n: number): Uint8Array {
  if (poolLeft < n) {
    globalThis.crypto.getRandomValues(pool);
    poolLeft = pool.length;
  }
  poolLeft -= n;
  return pool.subarray(poolLeft, poolLeft + n);
}
