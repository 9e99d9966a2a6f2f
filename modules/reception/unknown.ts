/** Somebody whom nobody can name yet: the record under a code name, and what is known to tell them by. Pure. */
import { extension } from '@mach/encounter/contract.ts';
import type { Extension, Patient } from '@mach/fhir/types.ts';
import { EXT, FHIR_BASE, SID } from '@mach/vn/systems.ts';

/** On Patient: not identified yet (complex: `marks`, `broughtBy` strings, `estimatedAge` integer, `at` instant). */
export const UNIDENTIFIED = `${FHIR_BASE}/ext/unidentified`;
/** On Patient: how somebody who had been unknown was identified (complex: `how`, `by` strings, `at` instant). */
export const IDENTIFIED = `${FHIR_BASE}/ext/identified`;

export interface UnknownFacts {
  sex: 'male' | 'female' | 'unknown';
  /** Years, as judged by the eye. */
  estimatedAge?: number;
  /** Clothes, scars, tattoos, where found. */
  marks?: string;
  broughtBy?: string;
}

/** `CC-2411-07`: day and month of Vietnam, serial of the day. */
export const unknownCode = (day: string, serial: number): string =>
  `CC-${day.slice(8, 10)}${day.slice(5, 7)}-${String(serial).padStart(2, '0')}`;

export const codeName = (code: string): string => `Nạn nhân chưa rõ danh tính ${code}`;

/**
 * The record under the code name. A judged age gives the year of birth, so that doses for children and the old are
 * looked at rightly; it says of itself that it was judged.
 */
export function unknownPatient(
  facts: UnknownFacts,
  of: { id: string; code: string; patientCode: string; day: string; at: string },
): Patient & { id: string } {
  const { sex, estimatedAge, marks, broughtBy } = facts;
  const parts: Extension[] = [{ url: 'at', valueInstant: of.at }];
  if (estimatedAge !== undefined) parts.push({ url: 'estimatedAge', valueInteger: estimatedAge });
  if (marks) parts.push({ url: 'marks', valueString: marks });
  if (broughtBy) parts.push({ url: 'broughtBy', valueString: broughtBy });
  return {
    resourceType: 'Patient',
    id: of.id,
    extension: [{ url: UNIDENTIFIED, extension: parts }],
    identifier: [
      { use: 'usual', system: SID.patientCode, value: of.patientCode },
      { use: 'temp', system: SID.temporaryPatient, value: of.code },
    ],
    active: true,
    name: [{ use: 'anonymous', text: codeName(of.code) }],
    gender: sex,
    ...(estimatedAge === undefined ? {} : { birthDate: String(Number(of.day.slice(0, 4)) - estimatedAge) }),
  };
}

/** What is known of somebody unidentified; undefined for everybody else. */
export function unidentifiedOf(
  patient: Patient,
): { code: string; marks?: string; broughtBy?: string; estimatedAge?: number } | undefined {
  const found = extension(patient, UNIDENTIFIED);
  if (!found) return undefined;
  return {
    code: patient.identifier?.find((i) => i.system === SID.temporaryPatient)?.value ?? '',
    marks: extension(found, 'marks')?.valueString,
    broughtBy: extension(found, 'broughtBy')?.valueString,
    estimatedAge: extension(found, 'estimatedAge')?.valueInteger,
  };
}

/** Extensions of a record whose person is known now; what it was told by stays in its earlier versions. */
export const identifiedExtensions = (
  patient: Pick<Patient, 'extension'>,
  of: { how: string; by: string; at: string },
): Extension[] => [
  ...(patient.extension ?? []).filter((e) => e.url !== UNIDENTIFIED),
  {
    url: IDENTIFIED,
    extension: [
      { url: 'how', valueString: of.how },
      { url: 'by', valueString: of.by },
      { url: 'at', valueInstant: of.at },
    ],
  },
];

/** Extensions of a record that takes over another's allergies: one that is known outweighs "none", and silence says nothing. */
export function jointAllergies(to: Pick<Patient, 'extension'>, from: Pick<Patient, 'extension'>): Extension[] {
  const states = [to, from].map((p) => extension(p, EXT.allergyState)?.valueCode);
  const joint = ['known', 'none'].find((state) => states.includes(state));
  const others = (to.extension ?? []).filter((e) => e.url !== EXT.allergyState);
  return joint === undefined ? others : [...others, { url: EXT.allergyState, valueCode: joint }];
}
