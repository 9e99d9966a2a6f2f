/** What the triage page keeps, and what follows from it. Pure. */
import type { Decimal } from '@mach/base/decimal.ts';
import {
  assessVitals,
  type Effort,
  type Refill,
  type VitalItemCode,
  type VitalPacks,
} from '@mach/outpatient/contract.ts';
import type { TriageInput } from '../contract.ts';
import { proposeTriage, type TriageProposal } from '../rules/triage.ts';
import type { Level, TriagePack } from '../rules/triage-pack.ts';

export interface TriageForm {
  signs: string[];
  values: Partial<Record<VitalItemCode, string>>;
  oxygen: 'air' | 'oxygen' | null;
  consciousness: 'A' | 'C' | 'V' | 'P' | 'U' | null;
  refill: Refill | null;
  effort: Effort | null;
  pregnant: boolean;
  confirmed: boolean;
  level: Level | null;
  reason: string;
}

export const EMPTY_TRIAGE: TriageForm = {
  signs: [],
  values: {},
  oxygen: null,
  consciousness: null,
  refill: null,
  effort: null,
  pregnant: false,
  confirmed: false,
  level: null,
  reason: '',
};

/** In the order in which a monitor gives them; weight because doses go by it. */
export const TRIAGE_ITEMS: readonly VitalItemCode[] = [
  'sbp',
  'dbp',
  'pulse',
  'temp',
  'resp',
  'spo2',
  'gcs',
  'pain',
  'glucose',
  'weight',
];

export interface TriageAge {
  days: number | undefined;
  years: number | undefined;
  months: number | undefined;
}

type Assessed = ReturnType<typeof assessVitals>;

export interface TriageState {
  found: Assessed;
  proposal: TriageProposal;
  /** Chosen, or as proposed; null while nothing was seen, measured or chosen. */
  level: Level | null;
  /** The level is the nurse's own: it needs a reason. */
  own: boolean;
  /** The set of vital signs to send; undefined: nothing was measured. */
  vitals: TriageInput['vitals'];
  /** Values that are unusual and not confirmed yet. */
  unusual: string[];
}

const filled = (form: TriageForm): [string, string][] => Object.entries(form.values).filter(([, v]) => v !== '');

export function triageState(form: TriageForm, age: TriageAge, packs: VitalPacks, pack: TriagePack): TriageState {
  const values = Object.fromEntries(filled(form));
  const set = {
    values,
    ...(form.consciousness === null ? {} : { consciousness: form.consciousness }),
    ...(form.oxygen === null ? {} : { oxygen: form.oxygen === 'oxygen' }),
    ...(form.refill === null ? {} : { refill: form.refill }),
    ...(form.effort === null ? {} : { effort: form.effort }),
    ...(form.pregnant ? { pregnant: true } : {}),
  };
  const found = assessVitals(set, { ageDays: age.days, ageYears: age.years, ageMonths: age.months, ...packs });
  // A number that cannot be, or is half typed, grades nobody.
  const impossible = found.errors.map((e) => e.field);
  const possible = Object.entries(found.values).filter(([item]) => !impossible.includes(`values.${item}`));
  const warning = impossible.some((field) => field?.startsWith('values.')) ? undefined : found.warning;
  const proposal = proposeTriage(
    {
      signs: form.signs,
      values: Object.fromEntries(possible) as Readonly<Record<string, Decimal | undefined>>,
      consciousness: form.consciousness ?? undefined,
      score: warning && { scale: warning.scale, risk: warning.risk, text: warning.text, complete: warning.complete },
      ageYears: age.years,
    },
    pack,
  );
  const given = filled(form).length > 0 || [form.consciousness, form.refill, form.effort].some((one) => one !== null);
  const unusual = found.warnings.map((w) => (w.field ?? '').replace('values.', ''));
  return {
    found,
    proposal,
    level: form.level ?? (proposal.assessed ? proposal.level : null),
    own: form.level !== null && (form.level !== proposal.level || !proposal.assessed),
    vitals: given ? { ...set, ...(form.confirmed && unusual.length > 0 ? { confirmed: unusual } : {}) } : undefined,
    unusual: form.confirmed ? [] : unusual,
  };
}

/** The command of a form. */
export function toTriage(encounter: string, form: TriageForm, state: TriageState): TriageInput {
  const reason = form.reason.trim();
  return {
    encounter,
    signs: form.signs,
    ...(state.vitals ? { vitals: state.vitals } : {}),
    ...(form.level !== null && state.own ? { level: form.level, reason } : {}),
  };
}
