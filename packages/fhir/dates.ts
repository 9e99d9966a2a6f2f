/**
 * FHIR dates of any precision as ranges of instants.
 *
 * A date without a time zone (`2024`, `2024-05`, `2024-05-01`) means that day in Viet Nam (UTC+7, no summer time),
 * for stored values and for searches alike, so that both sides agree whatever the zone of the host.
 */

/** Milliseconds since 1970-01-01T00:00Z, both ends included. */
export interface DateRange {
  readonly low: number;
  readonly high: number;
}

/** 0001-01-01T00:00:00Z: the lower end of a range that is open below. */
export const DATE_MIN = -62135596800000;
/** 9999-12-31T23:59:59.999Z: the upper end of a range that is open above. */
export const DATE_MAX = 253402300799999;

const LOCAL_OFFSET = 7 * 3600_000;
const PATTERN = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

function offset(zone: string | undefined): number {
  if (zone === undefined) return LOCAL_OFFSET;
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** `Date.UTC` without its reading of years 0 to 99 as 1900 to 1999. */
function utc(year: number, month: number, day: number): number {
  if (year >= 100) return Date.UTC(year, month, day);
  const d = new Date(0);
  d.setUTCFullYear(year, month, day);
  return d.getTime();
}

/**
 * The instants that a date, dateTime or instant covers by its precision: a year, month, day, hour, minute, second or
 * millisecond. Undefined where the text is no real date. Hours and minutes alone (`T10`, `T10:30`) and a missing zone
 * are accepted, since search values may have them.
 */
export function dateRange(text: string): DateRange | undefined {
  const m = PATTERN.exec(text);
  if (!m) return undefined;
  const year = Number(m[1]);
  if (year === 0) return undefined;
  if (m[2] === undefined) {
    return { low: utc(year, 0, 1) - LOCAL_OFFSET, high: utc(year + 1, 0, 1) - LOCAL_OFFSET - 1 };
  }
  const month = Number(m[2]) - 1;
  if (month < 0 || month > 11) return undefined;
  if (m[3] === undefined) {
    return { low: utc(year, month, 1) - LOCAL_OFFSET, high: utc(year, month + 1, 1) - LOCAL_OFFSET - 1 };
  }
  const day = Number(m[3]);
  const midnight = utc(year, month, day);
  if (day < 1 || new Date(midnight).getUTCDate() !== day) return undefined;
  if (m[4] === undefined) return { low: midnight - LOCAL_OFFSET, high: midnight - LOCAL_OFFSET + 86_399_999 };
  const [hour, minute, second] = [Number(m[4]), Number(m[5] ?? 0), Number(m[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const start = midnight + hour * 3600_000 + minute * 60_000 + second * 1000 - offset(m[8]);
  if (m[5] === undefined) return { low: start, high: start + 3_599_999 };
  if (m[6] === undefined) return { low: start, high: start + 59_999 };
  if (m[7] === undefined) return { low: start, high: start + 999 };
  // Beyond milliseconds the rest is cut; 10.5 s covers a tenth of a second.
  const digits = m[7].length;
  const fraction = Number(m[7].slice(0, 3).padEnd(3, '0'));
  const width = digits >= 3 ? 0 : 10 ** (3 - digits) - 1;
  return { low: start + fraction, high: start + fraction + width };
}

/** Whether a is certainly later than b, whatever the missing precision would have been. */
export function isCertainlyAfter(a: string, b: string): boolean {
  const [ra, rb] = [dateRange(a), dateRange(b)];
  return ra !== undefined && rb !== undefined && ra.low > rb.high;
}
