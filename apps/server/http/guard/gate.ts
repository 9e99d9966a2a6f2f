import { refuse } from '@mach/base/problem.ts';

/** Who waits behind whom when there is more work than the machine can do. */
export type Lane = 'people' | 'signIn' | 'partner' | 'bulk';

interface Width {
  /** At work at the same time. */
  readonly run: number;
  /** The same while people at their screens have to wait already. */
  readonly busy: number;
  /** Waiting behind them. */
  readonly queue: number;
  /** Longest wait, ms: then it is refused, since who asked has given up. */
  readonly patience: number;
}

/**
 * A screen's request is short and somebody looks at it: many at once, a short queue. A sign-in costs a fifth of a second
 * of one processor by design. Partners and bulk work have programs that wait, and make room for people.
 */
const WIDTHS: Readonly<Record<Lane, Width>> = {
  people: { run: 64, busy: 64, queue: 160, patience: 3_000 },
  signIn: { run: 2, busy: 2, queue: 400, patience: 25_000 },
  partner: { run: 48, busy: 12, queue: 400, patience: 8_000 },
  bulk: { run: 8, busy: 2, queue: 128, patience: 30_000 },
};

/** People are short of room when this many of their requests are here. */
const PEOPLE_BUSY = 24;
/** The event loop is late by this much, ms: programs make room for people; and none of theirs is let in. */
const LATE = 300;
const TOO_LATE = 2_000;
const TICK = 100;
/** Seconds after which those who were refused may try again. */
const RETRY_AFTER = 2;

interface Waiting {
  readonly start: () => void;
  readonly refuse: () => void;
  readonly until: number;
}

interface Room {
  running: number;
  refused: number;
  readonly waiting: Waiting[];
}

/**
 * Lets as many requests work at once as the machine can carry, people first, and refuses the rest soon instead of letting
 * everybody wait for ever. What is refused has cost next to nothing, so it is over as soon as the rush is.
 */
export class Gate {
  private readonly rooms: Record<Lane, Room>;
  private readonly tooLate: number;
  private timer: NodeJS.Timeout | undefined;
  private last = performance.now();
  /** How late the event loop is, ms, smoothed over five seconds: one long pause is no overload. */
  private late = 0;

  /** `tooLate`: how late the event loop may be before partners are sent away, ms. */
  constructor(tooLate = TOO_LATE) {
    this.tooLate = tooLate;
    const room = (): Room => ({ running: 0, refused: 0, waiting: [] });
    this.rooms = { people: room(), signIn: room(), partner: room(), bulk: room() };
  }

  /** @throws Problem 503 with `retryAfter` when a lane has no room left: asked before a body is read */
  requireRoom(lane: Lane): void {
    if (this.isShut(lane)) throw this.refusal(lane);
  }

  /** Whether a lane takes nobody more. */
  isShut(lane: Lane): boolean {
    this.watch();
    const { waiting } = this.rooms[lane];
    const isLate = this.late > this.tooLate && (lane === 'partner' || lane === 'bulk');
    return waiting.length >= WIDTHS[lane].queue || isLate;
  }

  /** Waits for its turn. @returns how to leave, to be called once or more often @throws Problem 503 */
  async enter(lane: Lane, gone: () => boolean = () => false): Promise<() => void> {
    const leave = this.enterNow(lane);
    if (leave) return leave;
    await this.wait(lane, gone);
    return this.leaving(this.rooms[lane]);
  }

  /** The same where there is room; else undefined. */
  enterNow(lane: Lane): (() => void) | undefined {
    const room = this.rooms[lane];
    if (room.running >= this.width(lane)) return undefined;
    room.running++;
    return this.leaving(room);
  }

  private leaving(room: Room): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      room.running--;
      this.next();
    };
  }

  /** For the metrics. */
  state(): { lane: Lane; running: number; waiting: number; refused: number }[] {
    return (Object.keys(this.rooms) as Lane[]).map((lane) => {
      const { running, waiting, refused } = this.rooms[lane];
      return { lane, running, waiting: waiting.length, refused };
    });
  }

  get lateness(): number {
    return this.late;
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private width(lane: Lane): number {
    const { running, waiting } = this.rooms.people;
    const isBusy = running + waiting.length > PEOPLE_BUSY || this.late > LATE;
    return isBusy ? WIDTHS[lane].busy : WIDTHS[lane].run;
  }

  private wait(lane: Lane, gone: () => boolean): Promise<void> {
    const room = this.rooms[lane];
    if (room.waiting.length >= WIDTHS[lane].queue) throw this.refusal(lane);
    this.watch();
    return new Promise((resolve, reject) => {
      room.waiting.push({
        until: performance.now() + WIDTHS[lane].patience,
        start: () => {
          if (gone()) {
            reject(this.refusal(lane));
            return;
          }
          room.running++;
          resolve();
        },
        refuse: () => reject(this.refusal(lane)),
      });
    });
  }

  /** People first, then whoever is in front of his lane. */
  private next(): void {
    for (const lane of ['people', 'signIn', 'partner', 'bulk'] as const) {
      const room = this.rooms[lane];
      while (room.waiting.length > 0 && room.running < this.width(lane)) room.waiting.shift()?.start();
    }
  }

  private refusal(lane: Lane): Error {
    this.rooms[lane].refused++;
    const problem = refuse(
      503,
      'overloaded',
      { vi: 'Máy chủ đang quá tải', en: 'The server has more to do than it can' },
      { remedy: { vi: `Thử lại sau ${RETRY_AFTER} giây`, en: `Try again in ${RETRY_AFTER} seconds` } },
    );
    return Object.assign(problem, { retryAfter: RETRY_AFTER });
  }

  private watch(): void {
    if (this.timer) return;
    this.last = performance.now();
    this.timer = setInterval(() => this.tick(), TICK);
    this.timer.unref();
  }

  private tick(): void {
    const now = performance.now();
    const late = Math.max(0, now - this.last - TICK);
    this.last = now;
    // A late tick stands for all the ticks that it has swallowed.
    const weight = 1 - 0.98 ** ((late + TICK) / TICK);
    this.late += (late - this.late) * weight;
    for (const { waiting } of Object.values(this.rooms))
      while (waiting[0] && waiting[0].until < now) waiting.shift()?.refuse();
    this.next();
  }
}
