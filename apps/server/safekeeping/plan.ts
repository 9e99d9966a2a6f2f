const HOUR = 3_600_000;
/** Vietnam's hours ahead of UTC; it has no summer time. */
const UTC_OFFSET = 7;
/** What failed is not tried again at once, ms. */
export const PAUSE = HOUR;

/** How old something may become: from the first age on it is due in the night, at any hour from the second, ms. */
interface Ages {
  readonly inTheNight: number;
  readonly atLatest: number;
}

/** A base backup (or a file) a day, in the night if the house is open then. */
export const BASE: Ages = { inTheNight: 20 * HOUR, atLatest: 30 * HOUR };
/** A restore drill a week. */
export const DRILL: Ages = { inTheNight: 6.5 * 24 * HOUR, atLatest: 8 * 24 * HOUR };

/** When something was done last and last tried, ms since 1970. */
export interface Last {
  readonly at: number | undefined;
  readonly tried: number | undefined;
}

/** Whether it is time. What was never done is due at once; a house that was off at night is caught up with by day. Pure. */
export function isDue({ at, tried }: Last, ages: Ages, now: Date): boolean {
  const ms = now.getTime();
  if (tried !== undefined && ms - tried < PAUSE) return false;
  if (at === undefined) return true;
  const hour = (now.getUTCHours() + UTC_OFFSET) % 24;
  return ms - at > ages.atLatest || (ms - at > ages.inTheNight && hour >= 1 && hour < 5);
}
