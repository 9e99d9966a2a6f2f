type State = [number, number, number, number];

/**
 * Seeded generator (sfc32 by Chris Doty-Humphrey: 128 bits of state, passes PractRand). Same seed, same numbers on
 * every machine. For simulation and test data only, never for secrets.
 */
export class Random {
  private readonly origin: State;
  private readonly state: State;

  constructor(seed: number | State) {
    this.origin = typeof seed === 'number' ? spread(`seed:${seed}`, [0, 0, 0, 0]) : seed;
    this.state = [...this.origin];
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** 32 random bits. */
  uint32(): number {
    const s = this.state;
    const t = (((s[0] + s[1]) | 0) + s[3]) | 0;
    s[3] = (s[3] + 1) | 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = (s[2] + (s[2] << 3)) | 0;
    s[2] = (((s[2] << 21) | (s[2] >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** Uniform in [0, 1) with 53 bits. */
  next(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;
  }

  /** Uniform integer, both ends included. */
  int(min: number, maxIncl: number): number {
    if (!Number.isInteger(min) || !Number.isInteger(maxIncl) || maxIncl < min) {
      throw new RangeError(`no integer between ${min} and ${maxIncl}`);
    }
    return min + Math.floor(this.next() * (maxIncl - min + 1));
  }

  /** One of the list, each as likely. */
  pick<T>(xs: readonly T[]): T {
    if (xs.length === 0) throw new RangeError('nothing to pick from');
    return xs[this.int(0, xs.length - 1)] as T;
  }

  /** One of the list, as likely as its weight; weights need not add up to one. */
  weighted<T>(xs: readonly (readonly [T, number])[]): T {
    const total = xs.reduce((sum, [, weight]) => sum + weight, 0);
    if (!(total > 0)) throw new RangeError('weights must add up to more than zero');
    let left = this.next() * total;
    let last: readonly [T, number] | undefined;
    for (const entry of xs) {
      if (entry[1] <= 0) continue;
      last = entry;
      left -= entry[1];
      if (left < 0) break;
    }
    return (last as readonly [T, number])[0];
  }

  /** Gaussian by Box–Muller; draws two numbers each time, so that the sequence does not depend on call history. */
  normal(mean: number, sd: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return mean + sd * radius * Math.cos(2 * Math.PI * this.next());
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.next() < p;
  }

  /** `n` random bytes. */
  bytes(n: number): Uint8Array {
    const out = new Uint8Array(n);
    for (let i = 0; i < n; i++) out[i] = this.uint32() >>> 24;
    return out;
  }

  /**
   * A stream of its own for a subject. It depends on this generator's seed and the label alone, not on how many
   * numbers were drawn: adding a draw in one subject does not change another. The same label gives the same stream.
   */
  fork(label: string): Random {
    return new Random(spread(label, this.origin));
  }
}

/** Hashes a label into 128 bits (cyrb128-style multiply–xor mixing), starting from a parent's state. */
function spread(label: string, from: State): State {
  let [a, b, c, d] = [from[0] ^ 1779033703, from[1] ^ 3144134277, from[2] ^ 1013904242, from[3] ^ 2773480762];
  for (let i = 0; i < label.length; i++) {
    const k = label.charCodeAt(i);
    a = b ^ Math.imul(a ^ k, 597399067);
    b = c ^ Math.imul(b ^ k, 2869860233);
    c = d ^ Math.imul(c ^ k, 951274213);
    d = a ^ Math.imul(d ^ k, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}
