/** Vital signs of the records as the strip under the banner shows them. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { localDate } from '@mach/base/time.ts';
import { idOf } from '@mach/encounter/contract.ts';
import type { Observation } from '@mach/fhir/types.ts';
import type { Flag } from '@mach/ui/clinical/result.ts';
import type { Vital } from '@mach/ui/clinical/vitals-strip.tsx';
import { kilograms } from '@mach/vn/clinical/weight.ts';
import { CS } from '@mach/vn/systems.ts';

type Kind = Exclude<Vital['kind'], 'other'> | 'height' | 'bmi' | 'glucose';

/** LOINC code of each sign, as the `vitals` pack has it. */
const LOINC: Readonly<Record<Exclude<Kind, 'news2'>, string>> = {
  bp: '85354-9',
  pulse: '8867-4',
  temperature: '8310-5',
  spo2: '59408-5',
  breaths: '9279-1',
  weight: '29463-7',
  height: '8302-2',
  bmi: '39156-5',
  glucose: '14743-9',
};
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';

const STANDING = ['final', 'amended', 'corrected'];

/** One sign, the newest there is. */
export interface LastVital {
  readonly kind: Kind;
  /** Canonical number, of blood pressure "148/86". */
  readonly value: string;
  readonly unit?: string;
  readonly at: string;
  readonly flag?: Flag;
  /** Measured in another visit. */
  readonly earlier: boolean;
  /** Of a score: how much of it was recorded ("5/7"). */
  readonly note?: string;
}

const hasCode = (o: Observation, system: string, code: string): boolean =>
  o.code.coding?.some((c) => c.system === system && c.code === code) ?? false;

/** The newest standing value of every sign: of this visit, else of an earlier one. */
export function lastVitals(
  all: readonly Observation[],
  encounter: string,
  adult: boolean,
): ReadonlyMap<Kind, LastVital> {
  const found = new Map<Kind, LastVital>();
  const standing = all
    .filter((o) => STANDING.includes(o.status) && o.effectiveDateTime !== undefined)
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? 1 : -1));
  const own = standing.filter((o) => idOf(o.encounter) === encounter);
  const others = standing.filter((o) => idOf(o.encounter) !== encounter);
  for (const one of [...own, ...others]) {
    const kind = kindOf(one);
    if (kind === undefined || found.has(kind)) continue;
    const earlier = idOf(one.encounter) !== encounter;
    // A score of another day says nothing of this one.
    if (earlier && kind === 'news2') continue;
    const value = textOf(one, kind);
    if (value === undefined) continue;
    found.set(kind, {
      kind,
      value,
      unit: kind === 'weight' ? 'kg' : one.valueQuantity?.unit,
      at: one.effectiveDateTime ?? '',
      flag: earlier ? undefined : flagOf(kind, value, one, adult),
      earlier,
      note: kind === 'news2' ? recordedOf(one) : undefined,
    });
  }
  return found;
}

function kindOf(o: Observation): Kind | undefined {
  if (hasCode(o, CS.score, 'news2')) return 'news2';
  return (Object.keys(LOINC) as (keyof typeof LOINC)[]).find((kind) => hasCode(o, CS.loinc, LOINC[kind]));
}

function textOf(o: Observation, kind: Kind): string | undefined {
  if (kind === 'news2') return o.valueInteger === undefined ? undefined : String(o.valueInteger);
  if (kind === 'weight') return kilograms(o.valueQuantity)?.toString();
  if (kind !== 'bp') return o.valueQuantity?.value === undefined ? undefined : String(o.valueQuantity.value);
  const part = (code: string): number | undefined =>
    o.component?.find((c) => c.code.coding?.some((k) => k.code === code))?.valueQuantity?.value;
  const [sbp, dbp] = [part(SYSTOLIC), part(DIASTOLIC)];
  return sbp === undefined && dbp === undefined ? undefined : `${sbp ?? '—'}/${dbp ?? '—'}`;
}

function recordedOf(o: Observation): string | undefined {
  const computed = o.extension?.find((e) => e.extension?.some((x) => x.url === 'recorded'));
  const recorded = computed?.extension?.find((x) => x.url === 'recorded')?.valueString;
  const [given, of] = recorded?.split('/') ?? [];
  return given === of ? undefined : recorded;
}

/** Usual ranges of an adult at rest; hypertension from 140/90 (QĐ 3192/QĐ-BYT). Children: only what calls for help. */
const ADULT: Readonly<Partial<Record<Kind, readonly [low: string, high: string]>>> = {
  pulse: ['50', '100'],
  temperature: ['35.5', '37.4'],
  breaths: ['12', '20'],
  spo2: ['94', '100'],
};

function flagOf(kind: Kind, value: string, o: Observation, adult: boolean): Flag | undefined {
  if (o.interpretation?.some((i) => i.coding?.some((c) => c.code === 'AA'))) return 'critical';
  if (kind === 'news2') return singleThree(o) ? 'abnormal' : undefined;
  if (!adult) return undefined;
  if (kind === 'bp') {
    const [sbp, dbp] = value.split('/').map(Number);
    if ((sbp ?? 0) >= 140 || (dbp ?? 0) >= 90) return 'high';
    return (sbp ?? 120) < 90 || (dbp ?? 80) < 50 ? 'low' : undefined;
  }
  const range = ADULT[kind];
  if (!range) return undefined;
  const number = Decimal.of(value);
  return number.lt(range[0]) ? 'low' : number.gt(range[1]) ? 'high' : undefined;
}

/** One parameter at three points is answered like a score of 5 or 6. */
const singleThree = (o: Observation): boolean => o.component?.some((c) => c.valueInteger === 3) ?? false;

/** Days after which an adult's weight is grey with its date. */
const WEIGHT_DAYS = 90;

/** The strip, always with the same signs in the same order; what was not measured is shown as not done. Weight stands in the banner. */
export function strip(found: ReadonlyMap<Kind, LastVital>, labels: { bmi: string }): Vital[] {
  const vital = (kind: Exclude<Vital['kind'], 'other'>, unit?: string): Vital => {
    const last = found.get(kind);
    return {
      kind,
      value: last?.value,
      unit: last && unit,
      flag: last?.flag,
      at: last?.at,
      stale: last?.earlier,
      note: last?.note,
    };
  };
  const bmi = found.get('bmi');
  return [
    vital('bp'),
    vital('pulse'),
    vital('temperature', '°C'),
    vital('spo2', '%'),
    vital('breaths'),
    ...(bmi ? [{ kind: 'other' as const, label: labels.bmi, value: bmi.value, at: bmi.at, stale: bmi.earlier }] : []),
    vital('news2'),
  ];
}

/** Weight for the banner, and whether it is too old to dose by. */
export function weightOf(
  found: ReadonlyMap<Kind, LastVital>,
  now: string,
): { value: string; at: string; stale: boolean } | undefined {
  const last = found.get('weight');
  if (!last) return undefined;
  const days = (Date.parse(localDate(now)) - Date.parse(localDate(last.at))) / 86_400_000;
  return { value: last.value, at: localDate(last.at), stale: days > WEIGHT_DAYS };
}
