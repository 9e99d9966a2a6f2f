import { Decimal } from '@mach/base/decimal.ts';
import type { Observation } from '@mach/fhir/types.ts';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { deltaCheck } from '@mach/vn/clinical/lab-ranges.ts';
import type { LabValue } from '@mach/vn/clinical/lab-result.ts';
import { isFinal, itemOf, textOf } from '../read.ts';
import { numberOf, shownNumber } from './values.ts';

type Found = Observation & { id: string };

/** Last value of the same person, with the change up to now. */
export interface Previous {
  observation: string;
  text: string;
  at: string;
  /** Signed change, as printed; only between two plain numbers. */
  difference?: string;
  /** More than the delta rule of the item expects. */
  exceeds: boolean;
}

/** The newest validated result of each item, of other orders than `order`, that was taken before `at`. */
export function previousResults(all: readonly Found[], order: string, at: string): Map<string, Found> {
  const latest = new Map<string, Found>();
  for (const one of all) {
    const item = itemOf(one);
    const taken = one.effectiveDateTime ?? '';
    if (item === undefined || !isFinal(one) || taken === '' || Date.parse(taken) >= Date.parse(at)) continue;
    if (one.basedOn?.some((b) => b.reference === `ServiceRequest/${order}`)) continue;
    const known = latest.get(item);
    if (!known || Date.parse(known.effectiveDateTime ?? '') < Date.parse(taken)) latest.set(item, one);
  }
  return latest;
}

/** The number of a kept result; undefined for codes, and where the analyser was out of its range. */
export function plainNumber({ valueQuantity: kept }: Observation): Decimal | undefined {
  return kept?.value === undefined || kept.comparator !== undefined ? undefined : Decimal.of(String(kept.value));
}

export function compareWith(pack: LabPack, item: string, value: LabValue, at: string, before: Found): Previous {
  const base = { observation: before.id, text: textOf(before), at: before.effectiveDateTime ?? '', exceeds: false };
  const now = numberOf(value);
  const last = plainNumber(before);
  if (now === undefined || last === undefined) return base;
  const change = now.sub(last);
  const decimals = pack.analytes.get(item)?.decimals ?? 0;
  const sign = change.isNegative() ? '−' : change.isZero() ? '' : '+';
  const rule = deltaCheck(pack, item, { value: now, at }, { value: last, at: base.at });
  return { ...base, difference: `${sign}${shownNumber(change.abs(), decimals)}`, exceeds: rule?.exceeds ?? false };
}
