/** Which lots each line takes: by first expiry, or as the pharmacist picked. Nothing is written here. */
import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import { addDays, formatDate } from '@mach/base/time.ts';
import { drugOf, extension } from '@mach/encounter/contract.ts';
import type { Override } from '@mach/engine/command.ts';
import { EXT } from '@mach/vn/systems.ts';
import { type DispenseWarning, OVERRIDE } from '../contract.ts';
import { checkHandPicked, type Picked, pickFirstExpiry } from '../rules/first-expiry.ts';
import { type Line, nameOf, unitOf } from './prescription.ts';
import type { Lot } from './shelf.ts';

export interface Wish {
  line: Line;
  /** Still to be handed over. */
  open: Decimal;
  /** Amount asked for now. */
  quantity?: Decimal;
  lots?: { lot: string; quantity: Decimal }[];
  /** Field of the input, for refusals. */
  field: string;
}

export interface Allocation {
  line: Line;
  drug: string;
  picked: Picked[];
  missing: Decimal;
}

export interface Allocated {
  allocations: Allocation[];
  warnings: DispenseWarning[];
  /** Everything that stops it, overridden warnings left out. */
  issues: Issue[];
}

/** Two lines of one drug share its lots: what the first takes is gone for the second. */
export function allocate(
  wishes: readonly Wish[],
  shelf: ReadonlyMap<string, readonly Lot[]>,
  today: string,
  overrides: readonly Override[],
): Allocated {
  const left = new Map([...shelf].map(([drug, lots]) => [drug, lots.map((lot) => ({ ...lot }))]));
  const result: Allocated = { allocations: [], warnings: [], issues: [] };
  for (const wish of wishes) {
    const drug = drugOf(wish.line) ?? '';
    const lots = left.get(drug) ?? [];
    const wanted = wantedOf(wish);
    if (wanted.gt(wish.open)) {
      result.issues.push(tooMuch(wish, wanted));
      continue;
    }
    const days = extension(wish.line, EXT.days)?.valuePositiveInt ?? 1;
    const courseEnd = addDays(today, days - 1);
    const { picked, missing, issues } = wish.lots
      ? { ...checkHandPicked(lots, wish.lots, today, courseEnd, `${wish.field}.lots`), missing: Decimal.ZERO }
      : { ...pickFirstExpiry(lots, wanted, today), issues: [] };
    result.issues.push(...issues.filter((i) => !overridden(i, overrides)));
    for (const one of picked) {
      const lot = lots.find((l) => l.lot === one.lot);
      if (lot) lot.quantity = lot.quantity.sub(one.quantity);
      if (one.expiry < courseEnd) result.warnings.push(endsInCourse(wish.line, one, courseEnd));
    }
    result.allocations.push({ line: wish.line, drug, picked, missing });
  }
  return result;
}

const wantedOf = ({ open, quantity, lots }: Wish): Decimal =>
  lots ? Decimal.sum(lots.map((l) => l.quantity)) : (quantity ?? open);

const overridden = (issue: Issue, overrides: readonly Override[]): boolean =>
  issue.code === OVERRIDE.notFirst && overrides.some((o) => o.rule === issue.code);

function tooMuch({ line, open, field }: Wish, wanted: Decimal): Issue {
  const amount = (d: Decimal): string => `${formatClinical(d)} ${unitOf(line)}`;
  return {
    severity: 'error',
    code: 'over-quantity',
    field,
    text: {
      vi: `${nameOf(line)}: chỉ còn phải phát ${amount(open)}, không phải ${amount(wanted)}`,
      en: `${nameOf(line)}: ${amount(open)} are left to hand over, not ${amount(wanted)}`,
    },
    remedy: { vi: 'Phát đúng số còn lại của đơn', en: 'Hand over what the prescription still asks for' },
  };
}

function endsInCourse(line: Line, { lot, expiry }: Picked, courseEnd: string): DispenseWarning {
  return {
    code: 'expires-in-course',
    medicationRequest: line.id,
    text: {
      vi: `${nameOf(line)}: lô ${lot} hết hạn ${formatDate(expiry)}, trước khi hết đợt (${formatDate(courseEnd)})`,
      en: `${nameOf(line)}: lot ${lot} expires on ${formatDate(expiry)}, before the treatment ends (${formatDate(courseEnd)})`,
    },
  };
}
