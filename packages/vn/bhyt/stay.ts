/** Days of a stay: bed days to charge, and the treatment days reported in the claim. */
import { startOfLocalDay } from '@mach/base/time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** KET_QUA_DTRI codes whose last day is charged: unchanged, worse, died, dying and taken home. */
const LAST_DAY_CHARGED = new Set(['3', '4', '5', '6']);

/** Calendar days between two instants, in Vietnamese local time. */
export function localDaysBetween(from: string, to: string): number {
  return Math.round((Date.parse(startOfLocalDay(to)) - Date.parse(startOfLocalDay(from))) / DAY);
}

export interface Stay {
  /** Start and end of the in-patient stay, UTC instants. */
  from: string;
  to: string;
  /** KET_QUA_DTRI */
  outcome: string;
  /** MA_LOAI_RV: 2 and 5 are transfers. */
  dischargeKind: string;
  insured: boolean;
}

/**
 * Bed days charged (TT 39/2018 Art. 6, in force from 15 July 2018). Same day:
 * more than 4 hours is one day; under 24 hours over midnight is one day; a
 * transfer, an unchanged or worse patient or a death counts the last day too.
 */
export function bedDays(stay: Stay): number {
  const span = Date.parse(stay.to) - Date.parse(stay.from);
  const days = localDaysBetween(stay.from, stay.to);
  if (days < 0 || span < 0) return 0;
  if (!stay.insured) return days + 1;
  if (days === 0) return span > 4 * HOUR ? 1 : 0;
  if (span < DAY) return 1;
  const transferred = stay.dischargeKind === '2' || stay.dischargeKind === '5';
  return transferred || LAST_DAY_CHARGED.has(stay.outcome) ? days + 1 : days;
}

/** In-patient stays under four hours are reported as their own care form (09). */
export function isShortStay(from: string, to: string): boolean {
  return Date.parse(to) - Date.parse(from) < 4 * HOUR;
}

export interface TreatmentSpan {
  /** MA_LOAI_KCB */
  careForm: string;
  from: string;
  to: string;
  /** Days with drugs (longest prescription) for 05 and 07. */
  drugDays?: number;
  /** Days on which a service was done, for 08 (and 02 from 2025). */
  serviceDays?: number;
}

/**
 * SO_NGAY_DTRI of the claim. `qd4750`: 0 for 01, 07, 09. `qd3176` (from
 * 1 January 2025): out − in + 1 for every form but 02, 05, 07, 08 and 09.
 */
export function treatmentDays(span: TreatmentSpan, standard: 'qd4750' | 'qd3176'): number {
  const calendar = localDaysBetween(span.from, span.to) + 1;
  const form = span.careForm;
  if (form === '09') return 0;
  if (form === '05') return span.drugDays ?? 0;
  if (form === '08') return span.serviceDays ?? 0;
  if (standard === 'qd4750') return form === '01' || form === '07' ? 0 : calendar;
  if (form === '02') return span.serviceDays ?? 0;
  if (form === '07') return span.drugDays ?? 0;
  return calendar;
}
