import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue, Text } from '@mach/base/problem.ts';
import {
  type DayPart,
  type Dose,
  directionText,
  dispenseQuantity,
  type Frequency,
  largestDose,
} from '@mach/vn/clinical/dose.ts';
import type { DrugItem, Formulary } from '@mach/vn/clinical/formulary.ts';
import type { PrescribeLineInput } from '../inputs.ts';
import { isIssue, readTyped } from './typed-number.ts';

/** A line that can be checked and signed. Amounts are canonical decimals. */
export interface ReadLine {
  drug: DrugItem;
  dose: Dose;
  /** In the dispensing unit, whole. */
  quantity: Decimal;
  route: string;
  /** Taking in words, as printed. */
  text: string;
  source: PrescribeLineInput;
}

/** Intakes are given in halves, quarters, drops; finer is a slip. */
const DOSE_DECIMALS = 3;

/** Reads a typed line against the formulary: either the line, or every reason why not (`lines.N.…`). */
export function readLine(line: PrescribeLineInput, index: number, formulary: Formulary): ReadLine | Issue[] {
  const at = `lines.${index}`;
  const drug = formulary.byCode.get(line.drug);
  if (!drug) return [unknownDrug(line.drug, `${at}.drug`)];
  const issues: Issue[] = [];
  if (line.doseUnit !== undefined && line.doseUnit !== drug.doseUnit) issues.push(wrongUnit(drug, line.doseUnit, at));
  const routeCode = line.route ?? drug.route;
  const route = formulary.routes.get(routeCode);
  if (!route) issues.push(unknownRoute(routeCode, `${at}.route`));
  const byPart = readSlots(line, at, issues);
  const perDose = readPerDose(line, at, byPart !== undefined, issues);
  const frequency = readFrequency(line, at, byPart, issues);
  if (issues.length > 0 || !route || !frequency || (!perDose && !byPart)) return issues;
  const dose: Dose = {
    perDose: (perDose ?? greatest(byPart ?? {})).toString(),
    doseUnit: drug.doseUnit,
    frequency,
    byPart: byPart && Object.fromEntries(Object.entries(byPart).map(([part, amount]) => [part, amount.toString()])),
    parts: line.parts,
    meal: line.meal,
    days: line.days,
    asNeeded: line.asNeeded === undefined ? undefined : { vi: line.asNeeded, en: line.asNeeded },
  };
  const quantity = readQuantity(line, drug, dose, at, issues);
  if (!quantity) return issues;
  const text = directionText(dose, { vi: capital(route.vi), en: capital(route.en) }).vi;
  return { drug, dose, quantity, route: routeCode, text, source: line };
}

type ByPart = Partial<Record<DayPart, Decimal>>;

function readSlots(line: PrescribeLineInput, at: string, issues: Issue[]): ByPart | undefined {
  if (!line.slots) return undefined;
  const byPart: ByPart = {};
  for (const [part, typed] of Object.entries(line.slots)) {
    if (typed === undefined) continue;
    const read = readTyped(typed, `${at}.slots.${part}`, { decimals: DOSE_DECIMALS });
    if (isIssue(read)) issues.push(read);
    else byPart[part as DayPart] = read;
  }
  return Object.keys(line.slots).length > 0 ? byPart : undefined;
}

function readPerDose(line: PrescribeLineInput, at: string, slotted: boolean, issues: Issue[]): Decimal | undefined {
  if (line.perDose === undefined) {
    if (!slotted) issues.push(missing(`${at}.perDose`, 'Chưa có liều mỗi lần', 'The amount of one intake is missing'));
    return undefined;
  }
  const read = readTyped(line.perDose, `${at}.perDose`, { decimals: DOSE_DECIMALS });
  if (!isIssue(read)) return read;
  issues.push(read);
  return undefined;
}

function readFrequency(
  line: PrescribeLineInput,
  at: string,
  byPart: ByPart | undefined,
  issues: Issue[],
): Frequency | undefined {
  const said: number[] = [];
  if (line.timesPerDay !== undefined) said.push(line.timesPerDay);
  if (line.parts !== undefined && line.parts.length > 0) said.push(new Set(line.parts).size);
  if (byPart) said.push(Object.keys(byPart).length);
  if (line.frequency) {
    if (said.length > 0) issues.push(conflict(`${at}.frequency`));
    return line.frequency;
  }
  const [times] = said;
  if (times === undefined) {
    issues.push(missing(`${at}.timesPerDay`, 'Chưa có số lần dùng mỗi ngày', 'The number of times a day is missing'));
    return undefined;
  }
  if (said.some((n) => n !== times)) issues.push(conflict(`${at}.timesPerDay`));
  if (byPart && line.perDose !== undefined) {
    const typed = readTyped(line.perDose, `${at}.perDose`, { decimals: DOSE_DECIMALS });
    const equal = !isIssue(typed) && Object.values(byPart).every((amount) => amount.eq(typed));
    if (!equal && !isIssue(typed)) issues.push(conflict(`${at}.perDose`));
  }
  return { times, period: 1, unit: 'day' };
}

const greatest = (byPart: ByPart): Decimal => Object.values(byPart).reduce((a, b) => (b.gt(a) ? b : a), Decimal.ZERO);

