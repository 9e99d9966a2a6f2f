import type { Instant } from './clock.ts';

/**
 * Vietnam keeps UTC+7 all year, without daylight saving since 13 June 1975. The host's zone is never asked: a server
 * abroad and a phone set to Tokyo show the same hour.
 */
const OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
const DATE = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/;

/** `dd/MM/yyyy`; a partial date keeps its precision (`MM/yyyy`, `yyyy`). Throws `RangeError` on anything else. */
export function formatDate(value: Instant | string): string {
  const iso = DATE.test(value) ? checkedDate(value) : localDate(value);
  return iso.split('-').reverse().join('/');
}

/** `HH:mm`, 24 hours. */
export function formatTime(instant: Instant): string {
  return local(instant).slice(11, 16);
}

/** `dd/MM/yyyy HH:mm`. */
export function formatDateTime(instant: Instant): string {
  return `${formatDate(instant)} ${formatTime(instant)}`;
}

/** The day in Vietnam, `yyyy-MM-dd`. */
export function localDate(instant: Instant): string {
  return local(instant).slice(0, 10);
}

/** `yyyyMMdd`, `yyyyMMddHHmm` or `yyyyMMddHHmmss` in Vietnam, as the insurer's tables write time. */
export function localCompact(instant: Instant, length: 8 | 12 | 14): string {
  return local(instant).replace(/[-:T]/g, '').slice(0, length);
}

/** The instant of a Vietnamese wall-clock time, `yyyy-MM-dd` and `HH:mm`. */
export function fromLocal(date: string, time = '00:00'): Instant {
  const ms = Date.parse(`${checkedDate(date)}T${time}:00.000Z`);
  if (Number.isNaN(ms) || date.length !== 10) throw new RangeError(`not a local time: ${date} ${time}`);
  return new Date(ms - OFFSET_MS).toISOString();
}

/**
 * Reads a date as people write it: `14/07/1964`, `14-7-1964`, `14071964`, `07/1964`, `1964`, also `1964-07-14`.
 * Gives `yyyy-MM-dd`, `yyyy-MM` or `yyyy`, or nothing where the text is not a day of the calendar.
 */
export function parseDateVi(text: string): string | undefined {
  const typed = text.trim();
  const day =
    /^(?<d>\d{1,2})[/.-](?<m>\d{1,2})[/.-](?<y>\d{4})$/.exec(typed) ??
    /^(?<d>\d{2})(?<m>\d{2})(?<y>\d{4})$/.exec(typed) ??
    /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})$/.exec(typed) ??
    /^(?<m>\d{1,2})[/.-](?<y>\d{4})$/.exec(typed) ??
    /^(?<y>\d{4})$/.exec(typed);
  if (!day?.groups) return undefined;
  const { y, m, d } = day.groups;
  const iso = [y, m?.padStart(2, '0'), d?.padStart(2, '0')].filter((part) => part !== undefined).join('-');
  return isDate(iso) ? iso : undefined;
}

/** Whether this is a FHIR date (`yyyy`, `yyyy-MM` or `yyyy-MM-dd`) that the calendar knows. */
export function isDate(value: string): boolean {
  const match = DATE.exec(value);
  if (!match) return false;
  const [, year, month, day] = match;
  if (Number(year) < 1) return false;
  if (month !== undefined && (Number(month) < 1 || Number(month) > 12)) return false;
  return day === undefined || (Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month)));
}

export interface Age {
  years: number;
  months: number;
  days: number;
}

/**
 * Completed years, months and days on the Vietnamese day of `at`. Of a partial birth date only what is known is
 * counted: `yyyy` gives the difference of the years, with no months. Throws `RangeError` for a birth after `at`.
 */
export function ageOn(birthDate: string, at: Instant): Age {
  const known = checkedDate(birthDate).split('-').map(Number);
  const [by = 0, bm, bd] = known;
  const [y = 0, m = 0, d = 0] = localDate(at).split('-').map(Number);
  let total = bm === undefined ? (y - by) * 12 : (y - by) * 12 + (m - bm);
  if (bd !== undefined && d < bd) total -= 1;
  if (total < 0) throw new RangeError(`born ${birthDate}, after ${at}`);
  const years = Math.floor(total / 12);
  const months = total % 12;
  if (bm === undefined || bd === undefined) return { years, months, days: 0 };
  const lastMonth = by * 12 + (bm - 1) + total;
  const [ly, lm] = [Math.floor(lastMonth / 12), (lastMonth % 12) + 1];
  const anniversary = Date.UTC(ly, lm - 1, Math.min(bd, daysInMonth(ly, lm)));
  return { years, months, days: Math.round((Date.UTC(y, m - 1, d) - anniversary) / DAY_MS) };
}

/**
 * Age as it stands on the banner: days under one month, months under 72 months (the limit under which a prescription
 * must carry months), then years as `62 t`. A year alone never pretends to know months.
 */
export function ageText(birthDate: string, at: Instant): string {
  if (checkedDate(birthDate) > localDate(at).slice(0, birthDate.length)) return 'Chưa rõ';
  const age = ageOn(birthDate, at);
  const months = age.years * 12 + age.months;
  if (birthDate.length === 4) return age.years === 0 ? 'dưới 1 t' : `${age.years} t`;
  if (months >= 72) return `${age.years} t`;
  if (months >= 1) return `${months} tháng`;
  return birthDate.length === 7 ? 'dưới 1 tháng' : `${age.days} ngày`;
}

/** The instant at which the Vietnamese day of `instant` began. */
export function startOfLocalDay(instant: Instant): Instant {
  return fromLocal(localDate(instant));
}

/** Later by whole days; a date stays a date and an instant stays an instant. */
export function addDays(value: Instant | string, days: number): string {
  if (value.length !== 10) return new Date(msOf(value) + days * DAY_MS).toISOString();
  return new Date(Date.parse(checkedDate(value)) + days * DAY_MS).toISOString().slice(0, 10);
}

function local(instant: Instant): string {
  return new Date(msOf(instant) + OFFSET_MS).toISOString();
}

function msOf(instant: Instant): number {
  const ms = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${instant}`);
  return ms;
}

function checkedDate(value: string): string {
  if (!isDate(value)) throw new RangeError(`not a date: ${value}`);
  return value;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
