import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Bound, CriticalRange, LabPack, LabRange } from './lab-pack.ts';
import type { LabValue } from './lab-result.ts';

export interface LabPerson {
  sex?: 'male' | 'female';
  ageDays: number;
}

/** HL7 v2 table 0078: LL and HH are critical, A abnormal, AA critically abnormal; null = cannot be judged. */
export type LabFlag = 'N' | 'L' | 'LL' | 'H' | 'HH' | 'A' | 'AA' | null;

export interface FlaggedResult {
  flag: LabFlag;
  critical: boolean;
  range?: LabRange;
  criticalRange?: CriticalRange;
  /** Printed range, "4,0–10,0" or "< 5,7"; empty when there is none for the person. */
  rangeText: string;
}

/** Reference range for the person: the narrowest age band that fits, a row for the sex before one for both. */
export function pickRange<T extends LabRange>(ranges: readonly T[] | undefined, person: LabPerson): T | undefined {
  const fitting = (ranges ?? []).filter(
    (r) =>
      (r.sex === undefined || r.sex === person.sex) && r.ageFromDays <= person.ageDays && person.ageDays < r.ageToDays,
  );
  const width = (r: LabRange): number => r.ageToDays - r.ageFromDays;
  return fitting.sort((a, b) => Number(b.sex !== undefined) - Number(a.sex !== undefined) || width(a) - width(b))[0];
}

const below = (value: Decimal, low: Bound): boolean => (low.strict ? value.lte(low.value) : value.lt(low.value));
const above = (value: Decimal, high: Bound): boolean => (high.strict ? value.gte(high.value) : value.gt(high.value));

/**
 * Flags a result for the person. `override`: the range that the analyser sent, which wins over the pack's; critical
 * values stay those of the hospital. A result "< x" or "> x" is judged only as far as it allows.
 */
export function flagResult(
  pack: LabPack,
  analyte: string,
  value: LabValue,
  person: LabPerson,
  override?: Pick<LabRange, 'low' | 'high'>,
): FlaggedResult {
  const own = pickRange(pack.ranges.get(analyte), person);
  const range = override ? { ageFromDays: 0, ageToDays: Number.POSITIVE_INFINITY, certainty: 'H', ...override } : own;
  const criticals = (pack.criticals.get(analyte) ?? []).filter((r) => (r.code === undefined) === isNumber(value));
  const criticalRange = pickRange(criticals, person);
  const known = pack.analytes.get(analyte);
  const decimals = known?.decimals;
  const judged = isNumber(value)
    ? flagNumber(value, range, criticalRange)
    : flagCode(value, known?.normal, criticalRange);
  return {
    ...judged,
    range,
    criticalRange,
    rangeText: isNumber(value) ? rangeText(range, decimals) : '',
  };
}

function isNumber(value: LabValue): value is Extract<LabValue, { kind: 'quantity' }> {
  return value.kind === 'quantity';
}

type Judged = Pick<FlaggedResult, 'flag' | 'critical'>;

function flagNumber(
  result: Extract<LabValue, { kind: 'quantity' }>,
  range: LabRange | undefined,
  critical: CriticalRange | undefined,
): Judged {
  const { value, comparator } = result;
  const upTo = comparator?.startsWith('<') ?? false;
  const from = comparator?.startsWith('>') ?? false;
  // "< x" proves a low only if x itself is low (or the limit), and can never prove a high; "> x" the other way round.
  const proves = {
    low: (limit: Bound | undefined): boolean =>
      limit !== undefined && !from && (below(value, limit) || (comparator === '<' && value.eq(limit.value))),
    high: (limit: Bound | undefined): boolean =>
      limit !== undefined && !upTo && (above(value, limit) || (comparator === '>' && value.eq(limit.value))),
  };
  if (proves.low(critical?.low)) return { flag: 'LL', critical: true };
  if (proves.high(critical?.high)) return { flag: 'HH', critical: true };
  if (proves.low(range?.low)) return { flag: 'L', critical: false };
  if (proves.high(range?.high)) return { flag: 'H', critical: false };
  if (!range) return { flag: null, critical: false };
  const open = (upTo && range.low !== undefined) || (from && range.high !== undefined);
  const outside = (upTo && overHigh(value, range)) || (from && underLow(value, range));
  return { flag: open || outside ? null : 'N', critical: false };
}

/** "< 50" says nothing about a limit of 30. */
function overHigh(value: Decimal, range: LabRange): boolean {
  return range.high !== undefined && value.gt(range.high.value);
}

function underLow(value: Decimal, range: LabRange): boolean {
  return range.low !== undefined && value.lt(range.low.value);
}

function flagCode(value: LabValue, normal: string | undefined, critical: CriticalRange | undefined): Judged {
  const code = value.kind === 'code' ? value.code : undefined;
  if (code === undefined || normal === undefined) return { flag: null, critical: false };
  if (code === normal || (normal === 'neg' && code === 'undetected')) return { flag: 'N', critical: false };
  return critical?.code === code ? { flag: 'AA', critical: true } : { flag: 'A', critical: false };
}

/** "4,00–10,00", "< 5,7", "≥ 90", or empty. Decimals as the analyte is printed. */
export function rangeText(range: Pick<LabRange, 'low' | 'high'> | undefined, decimals?: number): string {
  const show = (b: Bound): string => fixed(b.value, decimals);
  const { low, high } = range ?? {};
  if (low && high) return `${show(low)}–${show(high)}`;
  if (high) return `${high.strict ? '<' : '≤'} ${show(high)}`;
  return low ? `${low.strict ? '>' : '≥'} ${show(low)}` : '';
}

/** A limit is shown with the analyte's decimals, or with its own where they are more. */
function fixed(value: Decimal, decimals = 0): string {
  const [whole = '', fraction] = value.toFixed(Math.max(decimals, value.scale)).split('.');
  return fraction === undefined ? formatClinical(whole) : `${formatClinical(whole)},${fraction}`;
}

export interface DeltaCheck {
  exceeds: boolean;
  difference: Decimal;
  /** Change against the previous value in percent, one decimal; undefined when that was zero. */
  percent?: Decimal;
}

/**
 * Delta check against the previous result of the same analyte. Undefined where the analyte has no rule or the previous
 * result is older than the rule looks back.
 */
export function deltaCheck(
  pack: LabPack,
  analyte: string,
  now: { value: DecimalInput; at: string },
  previous: { value: DecimalInput; at: string },
): DeltaCheck | undefined {
  const rule = pack.analytes.get(analyte)?.delta;
  if (!rule) return undefined;
  const hours = (Date.parse(now.at) - Date.parse(previous.at)) / 3_600_000;
  if (!(hours >= 0) || hours > rule.hours) return undefined;
  const difference = Decimal.of(now.value).sub(previous.value);
  const base = Decimal.of(previous.value);
  const percent = base.isZero() ? undefined : difference.mul(100).div(base, 1);
  const byAmount = rule.abs !== undefined && difference.abs().gt(rule.abs);
  const byPercent = rule.percent !== undefined && difference.abs().mul(100).gt(base.abs().mul(rule.percent));
  return { exceeds: byAmount || byPercent, difference, percent };
}
