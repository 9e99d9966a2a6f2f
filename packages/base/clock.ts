/** ISO 8601 UTC with milliseconds and a trailing `Z`, as `Date.toISOString` writes it. */
export type Instant = string;

/** The only source of "now": passed in, so that tests and simulations choose the time. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. Only programs in `apps/` should reach for it. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is told otherwise. */
export class ManualClock implements Clock {
  private ms: number;

  constructor(start: Instant) {
    this.ms = instantMs(start);
  }

  set(instant: Instant): void {
    this.ms = instantMs(instant);
  }

  advance(ms: number): void {
    this.ms += ms;
  }

  now(): Date {
    return new Date(this.ms);
  }
}

function instantMs(instant: Instant): number {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${instant}`);
  return ms;
}
