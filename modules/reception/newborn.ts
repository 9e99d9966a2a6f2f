/** A child that has no name and no number of its own yet: how it is called, and by whom it is known. Pure. */
import type { Extension, Observation, Patient, RelatedPerson } from '@mach/fhir/types.ts';
import { CS, SID } from '@mach/vn/systems.ts';

/** HL7's extension on `birthDate`: the hour and minute of birth. */
const BIRTH_TIME = 'http://hl7.org/fhir/StructureDefinition/patient-birthTime';
/** The types of records know no members that stand beside a date. */
type Timed = Patient & { _birthDate?: { extension?: Extension[] } };

/** LOINC "birth weight measured". The weight of a day (29463-7) is weighed anew: doses never go by this one. */
export const BIRTH_WEIGHT = '8339-4';
const MOTHER = { system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'Mẹ' } as const;

/** Until this age the hour of birth belongs to the person's particulars (MA_LK tables: NGAY_SINH up to 28 days). */
export const NEWBORN_DAYS = 28;
const DAY_MS = 24 * 3_600_000;

/** Whether somebody born then is a newborn at that moment. */
export const isNewborn = (bornAt: string, at: string): boolean => {
  const age = Date.parse(at) - Date.parse(bornAt);
  return age >= 0 && age <= NEWBORN_DAYS * DAY_MS;
};

const ORDER = ['một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám'] as const;

/** "Con bà Trần Thị Lan"; of several children "Con bà Trần Thị Lan, bé hai" without the comma that a name may not have. */
export function newbornName(mother: string, birth: { readonly children: number; readonly order: number }): string {
  const name = `Con bà ${mother}`;
  return birth.children > 1 ? `${name} - bé ${ORDER[birth.order - 1] ?? String(birth.order)}` : name;
}

/** `SS-2411-07`: day and month of registration, serial of the day. */
export const newbornCode = (day: string, serial: number): string =>
  `SS-${day.slice(8, 10)}${day.slice(5, 7)}-${String(serial).padStart(2, '0')}`;

/** The record with the hour of birth and the code by which the child is known until it has a number. */
export function asNewborn(
  patient: Patient,
  of: { code: string; bornAt: string; ownName: boolean; order?: number },
): Timed {
  const { code, bornAt, ownName, order } = of;
  return {
    ...patient,
    _birthDate: { extension: [{ url: BIRTH_TIME, valueDateTime: bornAt }] },
    identifier: [...(patient.identifier ?? []), { use: 'temp', system: SID.temporaryPatient, value: code }],
    name: ownName ? patient.name : [{ use: 'temp', text: patient.name?.[0]?.text }],
    ...(order === undefined ? {} : { multipleBirthInteger: order }),
  };
}

/** The hour of birth, where it is known. */
export const birthTimeOf = (patient: Patient): string | undefined =>
  (patient as Timed)._birthDate?.extension?.find((one) => one.url === BIRTH_TIME)?.valueDateTime;

/** The record without the hour: the day that it was told with is another one now. */
export function withoutBirthTime(patient: Patient): Patient {
  const { _birthDate: _, ...rest } = patient as Timed;
  return rest;
}

/** The mother as a person of this child: the way from one record to the other. */
export function motherOf(
  child: string,
  mother: { readonly name: string; readonly patientCode?: string; readonly phone?: string },
): RelatedPerson {
  const { name, patientCode, phone } = mother;
  return {
    resourceType: 'RelatedPerson',
    active: true,
    patient: { reference: `Patient/${child}` },
    relationship: [{ coding: [MOTHER], text: MOTHER.display }],
    name: [{ text: name }],
    ...(patientCode ? { identifier: [{ system: SID.patientCode, value: patientCode }] } : {}),
    ...(phone ? { telecom: [{ system: 'phone', value: phone }] } : {}),
  };
}

export const isMother = (person: RelatedPerson): boolean =>
  person.active !== false &&
  person.relationship?.some((one) => one.coding?.some((c) => c.code === MOTHER.code)) === true;

/** What the child weighed when it was born, grams. */
export function birthWeight(of: {
  child: string;
  name: string;
  grams: number;
  bornAt: string;
  at: string;
}): Observation {
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    code: { coding: [{ system: CS.loinc, code: BIRTH_WEIGHT }], text: 'Cân nặng khi sinh' },
    subject: { reference: `Patient/${of.child}`, display: of.name },
    effectiveDateTime: of.bornAt,
    issued: of.at,
    valueQuantity: { value: of.grams, unit: 'g', system: CS.ucum, code: 'g' },
  };
}
