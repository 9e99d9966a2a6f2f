import type { Text } from '@mach/base/problem.ts';
import type { FieldFormat } from './pack.ts';

/** True for a real calendar day written yyyyMMdd. */
export function isCompactDate(text: string): boolean {
  if (!/^\d{8}$/.test(text)) return false;
  const date = new Date(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10).replaceAll('-', '') === text;
}

/** True for yyyyMMddHHmm, 24 hours. */
export function isCompactTime(text: string): boolean {
  return /^\d{8}([01]\d|2[0-3])[0-5]\d$/.test(text) && isCompactDate(text.slice(0, 8));
}

/** Birth time: unknown month and day, or hour and minute, are zeros. */
export function isBirth(text: string): boolean {
  if (!/^\d{12}$/.test(text)) return false;
  const time = text.slice(8);
  const hours = /^([01]\d|2[0-3])[0-5]\d$/.test(time);
  const day = text.slice(4, 8);
  if (day === '0000') return time === '0000' && text.slice(0, 4) > '1800';
  if (day.endsWith('00')) return time === '0000' && isCompactDate(`${text.slice(0, 6)}01`);
  return hours && isCompactDate(text.slice(0, 8));
}

const each = (text: string, test: (part: string) => boolean): boolean => text.split(';').every(test);
const FACILITY = /^[0-9A-Z]{5}$/;
const CARD = /^([A-Z]{2}[1-5]\d{2}[0-9A-Z]{10}|\d{10}|\d{12})$/;

interface Shape {
  test(text: string): boolean;
  severity: 'error' | 'warning';
  text: Text;
}

const shape = (test: (text: string) => boolean, vi: string, en: string, severity: Shape['severity'] = 'error') => ({
  test,
  severity,
  text: { vi, en },
});

/** What each shape accepts, and its wording for a refused value. */
export const SHAPES: Record<FieldFormat, Shape> = {
  date: shape(isCompactDate, 'ngày dạng yyyymmdd', 'a day as yyyymmdd'),
  datetime: shape(isCompactTime, 'thời điểm dạng yyyymmddHHMM', 'a time as yyyymmddHHMM'),
  birth: shape(
    isBirth,
    'ngày sinh dạng yyyymmddHHMM, phần không rõ ghi số 0',
    'a birth time as yyyymmddHHMM, unknown parts as zeros',
  ),
  dates: shape((t) => each(t, isCompactDate), 'các ngày yyyymmdd cách nhau bằng ";"', 'days as yyyymmdd joined by ";"'),
  'date-or-datetime': shape(
    (t) => isCompactDate(t) || isCompactTime(t),
    'ngày yyyymmdd hoặc thời điểm yyyymmddHHMM',
    'a day as yyyymmdd or a time as yyyymmddHHMM',
  ),
  facility: shape((t) => FACILITY.test(t), 'mã cơ sở 5 ký tự', 'a 5-character facility code'),
  facilities: shape(
    (t) => each(t, (p) => FACILITY.test(p)),
    'các mã cơ sở 5 ký tự cách nhau bằng ";"',
    '5-character facility codes joined by ";"',
  ),
  cards: shape(
    (t) => each(t, (p) => CARD.test(p)),
    'mã thẻ 15 ký tự (hoặc 10, 12 chữ số), nhiều thẻ cách nhau bằng ";"',
    'card numbers of 15 characters (or 10, 12 digits) joined by ";"',
  ),
  icd: shape((t) => /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,3})?[*+†]?$/.test(t), 'một mã ICD-10', 'one ICD-10 code'),
  'id-number': shape(
    (t) => /^(\d{9}|\d{12}|[A-Z]\d{7})$/.test(t),
    'số định danh 12 chữ số, CMND 9 chữ số hoặc hộ chiếu (1 chữ in hoa và 7 chữ số)',
    'a 12-digit ID, an old 9-digit one or a passport (a capital and 7 digits)',
    'warning',
  ),
  'insurance-number': shape(
    (t) => /^\d{10}$/.test(t) && !/^0+$/.test(t),
    'mã số BHXH 10 chữ số, không toàn số 0',
    'a 10-digit insurance number, not all zeros',
  ),
  package: shape((t) => /^G[1-9]\d{0,2}$/.test(t), 'chữ G và số thứ tự gói', 'the letter G and the package number'),
  weight: shape(
    (t) => /^\d{1,3}(\.\d{1,2})?$/.test(t) && Number(t) > 0,
    'cân nặng (kg), tối đa 2 số lẻ sau dấu chấm',
    'a weight in kg with at most 2 decimals',
  ),
};
