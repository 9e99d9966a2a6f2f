import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import type { DrugItem } from './formulary.ts';
import { numberWords } from './number-words.ts';

export type DayPart = 'morning' | 'noon' | 'afternoon' | 'evening' | 'bedtime';
export type Meal = 'before' | 'with' | 'after';

/** `times` doses in every `period` of `unit`: 2 in 1 day; 1 in 12 hours; 1 in 1 week. */
export interface Frequency {
  times: number;
  period: number;
  unit: 'hour' | 'day' | 'week';
}

/** A structured dose. Amounts are decimal text in `doseUnit`. */
export interface Dose {
  perDose: string;
  doseUnit: string;
  frequency: Frequency;
  /** Amounts that differ by part of the day (2 in the morning, 1 in the evening); then they are the whole day. */
  byPart?: Partial<Record<DayPart, string>>;
  parts?: readonly DayPart[];
  meal?: Meal;
  days: number;
  /** Only when needed; `frequency` is then the most that is allowed. */
  asNeeded?: Text;
  instruction?: string;
}

export const DAY_PARTS: readonly DayPart[] = ['morning', 'noon', 'afternoon', 'evening', 'bedtime'];

const PART_TEXT: Record<DayPart, Text> = {
  morning: { vi: 'sáng', en: 'morning' },
  noon: { vi: 'trưa', en: 'noon' },
  afternoon: { vi: 'chiều', en: 'afternoon' },
  evening: { vi: 'tối', en: 'evening' },
  bedtime: { vi: 'trước khi ngủ', en: 'bedtime' },
};
const MEAL_TEXT: Record<Meal, Text> = {
  before: { vi: 'trước ăn', en: 'before food' },
  with: { vi: 'trong bữa ăn', en: 'with food' },
  after: { vi: 'sau ăn', en: 'after food' },
};
const UNIT_EN: Record<string, string> = {
  viên: 'tablet(s)',
  gói: 'sachet(s)',
  ống: 'ampoule(s)',
  lọ: 'vial(s)',
  chai: 'bottle(s)',
  giọt: 'drop(s)',
  nhát: 'puff(s)',
  hít: 'inhalation(s)',
  miếng: 'patch(es)',
  'bơm tiêm': 'syringe(s)',
  'đơn vị': 'units',
  lần: 'application(s)',
  tuýp: 'tube(s)',
  bút: 'pen(s)',
  bình: 'inhaler(s)',
  microgam: 'microgram',
};
const HOURS: Record<Frequency['unit'], number> = { hour: 1, day: 24, week: 168 };
const NBSP = '\u00a0';

/** Dose units in one day at most; for a rhythm slower than a day, those of the day on which it is given. */
export function dailyAmount(dose: Dose): Decimal {
  if (dose.byPart) return Decimal.sum(Object.values(dose.byPart));
  const { times, period, unit } = dose.frequency;
  const hours = HOURS[unit] * period;
  if (hours >= 24) return Decimal.of(dose.perDose).mul(times);
  return Decimal.of(dose.perDose).mul(times).mul(24).div(hours, 6);
}

/** Largest single dose, in dose units. */
export function largestDose(dose: Dose): Decimal {
  const all = dose.byPart ? Object.values(dose.byPart) : [dose.perDose];
  return all.map((amount) => Decimal.of(amount)).reduce((a, b) => (b.gt(a) ? b : a), Decimal.ZERO);
}

/** Number of doses in the whole course; a period that has begun counts. */
export function doseCount(dose: Dose): number {
  if (dose.byPart) return Object.keys(dose.byPart).length * dose.days;
  const { times, period, unit } = dose.frequency;
  return Math.ceil((dose.days * 24) / (HOURS[unit] * period)) * times;
}

/** Dose units of the whole course. */
export function totalAmount(dose: Dose): Decimal {
  if (dose.byPart) return dailyAmount(dose).mul(dose.days);
  return Decimal.of(dose.perDose).mul(doseCount(dose));
}

/**
 * Units to hand out, always whole: half a vial left over is a vial opened. Undefined where the product cannot be
 * counted from the dose (creams) or is dosed in another unit; the prescriber then types the quantity.
 */
export function dispenseQuantity(
  dose: Dose,
  drug: Pick<DrugItem, 'doseUnit' | 'doseUnitsPerUnit' | 'unit'>,
): Decimal | undefined {
  if (drug.doseUnitsPerUnit === undefined || dose.doseUnit !== drug.doseUnit) return undefined;
  const perUnit = Decimal.of(drug.doseUnitsPerUnit);
  // A vial or ampoule that is opened is used up by its dose, so each dose takes whole units of its own.
  const single = drug.unit === drug.doseUnit && ['lọ', 'ống', 'chai', 'bơm tiêm'].includes(drug.unit);
  if (!single) return ceil(totalAmount(dose).div(perUnit, 12));
  if (dose.byPart) {
    const day = Object.values(dose.byPart).map((amount) => ceil(Decimal.of(amount)));
    return Decimal.sum(day).mul(dose.days);
  }
  return ceil(Decimal.of(dose.perDose)).mul(doseCount(dose));
}

function ceil(value: Decimal): Decimal {
  const down = value.round(0, 'down');
  return value.gt(down) ? down.add(1) : down;
}

/** "0,5 viên": number and unit never part at a line end. */
export function amountText(amount: string | Decimal, unit: string): string {
  return `${formatClinical(amount)}${NBSP}${unit}`;
}

