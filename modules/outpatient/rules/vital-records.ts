import type { Decimal } from '@mach/base/decimal.ts';
import type { CodeableConcept, Observation } from '@mach/fhir/types.ts';
import { type Consciousness, NEWS2_PARAMETERS, type News2Parameter, type News2Score } from '@mach/vn/clinical/news2.ts';
import type { VitalItem } from '@mach/vn/clinical/vitals.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import type { VitalItemCode } from '../lists.ts';
import { type EarlyWarning, SCALES } from './early-warning.ts';
import type { Effort, Refill } from './pews.ts';
import { news2Verdict, type VitalFindings } from './vitals.ts';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
/** Vital signs, weight, height, head circumference, oxygen saturation and BMI panel. */
export const VITALS_PANEL = '85353-1';
const BLOOD_PRESSURE = '85354-9';
export const WEIGHT = '29463-7';
/** On a set: calls for the front of the queue (boolean). */
export const URGENT = 'https://mach.vn/fhir/ext/urgent';
const URGENT_ITEM = 'urgent-';

type ObservationComponent = NonNullable<Observation['component']>[number];
type Content = Pick<Observation, 'code'> & Partial<Observation>;

export interface VitalFrame
  extends Pick<Observation, 'subject' | 'encounter' | 'effectiveDateTime' | 'issued' | 'performer'> {
  /** Typed long after it was measured. */
  late: boolean;
}

interface Source {
  found: VitalFindings;
  consciousness?: Consciousness;
  refill?: Refill;
  effort?: Effort;
  note?: string;
  /** Items that call for the front of the queue now: of this set, and of the one before where not measured again. */
  urgent: readonly string[];
  frame: VitalFrame;
  items: ReadonlyMap<string, VitalItem>;
}

export interface VitalMember {
  key: string;
  resource: Observation;
  /** Keys of members that it was computed from. */
  from: string[];
  /** An early-warning score counts it. */
  counts: boolean;
}

const SCORED_ITEMS: readonly string[] = ['resp', 'spo2', 'bp', 'pulse', 'temp', 'acvpu', 'refill', 'effort'];
const CHOICE_NAMES: Readonly<Record<'refill' | 'effort', string>> = {
  refill: 'Đổ đầy mao mạch',
  effort: 'Gắng sức hô hấp',
};

export const isVitalsPanel = (o: Observation): boolean =>
  o.code.coding?.some((c) => c.system === CS.loinc && c.code === VITALS_PANEL) ?? false;

/**
 * Items of the last set that called for the front and that this set does not answer: not measured again, or a NEWS2 that
 * was incomplete this time. A weight alone must not hide the pressure that was measured before it.
 */
export function stillUrgent(earlier: readonly Observation[], found: VitalFindings): string[] {
  const last = earlier
    .filter((o) => isVitalsPanel(o) && o.status !== 'entered-in-error')
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? 1 : -1))[0];
  const items = (last?.interpretation ?? [])
    .flatMap((i) => i.coding ?? [])
    .flatMap((c) => (c.code?.startsWith(URGENT_ITEM) ? [c.code.slice(URGENT_ITEM.length)] : []));
  return items.filter((item) =>
    SCALES.some((scale) => scale === item)
      ? !found.warning?.complete
      : found.values[item as VitalItemCode] === undefined,
  );
}

/** The Observations of one set, without ids: the caller writes them and links derived ones. Pure. */
export function observationsOf(source: Source): {
  members: VitalMember[];
  news2(score: News2Score, hash: string): Observation;
  warning(score: EarlyWarning, hash: string): Observation;
  panel: Observation;
} {
  const { found, items } = source;
  const base = baseOf(source.frame);
  const member = (key: string, resource: Content, from: string[] = []): VitalMember => ({
    key,
    resource: { ...base, ...resource },
    from,
    counts: SCORED_ITEMS.includes(key),
  });
  const members: VitalMember[] = [];
  const { sbp, dbp, o2flow, ...single } = found.values;
  if (sbp || dbp)
    members.push(
      member('bp', {
        code: loinc(BLOOD_PRESSURE, 'Huyết áp'),
        interpretation: urgent(found, 'sbp', 'dbp'),
        component: [component(items, 'sbp', sbp), component(items, 'dbp', dbp)],
      }),
    );
  for (const [code, value] of Object.entries(single)) {
    if (!value) continue;
    const oxygen =
      code === 'spo2' && found.oxygen !== undefined ? [component(items, 'o2flow', o2flow ?? air(found))] : [];
    members.push(
      member(code, {
        code: conceptOf(items, code),
        valueQuantity: quantity(items, code, value),
        interpretation: urgent(found, code),
        component: oxygen.length > 0 ? oxygen : undefined,
      }),
    );
  }
  if (o2flow && !single.spo2)
    members.push(
      member('o2flow', { code: conceptOf(items, 'o2flow'), valueQuantity: quantity(items, 'o2flow', o2flow) }),
    );
  if (source.consciousness)
    members.push(
      member('acvpu', {
        code: conceptOf(items, 'acvpu'),
        valueCodeableConcept: {
          coding: [{ system: CS.score, code: `acvpu-${source.consciousness}` }],
          text: source.consciousness,
        },
      }),
    );
  for (const item of ['refill', 'effort'] as const) {
    const chosen = source[item];
    if (chosen !== undefined)
      members.push(
        member(item, {
          code: { coding: [{ system: CS.score, code: item }], text: CHOICE_NAMES[item] },
          valueCodeableConcept: { coding: [{ system: CS.score, code: `${item}-${chosen}` }] },
        }),
      );
  }
  if (found.bmi)
    members.push(
      member('bmi', { code: conceptOf(items, 'bmi'), valueQuantity: quantity(items, 'bmi', found.bmi) }, [
        'weight',
        'height',
      ]),
    );
  const framed = (own: Content): Observation => ({
    ...base,
    ...own,
    extension: [...(base.extension ?? []), ...(own.extension ?? [])],
  });
  return {
    members,
    news2: (score, hash) => framed(news2Observation(score, hash)),
    warning: (score, hash) => framed(warningObservation(score, hash)),
    panel: {
      ...base,
      code: loinc(VITALS_PANEL, 'Dấu hiệu sinh tồn'),
      extension: [...(base.extension ?? []), { url: URGENT, valueBoolean: source.urgent.length > 0 }],
      interpretation: [
        {
          coding: [
            { system: INTERPRETATION, code: source.urgent.length > 0 ? 'AA' : 'N' },
            ...source.urgent.map((item) => ({ system: CS.score, code: `${URGENT_ITEM}${item}` })),
          ],
        },
      ],
      note: source.note === undefined ? undefined : [{ text: source.note }],
    },
  };
}

