import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import { numberCell, records, type Table, textCell } from '../codes/pack.ts';

export interface VitalItem {
  code: string;
  vi: string;
  en: string;
  loinc: string;
  ucum?: string;
  unit: string;
  decimals: number;
}

interface VitalRange {
  ageFromDays: number;
  ageToDays: number;
  hardLow: Decimal;
  softLow: Decimal;
  softHigh: Decimal;
  hardHigh: Decimal;
}

interface UrgentRule {
  item: string;
  op: string;
  value: Decimal;
  ageFromDays: number;
}

export interface VitalsPack {
  items: ReadonlyMap<string, VitalItem>;
  ranges: ReadonlyMap<string, readonly VitalRange[]>;
  urgent: readonly UrgentRule[];
  weightZHard: Decimal;
}

/** Content of the `vitals` rule pack. */
export interface VitalsData {
  items: Table;
  ranges: Table;
  urgent: Table;
  weightZHard: string;
}

/** Measured values by item code (`sbp`, `temp`, …), in the item's unit. */
export type VitalValues = Readonly<Record<string, DecimalInput | undefined>>;

export function readVitals(data: VitalsData): VitalsPack {
  const items = new Map<string, VitalItem>();
  for (const r of records(data.items, 'code', 'vi', 'en', 'loinc', 'ucum', 'unit', 'decimals')) {
    const code = textCell(r.code);
    items.set(code, {
      code,
      vi: textCell(r.vi),
      en: textCell(r.en),
      loinc: textCell(r.loinc),
      ucum: textCell(r.ucum) || undefined,
      unit: textCell(r.unit),
      decimals: numberCell(r.decimals) ?? 0,
    });
  }
  const ranges = new Map<string, VitalRange[]>();
  const columns = ['item', 'ageFromDays', 'ageToDays', 'hardLow', 'softLow', 'softHigh', 'hardHigh'] as const;
  for (const r of records(data.ranges, ...columns)) {
    const list = ranges.get(textCell(r.item)) ?? [];
    ranges.set(textCell(r.item), list);
    list.push({
      ageFromDays: numberCell(r.ageFromDays) ?? 0,
      ageToDays: numberCell(r.ageToDays) ?? Number.POSITIVE_INFINITY,
      hardLow: Decimal.of(textCell(r.hardLow)),
      softLow: Decimal.of(textCell(r.softLow)),
      softHigh: Decimal.of(textCell(r.softHigh)),
      hardHigh: Decimal.of(textCell(r.hardHigh)),
    });
  }
  const urgent = [...records(data.urgent, 'item', 'op', 'value', 'ageFromDays')].map((r) => ({
    item: textCell(r.item),
    op: textCell(r.op),
    value: Decimal.of(textCell(r.value)),
    ageFromDays: numberCell(r.ageFromDays) ?? 0,
  }));
  return { items, ranges, urgent, weightZHard: Decimal.of(data.weightZHard) };
}

function issue(severity: 'error' | 'warning', code: string, field: string, vi: string, en: string): Issue {
  const remedy =
    severity === 'error'
      ? { vi: 'Đo lại hoặc sửa số.', en: 'Measure again or correct the number.' }
      : { vi: 'Đúng thì xác nhận, sai thì sửa.', en: 'Confirm if it is right, otherwise correct it.' };
  return { severity, code, field, text: { vi, en }, remedy };
}

/**
 * Guards a set of vital signs: `error` outside the hard range or impossible together (cannot be saved), `warning`
 * outside the soft range of the age (saved after a confirming key). `weightZ`: z-score for age of a child's weight.
 */
