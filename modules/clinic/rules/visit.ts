/** One person's visit on one page: what was typed, what is still to be done with it, in which order. Pure. */
import { foldText } from '@mach/base';
import type { VisitState } from '@mach/encounter/contract.ts';
import { type PrescribeLineInput, type RecordVitalsInput, unambiguous } from '@mach/outpatient/contract.ts';

export const VITALS = ['sbp', 'dbp', 'pulse', 'temp', 'spo2', 'weight', 'height'] as const;
export type VitalField = (typeof VITALS)[number];

/** A line of the prescription as it is typed. */
export interface DrugLine {
  readonly code: string;
  readonly name: string;
  readonly doseUnit: string;
  readonly morning: string;
  readonly noon: string;
  readonly afternoon: string;
  readonly evening: string;
  readonly days: string;
}

export interface VisitForm {
  readonly vitals: Readonly<Partial<Record<VitalField, string>>>;
  /** Unusual values that were looked at again, with the value that was confirmed: `sbp=230`. */
  readonly confirmed: readonly string[];
  /** As told; "0" or "không": asked, none known. Empty: nobody asked, and nothing is recorded. */
  readonly allergies: string;
  readonly history: string;
  readonly exam: string;
  readonly advice: string;
  readonly diagnoses: readonly { readonly code: string; readonly text: string }[];
  readonly services: readonly { readonly code: string; readonly name: string }[];
  readonly lines: readonly DrugLine[];
  /** The patient gets the drugs here; else they are bought elsewhere and are not on the bill. */
  readonly here: boolean;
}

export const EMPTY_FORM: VisitForm = {
  vitals: {},
  confirmed: [],
  allergies: '',
  history: '',
  exam: '',
  advice: '',
  diagnoses: [],
  services: [],
  lines: [],
  here: true,
};

/** A deed of the page. Each is one command of another module. */
export type Step =
  | 'start'
  | 'vitals'
  | 'allergies'
  | 'note'
  | 'order'
  | 'diagnose'
  | 'prescribe'
  | 'sign'
  | 'elsewhere'
  | 'pay'
  | 'dispense';

/** How "none" is typed. */
const NONE: readonly string[] = ['khong', 'k', '0', 'none', 'no'];

const BEFORE_EXAM: readonly VisitState[] = ['waiting', 'awaiting-results', 'results-ready'];
const OPEN: readonly VisitState[] = [...BEFORE_EXAM, 'in-exam'];

export interface VisitFacts {
  readonly state: VisitState;
  /** The patient's allergies were asked about before. */
  readonly allergiesKnown: boolean;
  /** A prescription of this visit that is not handed over. */
  readonly prescribed: boolean;
}

/** What one press of the finish key still does. `done`: deeds of this page that need no repeating. */
export function steps(facts: VisitFacts, form: VisitForm, done: ReadonlySet<Step>): Step[] {
  const { state } = facts;
  const list: Step[] = [];
  const add = (step: Step, when: boolean): void => {
    if (when && !done.has(step)) list.push(step);
  };
  if (OPEN.includes(state)) {
    add('start', BEFORE_EXAM.includes(state));
    add(
      'vitals',
      Object.values(form.vitals).some((value) => (value ?? '').trim() !== ''),
    );
    add('allergies', !facts.allergiesKnown && form.allergies.trim() !== '');
    add('note', true);
    add('diagnose', true);
    add('order', form.services.length > 0);
    add('prescribe', form.lines.length > 0 && !facts.prescribed);
    add('sign', true);
    return list;
  }
  if (state === 'awaiting-payment' || state === 'concluded') {
    add('elsewhere', facts.prescribed && !form.here);
    add('pay', true);
    add('dispense', facts.prescribed && form.here);
    return list;
  }
  if (state === 'settled') add('dispense', facts.prescribed && form.here);
  return list;
}

/** What is missing before the exam can be signed. */
export type Missing = 'history' | 'exam' | 'diagnosis' | 'line' | 'allergies';

export function missing(form: VisitForm, allergiesKnown: boolean): Missing[] {
  const list: Missing[] = [];
  if (form.history.trim() === '') list.push('history');
  if (form.exam.trim() === '') list.push('exam');
  if (form.diagnoses.length === 0) list.push('diagnosis');
  if (form.lines.some((line) => lineInput(line) === undefined)) list.push('line');
  // Silence is no answer: nobody gets a drug before somebody has asked.
  if (form.lines.length > 0 && !allergiesKnown && form.allergies.trim() === '') list.push('allergies');
  return list;
}

/** The line as the doctor's own command takes it; undefined while something of it is not typed. Numbers are canonical. */
export function lineInput(line: DrugLine): PrescribeLineInput | undefined {
  const days = Number(line.days);
  const slots = Object.fromEntries(
    (['morning', 'noon', 'afternoon', 'evening'] as const).flatMap((slot) =>
      Number(line[slot]) > 0 ? [[slot, unambiguous(line[slot])]] : [],
    ),
  );
  if (!Number.isInteger(days) || days < 1 || days > 90 || Object.keys(slots).length === 0) return undefined;
  return { drug: line.code, doseUnit: line.doseUnit, slots, days };
}

/** Values that were typed, none of the empty fields; and which of the unusual ones were confirmed as they stand now. */
export function vitalsInput({ vitals, confirmed }: VisitForm): Pick<RecordVitalsInput, 'values' | 'confirmed'> {
  const typed = Object.entries(vitals).filter((pair): pair is [VitalField, string] => (pair[1] ?? '') !== '');
  const sure = typed.filter(([item, value]) => confirmed.includes(confirmation(item, value))).map(([item]) => item);
  return {
    values: Object.fromEntries(typed.map(([item, value]) => [item, unambiguous(value)])),
    ...(sure.length > 0 ? { confirmed: sure } : {}),
  };
}

/** A confirmation holds for the value that was confirmed: a changed number is asked about again. */
export const confirmation = (item: string, value: string): string => `${item}=${value}`;

/** "penicillin, tôm" → two substances; "không", "k" and "0": asked, none known. */
export function allergyItems(text: string): { substance: string }[] {
  const parts = text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.some((part) => NONE.includes(foldText(part))) ? [] : parts.map((substance) => ({ substance }));
}
