/** A clock that goes so much faster or slower than time itself has been set, ms. */
const LEAP = 10 * 60_000;
/** After a leap forward timers hold for so long, ms: a wrong clock is mostly put right before. */
const HOLD = 15 * 60_000;

export interface Look {
  /** Timers are to wait. */
  held: boolean;
  /** How far the clock was set since the last look, ms; 0 when it was not. */
  leap: number;
}

/**
 * Tells when the machine's clock was set, by a count that goes on whatever the clock says. The night's work must not be
 * done at ten in the morning because somebody typed a wrong date. Pure: both are passed in.
 */
export class Leaps {
  private last: { wall: number; steady: number } | undefined;
  private ahead = 0;
  private until = Number.NEGATIVE_INFINITY;

  /** `wall`: the clock, ms; `steady`: ms since any fixed moment, asleep or awake. */
  look(wall: number, steady: number): Look {
    const drift = this.last ? wall - this.last.wall - (steady - this.last.steady) : 0;
    this.last = { wall, steady };
    const leap = Math.abs(drift) > LEAP ? drift : 0;
    if (leap > 0) {
      this.ahead += leap;
      this.until = steady + HOLD;
    } else if (leap < 0) {
      this.ahead = Math.max(0, this.ahead + leap);
      // Back where it was: there is nothing to wait for.
      if (this.ahead <= LEAP) this.until = Number.NEGATIVE_INFINITY;
    }
    const held = steady < this.until;
    if (!held) this.ahead = 0;
    return { held, leap };
  }
}