export function checkVitals(
  values: VitalValues,
  context: { ageDays: number; pack: VitalsPack; weightZ?: DecimalInput },
): Issue[] {
  const issues: Issue[] = [];
  for (const [code, raw] of Object.entries(values)) {
    if (raw === undefined) continue;
    const item = context.pack.items.get(code);
    const range = context.pack.ranges
      .get(code)
      ?.find((r) => r.ageFromDays <= context.ageDays && context.ageDays < r.ageToDays);
    if (!item || !range) continue;
    const found = checkRange(item, range, Decimal.of(raw));
    if (found) issues.push(found);
  }
  const { sbp, dbp } = values;
  if (sbp !== undefined && dbp !== undefined && Decimal.of(dbp).gte(sbp)) {
    issues.push(
      issue(
        'error',
        'vital-diastolic-not-below-systolic',
        'dbp',
        'Huyết áp tâm trương phải thấp hơn tâm thu.',
        'Diastolic pressure must be lower than systolic.',
      ),
    );
  }
  if (context.weightZ !== undefined && Decimal.of(context.weightZ).abs().gt(context.pack.weightZHard)) {
    const limit = formatClinical(context.pack.weightZHard);
    issues.push(
      issue(
        'error',
        'vital-weight-z-score',
        'weight',
        `Cân nặng lệch quá ±${limit} độ lệch chuẩn so với tuổi.`,
        `Weight is more than ±${limit} standard deviations from the age.`,
      ),
    );
  }
  return issues;
}

function checkRange(item: VitalItem, range: VitalRange, value: Decimal): Issue | undefined {
  const shown = `${formatClinical(value)} ${item.unit}`.trim();
  const span = (low: Decimal, high: Decimal): string => `${formatClinical(low)}–${formatClinical(high)}`;
  if (value.lt(range.hardLow) || value.gt(range.hardHigh)) {
    const allowed = span(range.hardLow, range.hardHigh);
    return issue(
      'error',
      'vital-out-of-hard-range',
      item.code,
      `${item.vi} ${shown} không thể có (${allowed}).`,
      `${item.en} ${shown} is not possible (${allowed}).`,
    );
  }
  if (value.lt(range.softLow) || value.gt(range.softHigh)) {
    const usual = span(range.softLow, range.softHigh);
    return issue(
      'warning',
      'vital-out-of-soft-range',
      item.code,
      `${item.vi} ${shown} ngoài khoảng thường gặp theo tuổi (${usual}).`,
      `${item.en} ${shown} is outside the usual range for the age (${usual}).`,
    );
  }
  return undefined;
}

/** Items whose value moves the patient to the front of the queue. */
export function urgentVitals(values: VitalValues, context: { ageDays: number; pack: VitalsPack }): string[] {
  const hit = (rule: UrgentRule): boolean => {
    const raw = values[rule.item];
    if (raw === undefined || context.ageDays < rule.ageFromDays) return false;
    const value = Decimal.of(raw);
    if (rule.op === '>=') return value.gte(rule.value);
    if (rule.op === '<=') return value.lte(rule.value);
    return rule.op === '<' ? value.lt(rule.value) : value.gt(rule.value);
  };
  return [...new Set(context.pack.urgent.filter(hit).map((rule) => rule.item))];
}

/** kg/m², one decimal. Undefined without a height. */
export function bmi(weightKg: DecimalInput, heightCm: DecimalInput): Decimal | undefined {
  const height = Decimal.of(heightCm);
  if (height.lte(0)) return undefined;
  return Decimal.of(weightKg).mul(10_000).div(height.mul(height), 1);
}

/** Mean arterial pressure (SBP + 2·DBP)/3, mmHg. */
export function meanPressure(sbp: DecimalInput, dbp: DecimalInput): Decimal {
  return Decimal.of(dbp).mul(2).add(sbp).div(3, 0);
}

export type BmiClass = 'thin' | 'normal' | 'overweight' | 'obese';

/** Asian adult cut-offs: < 18.5, 23, 25 kg/m². */
export function bmiClassAdult(value: DecimalInput): BmiClass {
  const b = Decimal.of(value);
  if (b.lt('18.5')) return 'thin';
  if (b.lt('23')) return 'normal';
  return b.lt('25') ? 'overweight' : 'obese';
}
