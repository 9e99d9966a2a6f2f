import { ageOn, formatTime, localDate } from '@mach/base';
import { type Language, translator } from '../texts/texts.ts';
import { uiTexts } from '../texts/ui.ts';

export { formatDate, formatDateTime, formatTime, localDate } from '@mach/base';

const DAY_MS = 86_400_000;

/** Time for lists: `07:12` today, `hôm qua 21:40`, else the date. The absolute time belongs in a title. */
export function recently(instant: string, now: string, language: Language): string {
  const day = localDate(instant);
  if (day === localDate(now)) return formatTime(instant);
  if (day === localDate(new Date(Date.parse(now) - DAY_MS).toISOString()))
    return translator(uiTexts, language)('yesterday', { time: formatTime(instant) });
  return day.split('-').reverse().join('/');
}

/** A span of time: `3 giờ 20 phút`, `18 phút`, `2 ngày`. */
export function span(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const t = translator(uiTexts, language);
  if (minutes < 60) return t('spanMinutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return t('spanDays', { n: Math.floor(hours / 24) });
  return minutes % 60 ? t('spanHoursMinutes', { h: hours, m: minutes % 60 }) : t('spanHours', { n: hours });
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
  const t = translator(uiTexts, language);
  const months = known.years * 12 + known.months;
  if (months >= 72 || birth.length === 4) return t('ageYears', { n: known.years });
  return months >= 1 || birth.length < 10 ? t('ageMonths', { n: months }) : t('ageDays', { n: known.days });
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
