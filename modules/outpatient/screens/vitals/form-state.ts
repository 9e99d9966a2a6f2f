/** What the form of vital signs keeps, and what follows from it. Pure. */
import type { Issue } from '@mach/base';
import type { Range } from '@mach/ui/base/range.ts';
import type { Consciousness } from '@mach/vn/clinical/news2.ts';
import type { VitalsPack } from '@mach/vn/clinical/vitals.ts';
import { type QueueRow, type RecordVitalsInput, unambiguous, type VitalItemCode } from '../../contract.ts';
import { ADULT_DAYS } from '../../rules/age.ts';
import type { Effort, Refill } from '../../rules/pews.ts';
import { itemOf, type VitalFindings } from '../../rules/vitals.ts';

export interface VitalsForm {
  /** Canonical decimals, empty where nothing is typed. */
  values: Partial<Record<VitalItemCode, string>>;
  oxygen: 'air' | 'oxygen' | null;
  consciousness: Consciousness | null;
  pregnant: boolean;
  refill: Refill | null;
  effort: Effort | null;
  /** SpO₂ scale 2: a doctor has decided on 88–92 %. */
  scale2: boolean;
  note: string;
  /** Items whose unusual value was looked at again, with the value that was confirmed: `sbp=230`. */
  confirmed: string[];
}

export const EMPTY: VitalsForm = {
  values: {},
  oxygen: null,
  consciousness: null,
  pregnant: false,
  refill: null,
  effort: null,
  scale2: false,
  note: '',
  confirmed: [],
};

/** The fields in the order in which hands and devices give them; Enter goes from one to the next. */
export const FIELDS: readonly VitalItemCode[] = [
  'sbp',
  'dbp',
  'pulse',
  'temp',
  'resp',
  'spo2',
  'o2flow',
  'weight',
  'height',
  'glucose',
  'pain',
];

const typed = (form: VitalsForm): [VitalItemCode, string][] =>
  Object.entries(form.values).filter(([, value]) => value !== '') as [VitalItemCode, string][];

export const isEmpty = (form: VitalsForm): boolean => typed(form).length === 0 && form.consciousness === null;

const confirmation = (form: VitalsForm, item: string): string => `${item}=${form.values[item as VitalItemCode] ?? ''}`;

/** A confirmation holds for the value that was confirmed: a changed number is asked about again. */
export const isConfirmed = (form: VitalsForm, item: string): boolean =>
  form.confirmed.includes(confirmation(form, item));

export const confirm = (form: VitalsForm, item: string): VitalsForm =>
  isConfirmed(form, item) ? form : { ...form, confirmed: [...form.confirmed, confirmation(form, item)] };

/** Unusual values that nobody has confirmed. */
export const open = (form: VitalsForm, found: Pick<VitalFindings, 'warnings'>): Issue[] =>
  found.warnings.filter((issue) => !isConfirmed(form, itemOf(issue)));

/** The form as the pure check and the command take it. */
export function toInput(encounter: string, form: VitalsForm): RecordVitalsInput {
  const confirmed = [...new Set(form.confirmed.map((c) => c.split('=')[0] ?? ''))].filter((item) =>
    isConfirmed(form, item),
  );
  return {
    encounter,
    values: Object.fromEntries(typed(form).map(([item, value]) => [item, unambiguous(value)])),
    ...(form.consciousness === null ? {} : { consciousness: form.consciousness }),
    ...(form.oxygen === null ? {} : { oxygen: form.oxygen === 'oxygen' }),
    ...(form.pregnant ? { pregnant: true } : {}),
    ...(form.scale2 && !form.pregnant ? { spo2Scale: 2 as const } : {}),
    ...(form.refill ? { refill: form.refill } : {}),
    ...(form.effort ? { effort: form.effort } : {}),
    ...(confirmed.length > 0 ? { confirmed } : {}),
    ...(form.note.trim() === '' ? {} : { note: form.note.trim() }),
  };
}

/** Usual and possible values of an item at an age. */
export function rangeOf(pack: VitalsPack, item: string, ageDays: number | undefined): Range | undefined {
  const days = ageDays ?? ADULT_DAYS;
  const found = pack.ranges.get(item)?.find((r) => r.ageFromDays <= days && days < r.ageToDays);
  if (!found) return undefined;
  return {
    soft: [found.softLow.toNumber(), found.softHigh.toNumber()],
    hard: [found.hardLow.toNumber(), found.hardHigh.toNumber()],
  };
}

/** Where a value stands between the bounds of a bar, percent. */
export function placeOf(value: string, [low, high]: readonly [number, number]): number {
  const share = ((Number(value) - low) / (high - low)) * 100;
  return Math.min(100, Math.max(0, Math.round(share * 10) / 10));
}

/** Whole mg/dL of a glucose in mmol/L (molar mass 180.16 g/mol). */
export const mgPerDl = (mmol: string): string => String(Math.round(Number(mmol) * 18.016));

const isPriority = (row: QueueRow): number => row.priority ?? 0;

/** Who is measured next: nobody's values yet, priority first, then as they came. Measured people stand below. */
export function worklist(rows: readonly QueueRow[]): QueueRow[] {
  return [...rows].sort(
    (a, b) =>
      Number(a.vitalsAt !== null) - Number(b.vitalsAt !== null) ||
      isPriority(b) - isPriority(a) ||
      ((a.arrivedAt ?? '') < (b.arrivedAt ?? '') ? -1 : 1),
  );
}

/** The next person to measure after one is done. */
export const nextPerson = (rows: readonly QueueRow[], done: string): QueueRow | undefined =>
  worklist(rows).find((row) => row.key !== done && row.vitalsAt === null);
