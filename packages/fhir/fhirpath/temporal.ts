/** Dates and times of FHIRPath: comparison by precision, arithmetic. */

const PATTERN =
  /^(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?)?(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?)?(Z|[+-]\d\d:\d\d)?)?$/;
const TIME = /^T?(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?$/;
/** A dateTime without a zone is taken as one of Viet Nam. */
const LOCAL_OFFSET_MINUTES = 7 * 60;

export interface Temporal {
  /** Year, month, day, hour, minute, second with fraction in milliseconds: as many as were written. */
  readonly parts: readonly number[];
  /** Minutes east of UTC; undefined where none was written. */
  readonly zone: number | undefined;
  readonly isTime: boolean;
  /** Digits of the fraction as written. */
  readonly fraction: number;
}

/** Reads a date, dateTime (`2024-01`, `2024-01-01T10:00+07:00`) or time (`10:00`, `T10:00`). */
export function parseTemporal(text: string): Temporal | undefined {
  const time = TIME.exec(text);
  if (time) {
    const parts = clock(time[1], time[2], time[3], time[4]);
    return parts && { parts, zone: undefined, isTime: true, fraction: time[4]?.length ?? 0 };
  }
  const m = PATTERN.exec(text);
  if (!m?.[1]) return undefined;
  const date = [m[1], m[2], m[3]].filter((p) => p !== undefined).map(Number);
  const [year = 0, month = 1, day = 1] = date;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const parts = m[4] === undefined ? [] : clock(m[4], m[5], m[6], m[7]);
  if (!parts || (parts.length > 0 && date.length < 3)) return undefined;
  return { parts: [...date, ...parts], zone: zoneMinutes(m[8]), isTime: false, fraction: m[7]?.length ?? 0 };
}

function clock(h?: string, m?: string, s?: string, fraction?: string): number[] | undefined {
  const parts = [Number(h)];
  if (m !== undefined) parts.push(Number(m));
  if (s !== undefined) parts.push(Number(s) * 1000 + Number((fraction ?? '').slice(0, 3).padEnd(3, '0')));
  const [hour = 0, minute = 0, ms = 0] = parts;
  return hour > 23 || minute > 59 || ms > 60_999 ? undefined : parts;
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}

export function daysIn(year: number, month: number): number {
  return (
    [31, year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][
      month - 1
    ] ?? 31
  );
}

/** The parts in UTC, where hours are known; a date alone has no zone to shift by. */
function inUtc(t: Temporal): readonly number[] {
  const [year = 0, month = 1, day = 1, hour, minute = 0, ms] = t.parts;
  if (t.isTime || hour === undefined) return t.parts;
  const zone = t.zone ?? LOCAL_OFFSET_MINUTES;
  const d = new Date(0);
  d.setUTCFullYear(year, month - 1, day);
  d.setUTCHours(hour, minute - zone);
  const shifted = [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes()];
  return [...shifted.slice(0, Math.min(5, t.parts.length)), ...(ms === undefined ? [] : [ms])];
}

/** -1, 0, 1; undefined where the precision does not tell. */
export function compareTemporal(a: Temporal, b: Temporal): number | undefined {
  if (a.isTime !== b.isTime) return undefined;
  const [x, y] = [inUtc(a), inUtc(b)];
  const shared = Math.min(x.length, y.length);
  for (let i = 0; i < shared; i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return x.length === y.length ? 0 : undefined;
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** The text of a temporal value, with its written precision and zone. */
export function temporalText(t: Temporal): string {
  const date = t.isTime ? [] : t.parts.slice(0, 3);
  const time = t.isTime ? t.parts : t.parts.slice(3);
  const day = date.map((p, i) => pad(p, i === 0 ? 4 : 2)).join('-');
  if (time.length === 0) return day;
  const [hour = 0, minute, ms] = time;
  let text = pad(hour, 2);
  if (minute !== undefined) text += `:${pad(minute, 2)}`;
  if (ms !== undefined) text += `:${pad(Math.floor(ms / 1000), 2)}`;
  if (ms !== undefined && t.fraction > 0)
    text += `.${pad(ms % 1000, 3)
      .slice(0, Math.min(t.fraction, 3))
      .padEnd(t.fraction, '0')}`;
  return t.isTime ? text : `${day}T${text}${zoneText(t.zone)}`;
}

export function zoneText(zone: number | undefined): string {
  if (zone === undefined) return '';
  if (zone === 0) return 'Z';
  const minutes = Math.abs(zone);
  return `${zone < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}`;
}

/** Units by the index of the part that they change. */
const MILLISECONDS: Readonly<Record<string, number>> = {
  wk: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  min: 60_000,
  s: 1000,
  ms: 1,
};

/**
 * Adds a whole or fractional amount of a calendar unit (UCUM code). Of an amount finer than the precision only whole
 * units of that precision count. Undefined where the unit is no time.
 */
export function addTime(t: Temporal, amount: number, unit: string): Temporal | undefined {
  if (t.isTime) {
    const step = MILLISECONDS[unit];
    if (step === undefined || unit === 'd' || unit === 'wk') return undefined;
    return addToClock(t, amount * step);
  }
  if (unit === 'a' || unit === 'mo') return addMonths(t, Math.trunc(amount) * (unit === 'a' ? 12 : 1));
  const step = MILLISECONDS[unit];
  if (step === undefined) return undefined;
  // Seconds keep their fraction; other units count whole.
  return addMilliseconds(t, unit === 's' || unit === 'ms' ? amount * step : Math.trunc(amount) * step);
}

function addToClock(t: Temporal, ms: number): Temporal {
  const [hour = 0, minute = 0, rest = 0] = t.parts;
  const day = 86_400_000;
  const total = (((hour * 3_600_000 + minute * 60_000 + rest + Math.trunc(ms)) % day) + day) % day;
  const parts = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60, total % 60_000];
  return { ...t, parts: parts.slice(0, t.parts.length), fraction: fractionFor(t, total) };
}

function fractionFor(t: Temporal, ms: number): number {
  return t.fraction === 0 && ms % 1000 !== 0 ? 3 : t.fraction;
}

function addMonths(t: Temporal, months: number): Temporal {
  const [year = 0, month = 1, day = 1] = t.parts;
  // On a year alone, months count by whole years.
  const total = t.parts.length === 1 ? year * 12 + Math.trunc(months / 12) * 12 : year * 12 + month - 1 + months;
  const [newYear, newMonth] = [Math.floor(total / 12), (total % 12) + 1];
  const parts = [newYear, newMonth, Math.min(day, daysIn(newYear, newMonth)), ...t.parts.slice(3)];
  return { ...t, parts: parts.slice(0, t.parts.length) };
}

function addMilliseconds(t: Temporal, ms: number): Temporal {
  const days = ms / 86_400_000;
  if (t.parts.length === 1) return addMonths(t, Math.trunc(days / 365.25) * 12);
  if (t.parts.length === 2) return addMonths(t, Math.trunc(days / 30));
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, rest = 0] = t.parts;
  const d = new Date(0);
  d.setUTCFullYear(year, month - 1, day);
  d.setUTCHours(hour, minute, 0, rest);
  const unitOfPrecision = [0, 0, 0, 86_400_000, 3_600_000, 60_000, 1][t.parts.length] ?? 1;
  d.setTime(d.getTime() + Math.trunc(ms / unitOfPrecision) * unitOfPrecision);
  const seconds = d.getUTCSeconds() * 1000 + d.getUTCMilliseconds();
  const parts = [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(), seconds];
  return { ...t, parts: parts.slice(0, t.parts.length), fraction: fractionFor(t, seconds) };
}