/** Given and computed must agree, or the difference has a reason. */
function readQuantity(
  line: PrescribeLineInput,
  drug: DrugItem,
  dose: Dose,
  at: string,
  issues: Issue[],
): Decimal | undefined {
  const computed = dispenseQuantity(dose, drug);
  if (line.quantity === undefined) {
    if (!computed) issues.push(missing(`${at}.quantity`, 'Phải ghi tổng số lượng', 'The total quantity must be given'));
    return computed;
  }
  const read = readTyped(line.quantity, `${at}.quantity`, { decimals: 0 });
  if (isIssue(read)) {
    issues.push(read);
    return undefined;
  }
  if (computed && !read.eq(computed) && line.quantityReason === undefined) {
    issues.push(quantityDiffers(read, computed, drug, dose, at));
    return undefined;
  }
  return read;
}

/** The line as the kernel's command takes it. */
export function toKernelLine(
  line: ReadLine,
  overrides: readonly { rule: string; reason: string; pharmacist?: true }[],
) {
  const { dose, source } = line;
  const slots = dose.byPart && kernelSlots(dose.byPart);
  return {
    drug: line.drug.code,
    perDose: largestDose(dose).toString(),
    doseUnit: dose.doseUnit,
    timesPerDay: timesPerDay(dose),
    slots,
    days: dose.days,
    quantity: line.quantity.toString(),
    quantityReason: source.quantityReason,
    route: line.route,
    text: line.text,
    timing: timing(dose),
    note: source.note,
    asNeeded: source.asNeeded === undefined ? undefined : true,
    paidByPatient: source.paidByPatient,
    overrides: overrides.length > 0 ? [...overrides] : undefined,
  };
}

/** The kernel knows one slot for the night: evening, or bedtime when there is no evening. */
function kernelSlots(byPart: NonNullable<Dose['byPart']>) {
  const { morning, noon, afternoon, evening, bedtime } = byPart;
  if (evening !== undefined && bedtime !== undefined) return undefined;
  return { morning, noon, afternoon, night: evening ?? bedtime };
}

/** Whole times a day; undefined for a rhythm that is not daily, and for amounts that differ (the words say it). */
function timesPerDay({ frequency, byPart }: Dose): number | undefined {
  if (byPart) return new Set(Object.values(byPart)).size > 1 ? undefined : Object.keys(byPart).length;
  const { times, period, unit } = frequency;
  if (unit === 'day') return period === 1 ? times : undefined;
  if (unit === 'hour' && (24 * times) % period === 0) return (24 * times) / period;
  return undefined;
}

const MEALS: Record<NonNullable<Dose['meal']>, string> = {
  before: 'trước ăn',
  with: 'trong bữa ăn',
  after: 'sau ăn',
};
const PARTS: Record<DayPart, string> = {
  morning: 'sáng',
  noon: 'trưa',
  afternoon: 'chiều',
  evening: 'tối',
  bedtime: 'trước khi ngủ',
};

function timing(dose: Dose): string | undefined {
  const words = [
    (dose.parts ?? []).map((part) => PARTS[part]).join(' – '),
    dose.meal ? MEALS[dose.meal] : '',
    dose.asNeeded?.vi ?? '',
  ].filter((word) => word !== '');
  return words.length > 0 ? words.join(', ') : undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function problem(code: string, field: string, text: Text, remedy: Text): Issue {
  return { severity: 'error', code, field, text, remedy };
}

const missing = (field: string, vi: string, en: string): Issue =>
  problem('dose-incomplete', field, { vi, en }, { vi: 'Bổ sung cho dòng thuốc', en: 'Complete the line' });

const conflict = (field: string): Issue =>
  problem(
    'dose-contradiction',
    field,
    {
      vi: 'Số lần, thời điểm và liều không khớp nhau',
      en: 'Times, parts of the day and amounts contradict each other',
    },
    { vi: 'Chỉ ghi một cách, hoặc sửa cho khớp', en: 'State it once, or make them agree' },
  );

const unknownDrug = (code: string, field: string): Issue =>
  problem(
    'drug-unknown',
    field,
    { vi: `Danh mục không có thuốc "${code}"`, en: `The formulary has no drug "${code}"` },
    { vi: 'Tìm lại theo tên hoạt chất', en: 'Search again by ingredient' },
  );

const unknownRoute = (code: string, field: string): Issue =>
  problem(
    'route-unknown',
    field,
    { vi: `Không có đường dùng "${code}"`, en: `There is no route "${code}"` },
    { vi: 'Chọn trong danh mục đường dùng', en: 'Choose a route of the list' },
  );

const wrongUnit = (drug: DrugItem, unit: string, at: string): Issue =>
  problem(
    'dose-unit',
    `${at}.doseUnit`,
    {
      vi: `${drug.display} ${drug.strength} kê theo "${drug.doseUnit}", không phải "${unit}"`,
      en: `${drug.display} ${drug.strength} is dosed in "${drug.doseUnit}", not in "${unit}"`,
    },
    { vi: 'Đổi liều sang đơn vị của thuốc', en: "State the dose in the drug's unit" },
  );

function quantityDiffers(given: Decimal, computed: Decimal, drug: DrugItem, dose: Dose, at: string): Issue {
  const [a, b] = [formatClinical(given), formatClinical(computed)];
  return problem(
    'quantity-differs',
    `${at}.quantity`,
    {
      vi: `Tổng ${a} ${drug.unit}, nhưng liều dùng ${dose.days} ngày cần ${b} ${drug.unit}`,
      en: `The total is ${a}, but ${dose.days} days of this dose need ${b}`,
    },
    { vi: 'Sửa số ngày hoặc tổng số, hoặc ghi lý do', en: 'Correct the days or the total, or give a reason' },
  );
}
