import { ageOn, formatTime, localDate } from '@mach/base';
import type { Language } from '../texts/texts.ts';

export { formatDate, formatDateTime, formatTime, localDate } from '@mach/base';

const DAY_MS = 86_400_000;

/** Time for lists: `07:12` today, `hôm qua 21:40`, else the date. The absolute time belongs in a title. */
export function recently(instant: string, now: string, language: Language): string {
  const day = localDate(instant);
  if (day === localDate(now)) return formatTime(instant);
  if (day === localDate(new Date(Date.parse(now) - DAY_MS).toISOString()))
    return `${language === 'vi' ? 'hôm qua' : 'yesterday'} ${formatTime(instant)}`;
  return day.split('-').reverse().join('/');
}

/** A span of time: `3 giờ 20 phút`, `18 phút`, `2 ngày`. */
export function span(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [minute, hour, day] = language === 'vi' ? ['phút', 'giờ', 'ngày'] : ['min', 'h', 'd'];
  if (minutes < 60) return `${minutes} ${minute}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} ${hour} ${minutes % 60} ${minute}` : `${hours} ${hour}`;
  return `${Math.floor(hours / 24)} ${day}`;
}

/** The short clock of a waiting row: `8′`, `1:05`, `3 ngày`. */
export function waited(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes >= 1440) return span(ms, language);
  return minutes < 60 ? `${minutes}′` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Age by the prescription rule: days under 1 month, months under 72 months, else years; empty when not tellable. */
export function age(birth: string, at: string, language: Language): string {
  const known = ageParts(birth, at);
  if (!known) return '';
  const [year, month, day] = language === 'vi' ? ['t', 'tháng', 'ngày'] : ['y', 'mo', 'd'];
  const months = known.years * 12 + known.months;
  if (months >= 72 || birth.length === 4) return `${known.years} ${year}`;
  return months >= 1 || birth.length < 10 ? `${months} ${month}` : `${known.days} ${day}`;
}

/** Under 16 years weight is part of what the banner must show. */
export function isChild(birth: string, at: string): boolean {
  const known = ageParts(birth, at);
  return known !== undefined && known.years < 16;
}

function ageParts(birth: string, at: string): ReturnType<typeof ageOn> | undefined {
  try {
    return ageOn(birth, at);
  } catch {
    return undefined;
  }
}

/**
 * Puts the slashes into `ddMMyyyy` while digits are typed at the end; own separators, deletions and partial dates
 * (`1964`, `7/1964`) are left alone.
 */
export function maskDate(typed: string, previous: string): string {
  if (!typed.startsWith(previous) || typed.length !== previous.length + 1) return typed;
  if (/^\d{5}$/.test(typed)) return `${typed.slice(0, 2)}/${typed.slice(2, 4)}/${typed.slice(4)}`;
  if (/^\d{2}\/\d{3}$/.test(typed) && !/^\d{2}\/(19|20)\d$/.test(typed))
    return `${typed.slice(0, 5)}/${typed.slice(5)}`;
  return typed;
}
