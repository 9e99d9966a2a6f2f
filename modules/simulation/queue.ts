/** What happens next, and who is free for it. */

interface Entry {
  at: number;
  seq: number;
  run: () => Promise<void>;
}

/** Steps in the order of simulated time; of the same moment, in the order in which they were planned. */
export class Timeline {
  private readonly heap: Entry[] = [];
  private seq = 0;

  plan(at: number, run: () => Promise<void>): void {
    const { heap } = this;
    heap.push({ at: Math.round(at), seq: this.seq++, run });
    for (let i = heap.length - 1; i > 0; ) {
      const up = (i - 1) >> 1;
      if (!this.before(i, up)) break;
      this.swap(i, up);
      i = up;
    }
  }

  get size(): number {
    return this.heap.length;
  }

  next(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      let least = i;
      if (left < heap.length && this.before(left, least)) least = left;
      if (left + 1 < heap.length && this.before(left + 1, least)) least = left + 1;
      if (least === i) return first;
      this.swap(i, least);
      i = least;
    }
  }

  private before(i: number, j: number): boolean {
    const [a, b] = [this.heap[i] as Entry, this.heap[j] as Entry];
    return a.at < b.at || (a.at === b.at && a.seq < b.seq);
  }

  private swap(i: number, j: number): void {
    const held = this.heap[i] as Entry;
    this.heap[i] = this.heap[j] as Entry;
    this.heap[j] = held;
  }
}

/** Places of one kind that each serve one person at a time, first come, first served. */
export class Desks<T> {
  private readonly free: number[];
  private readonly workers: readonly T[];
  constructor(workers: readonly T[]) {
    if (workers.length === 0) throw new RangeError('a desk needs somebody');
    this.workers = workers;
    this.free = workers.map(() => 0);
  }

  /** The first place that is free for somebody who comes at `at`. */
  take(at: number, ms: number): { start: number; end: number; worker: T } {
    let best = 0;
    for (let i = 1; i < this.free.length; i++) if ((this.free[i] ?? 0) < (this.free[best] ?? 0)) best = i;
    const start = Math.max(at, this.free[best] ?? 0);
    this.free[best] = start + ms;
    return { start, end: start + ms, worker: this.workers[best] as T };
  }
}