/** "ngày 2 lần", "mỗi 12 giờ", "cách 1 ngày", "mỗi tuần 1 lần". */
export function frequencyText(f: Frequency): Text {
  if (f.unit === 'hour') {
    const vi = f.times === 1 ? `mỗi ${f.period} giờ` : `${f.times} lần mỗi ${f.period} giờ`;
    return { vi, en: f.times === 1 ? `every ${f.period} hours` : `${f.times} times every ${f.period} hours` };
  }
  const day = f.unit === 'day';
  if (f.period === 1) {
    return {
      vi: day ? `ngày ${f.times} lần` : `mỗi tuần ${f.times} lần`,
      en: `${f.times} time${f.times === 1 ? '' : 's'} a ${f.unit}`,
    };
  }
  return {
    vi: `${f.times} lần mỗi ${f.period} ${day ? 'ngày' : 'tuần'}`,
    en: `${f.times} time${f.times === 1 ? '' : 's'} every ${f.period} ${f.unit}s`,
  };
}

export interface LinePart {
  part: 'drug' | 'form' | 'route' | 'dose' | 'frequency' | 'timing' | 'days' | 'total';
  text: string;
}

/**
 * The medication line in its fixed order: drug – form (brand) — route — MỖI LẦN dose — how often, when — days — total.
 * Lines may wrap between parts, never inside one; no part is ever cut.
 */
export function medicationLine(
  drug: Pick<DrugItem, 'display' | 'strength' | 'form' | 'brand' | 'unit' | 'doseUnit' | 'doseUnitsPerUnit'>,
  dose: Dose,
  route: Text,
  quantity?: Decimal,
): LinePart[] {
  const total = quantity ?? dispenseQuantity(dose, drug);
  const brand = drug.brand ? ` (${drug.brand.charAt(0).toUpperCase()}${drug.brand.slice(1)})` : '';
  const timing = timingText(dose).vi;
  const parts: LinePart[] = [
    { part: 'drug', text: `${drug.display} ${drug.strength.replace(/(?<=\d) (?=\S)/g, NBSP)}` },
    { part: 'form', text: `${drug.form}${brand}` },
    { part: 'route', text: route.vi },
    { part: 'dose', text: doseText(dose).vi },
    { part: 'frequency', text: dose.byPart ? '' : frequencyText(dose.frequency).vi },
    { part: 'timing', text: timing },
    { part: 'days', text: `${dose.days}${NBSP}ngày` },
    { part: 'total', text: total ? `tổng ${amountText(total, drug.unit)}` : '' },
  ];
  return parts.filter((p) => p.text !== '');
}

/** The line as one text. */
export function medicationLineText(parts: readonly LinePart[]): string {
  let text = '';
  for (const { part, text: piece } of parts) {
    if (text === '') text = piece;
    else if (part === 'form') text += ` – ${piece}`;
    else text += part === 'timing' ? `, ${piece}` : ` — ${piece}`;
  }
  return text;
}

function doseText(dose: Dose): Text {
  if (!dose.byPart) {
    return {
      vi: `MỖI LẦN ${amountText(dose.perDose, dose.doseUnit)}`,
      en: `${formatClinical(dose.perDose)} ${unitEn(dose.doseUnit)}`,
    };
  }
  const each = DAY_PARTS.flatMap((part) => {
    const amount = dose.byPart?.[part];
    return amount === undefined ? [] : [{ part, amount }];
  });
  return {
    vi: `MỖI NGÀY ${each.map((e) => `${PART_TEXT[e.part].vi} ${amountText(e.amount, dose.doseUnit)}`).join(' – ')}`,
    en: each.map((e) => `${PART_TEXT[e.part].en} ${formatClinical(e.amount)} ${unitEn(dose.doseUnit)}`).join(', '),
  };
}

function timingText(dose: Dose): Text {
  const parts = dose.byPart ? [] : DAY_PARTS.filter((part) => dose.parts?.includes(part));
  const join = (lang: keyof Text, between: string): string =>
    [
      parts.map((part) => PART_TEXT[part][lang]).join(between),
      dose.meal ? MEAL_TEXT[dose.meal][lang] : '',
      dose.asNeeded?.[lang] ?? '',
    ]
      .filter((text) => text !== '')
      .join(' ');
  return { vi: join('vi', ' – '), en: join('en', ', ') };
}

function unitEn(unit: string): string {
  return UNIT_EN[unit] ?? unit;
}

/** Directions for the patient in both languages, without drug and total. */
export function directionText(dose: Dose, route: Text): Text {
  const timing = timingText(dose);
  const freq = dose.byPart ? undefined : frequencyText(dose.frequency);
  const join = (lang: keyof Text, days: string): string =>
    [route[lang], doseText(dose)[lang], freq?.[lang], timing[lang], days].filter((text) => text).join(', ');
  return { vi: join('vi', `${dose.days} ngày`), en: join('en', `for ${dose.days} day${dose.days === 1 ? '' : 's'}`) };
}

/** Quantity as the official form wants it: "05 viên" below ten, "10 viên" from ten. Print only. */
export function printQuantity(quantity: Decimal, unit: string): string {
  const small = quantity.isInteger() && quantity.gte(0) && quantity.lt(10);
  return `${small ? '0' : ''}${formatClinical(quantity)}${NBSP}${unit}`;
}

/** Quantity of a controlled drug in words: "Mười lăm viên". */
export function quantityInWords(quantity: Decimal, unit: string): string {
  const words = numberWords(quantity);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${unit}`;
}