function baseOf(frame: VitalFrame): Omit<Observation, 'code'> {
  const { late, ...rest } = frame;
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: CATEGORY, code: 'vital-signs' }] }],
    extension: late ? [{ url: EXT.lateEntry, valueBoolean: true }] : undefined,
    ...rest,
  };
}

const loinc = (code: string, text: string): CodeableConcept => ({ coding: [{ system: CS.loinc, code }], text });

function conceptOf(items: Source['items'], code: string): CodeableConcept {
  const item = items.get(code);
  if (!item) throw new RangeError(`the pack of vital signs has no item ${code}`);
  return { coding: [{ system: CS.loinc, code: item.loinc, display: item.en }], text: item.vi };
}

function quantity(items: Source['items'], code: string, value: Decimal) {
  const item = items.get(code);
  return { value: value.toNumber(), unit: item?.unit, system: CS.ucum, code: item?.ucum };
}

/** Room air is a flow of zero; oxygen whose flow nobody read has no number. */
const air = (found: VitalFindings): 'air' | undefined => (found.oxygen === false ? 'air' : undefined);

function component(items: Source['items'], code: string, value: Decimal | 'air' | undefined): ObservationComponent {
  const concept = conceptOf(items, code);
  if (value === undefined)
    return { code: concept, dataAbsentReason: { coding: [{ system: ABSENT, code: 'unknown' }] } };
  const item = items.get(code);
  const number = value === 'air' ? 0 : value.toNumber();
  return { code: concept, valueQuantity: { value: number, unit: item?.unit, system: CS.ucum, code: item?.ucum } };
}

/** Marked as calling for the front of the queue. */
function urgent(found: VitalFindings, ...codes: string[]): CodeableConcept[] | undefined {
  return codes.some((code) => found.urgent.includes(code))
    ? [{ coding: [{ system: INTERPRETATION, code: 'AA' }] }]
    : undefined;
}

const PARAMETER_NAMES: Readonly<Record<News2Parameter, string>> = {
  resp: 'Nhịp thở',
  spo2: 'SpO₂',
  oxygen: 'Thở oxy',
  sbp: 'Huyết áp tâm thu',
  pulse: 'Mạch',
  consciousness: 'Ý thức',
  temp: 'Nhiệt độ',
};

/** The score with the points of each parameter; what is missing is there as missing, so that nobody reads a zero. */
function news2Observation(score: News2Score, hash: string): Content {
  const verdict = news2Verdict(score);
  return {
    code: { coding: [{ system: CS.score, code: 'news2', display: 'NEWS2' }], text: 'NEWS2' },
    valueInteger: score.total,
    interpretation: [{ coding: [{ system: CS.score, code: `news2-${verdict.risk}` }], text: verdict.riskText.vi }],
    component: NEWS2_PARAMETERS.map((parameter): ObservationComponent => {
      const code = {
        coding: [{ system: CS.score, code: `news2-${parameter}` }],
        text: PARAMETER_NAMES[parameter],
      };
      const points = score.scores[parameter];
      return points === undefined
        ? { code, dataAbsentReason: { coding: [{ system: ABSENT, code: 'not-performed' }] } }
        : { code, valueInteger: points };
    }),
    extension: [computedBy('NEWS2', hash, score.recorded)],
  };
}

const computedBy = (name: string, hash: string, recorded: string) => ({
  url: EXT.computedBy,
  extension: [
    { url: 'name', valueString: name },
    { url: 'hash', valueString: hash },
    { url: 'recorded', valueString: recorded },
  ],
});

/** PEWS of a child, MEOWS in pregnancy: the same shape under their own codes. Triggers of MEOWS have no sum. */
function warningObservation(score: EarlyWarning, hash: string): Content {
  const { scale } = score;
  const name = scale.toUpperCase();
  return {
    code: { coding: [{ system: CS.score, code: scale, display: name }], text: name },
    ...(score.total === null ? { valueString: score.text.vi } : { valueInteger: score.total }),
    interpretation: [{ coding: [{ system: CS.score, code: `${scale}-${score.risk}` }], text: score.riskText.vi }],
    component: score.parts.map((part): ObservationComponent => {
      const code = { coding: [{ system: CS.score, code: `${scale}-${part.parameter}` }], text: part.name.vi };
      return part.points === null
        ? { code, dataAbsentReason: { coding: [{ system: ABSENT, code: 'not-performed' }] } }
        : { code, valueInteger: part.points };
    }),
    extension: [computedBy(name, hash, score.recorded)],
  };
}
