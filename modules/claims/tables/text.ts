/** Values as the claim writes them. */
import { localCompact } from '@mach/base/time.ts';

/** yyyyMMddHHmm in Vietnam; empty when there is no time. */
export const minute = (instant: string | undefined): string => (instant ? localCompact(instant, 12) : '');

/** yyyyMMdd of a date or an instant; empty when there is none. */
export const day = (date: string | undefined): string =>
  date === undefined || date === '' ? '' : date.length === 10 ? date.replaceAll('-', '') : localCompact(date, 8);

/** yyyyMMddHHmm with zeros for what is not known of a birth date. */
export const birth = (date: string | undefined): string =>
  date === undefined ? '' : date.slice(0, 10).replaceAll('-', '').padEnd(12, '0');

/** Text of a narrative: tags off, the five entities back, white space closed up. */
export function plainText(xhtml: string | undefined): string {
  return (xhtml ?? '')
    .replaceAll(/<(?:br|\/p|\/li|\/div|\/h\d)[^>]*>/g, ' ')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll(/&(?:apos|#39);/g, "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
