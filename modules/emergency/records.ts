/** What the emergency room keeps in records: its own extensions and codes, read and written here only. Pure. */
import { extension, idOf } from '@mach/encounter/contract.ts';
import type { Encounter, Extension, Observation, Task } from '@mach/fhir/types.ts';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';
import type { ArrivalMode, Stage } from './contract.ts';
import type { RunState, StepMark } from './rules/bundle-run.ts';

/** On Encounter (complex): `door` instant, `mode`, `stage` codes, `bed` string. */
export const EMERGENCY = `${FHIR_BASE}/ext/emergency`;
/** On Task (complex): where a bundle stands, for those who do not read its rules. */
export const RUN = `${FHIR_BASE}/ext/bundle-run`;
/** On Task.output (complex): `kind` code, `by`, `text` strings, `order` and `given` references. */
const MARK = `${FHIR_BASE}/ext/bundle-mark`;
/** On the triage Observation (complex): `seeBy`, `recheckAt` instants. */
export const TRIAGE_CLOCK = `${FHIR_BASE}/ext/triage-clock`;
/** `Task.code` of a running bundle, `type` of its marks. */
export const BUNDLE = `${FHIR_BASE}/cs/emergency-bundle`;
export const STEP = `${FHIR_BASE}/cs/emergency-step`;

export const CLASS_EMERGENCY = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: 'EMER',
  display: 'emergency',
} as const;

/** `Observation.code` of what this module writes. */
export const CODES = { triage: 'triage', disposition: 'emergency-disposition', event: 'emergency-event' } as const;

export const isCoded = (o: Observation, code: string): boolean =>
  o.code.coding?.some((c) => c.system === CS.score && c.code === code) ?? false;

export interface EmergencyFacts {
  doorAt: string;
  mode: ArrivalMode;
  stage?: Stage;
  bed?: string;
}

/** Somebody whom reception sent has no marks yet: the door is the opening of the visit. */
export function emergencyOf(visit: Encounter): EmergencyFacts {
  const found = extension(visit, EMERGENCY);
  return {
    doorAt: extension(found, 'door')?.valueInstant ?? visit.period?.start ?? '',
    mode: (extension(found, 'mode')?.valueCode ?? 'walk') as ArrivalMode,
    stage: extension(found, 'stage')?.valueCode as Stage | undefined,
    bed: extension(found, 'bed')?.valueString,
  };
}

/** The visit with these facts, in the emergency class. */
export function withEmergency<E extends Encounter>(visit: E, change: Partial<EmergencyFacts>): E {
  const facts = { ...emergencyOf(visit), ...change };
  const parts: Extension[] = [
    { url: 'door', valueInstant: facts.doorAt },
    { url: 'mode', valueCode: facts.mode },
  ];
  if (facts.stage) parts.push({ url: 'stage', valueCode: facts.stage });
  if (facts.bed) parts.push({ url: 'bed', valueString: facts.bed });
  const others = (visit.extension ?? []).filter((e) => e.url !== EMERGENCY);
  return { ...visit, class: CLASS_EMERGENCY, extension: [...others, { url: EMERGENCY, extension: parts }] };
}

export const bundleCodeOf = (task: Task): string => task.code?.coding?.find((c) => c.system === BUNDLE)?.code ?? '';

export const isBundle = (task: Task): boolean => bundleCodeOf(task) !== '';

export const doorOf = (task: Task): string => extension(extension(task, RUN), 'door')?.valueInstant ?? '';

export function marksOf(task: Task): StepMark[] {
  return (task.output ?? []).map((output) => {
    const mark = extension(output, MARK);
    const parts = mark?.extension ?? [];
    return {
      step: output.type.coding?.find((c) => c.system === STEP)?.code ?? '',
      kind: (extension(mark, 'kind')?.valueCode ?? 'done') as StepMark['kind'],
      at: output.valueDateTime ?? '',
      by: extension(mark, 'by')?.valueString ?? '',
      text: extension(mark, 'text')?.valueString ?? '',
      orders: parts.filter((p) => p.url === 'order').map((p) => idOf(p.valueReference) ?? ''),
      given: idOf(extension(mark, 'given')?.valueReference),
    };
  });
}

/** One mark as an output of the task. */
export function outputOf(mark: StepMark, name: string): NonNullable<Task['output']>[number] {
  const parts: Extension[] = [
    { url: 'kind', valueCode: mark.kind },
    { url: 'by', valueString: mark.by },
  ];
  if (mark.text) parts.push({ url: 'text', valueString: mark.text });
  if (mark.given) parts.push({ url: 'given', valueReference: { reference: `MedicationAdministration/${mark.given}` } });
  for (const order of mark.orders)
    parts.push({ url: 'order', valueReference: { reference: `ServiceRequest/${order}` } });
  return {
    extension: [{ url: MARK, extension: parts }],
    type: { coding: [{ system: STEP, code: mark.step }], text: name },
    valueDateTime: mark.at,
  };
}

/** Where the run stands, for the board: names are Vietnamese, the words of the record. */
export function runExtension(doorAt: string, hash: string, state: RunState): Extension {
  const parts: Extension[] = [
    { url: 'door', valueInstant: doorAt },
    { url: 'hash', valueString: hash },
    { url: 'done', valueInteger: state.done },
    { url: 'total', valueInteger: state.total },
  ];
  if (state.next) {
    parts.push({ url: 'nextStep', valueString: state.next.rule.vi });
    parts.push({ url: 'nextDueAt', valueInstant: state.next.dueAt });
  }
  if (state.clock) {
    parts.push({ url: 'clock', valueString: state.clock.rule.vi });
    parts.push({ url: 'clockDueAt', valueInstant: state.clock.dueAt });
  }
  return { url: RUN, extension: parts };
}
