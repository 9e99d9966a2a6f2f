/** Between the fields that the desk types and the Patient record. Pure. */
import { foldText } from '@mach/base/fold.ts';
import { defined, extension } from '@mach/encounter/contract.ts';
import type { Address, ContactPoint, Extension, Identifier, Patient } from '@mach/fhir/types.ts';
import { splitName, tidyName } from '@mach/vn/names.ts';
import { type IdPaper, type PersonInput, tidyPerson } from '@mach/vn/person.ts';
import { CS, EXT, FHIR_BASE, SID } from '@mach/vn/systems.ts';
import type { PersonFields } from './inputs.ts';
import { withoutBirthTime } from './newborn.ts';
import { addressText, type Units } from './units.ts';

/** Tags by which people of like names and the same birth date are found, and the guard of a registration. */
export const PERSON_KEY = `${FHIR_BASE}/cs/person-key`;

export const PAPER_SYSTEM: Readonly<Partial<Record<IdPaper, string>>> = {
  cccd: SID.cccd,
  cmnd: SID.cmnd,
  passport: SID.passport,
  'birth-certificate': SID.birthCertificate,
  temporary: SID.temporaryPatient,
};

/**
 * Two keys of a name: family and given name, middle and given name. Names that are alike share one of them: a letter
 * that differs stands in the family name, the middle name, or not at all.
 */
function nameKeys(name: string): string[] {
  const parts = splitName(name);
  const word = (text: string): string => foldText(text).replaceAll(' ', '-');
  if (!parts.split) {
    const words = tidyName(name).split(' ');
    const last = word(words.at(-1) ?? '');
    return [`f.${word(words[0] ?? '')}.${last}`, `m.${word(words.slice(1, -1).join(' '))}.${last}`];
  }
  const given = word(parts.given);
  return [`f.${word(parts.family)}.${given}`, `m.${word(parts.middle)}.${given}`];
}

/** `1964-07-14`, `1964-07`, `1964`: a date, and what is left of it when less of it is known. */
const coarser = (date: string): string[] => [10, 7, 4].filter((n) => n <= date.length).map((n) => date.slice(0, n));

/**
 * Keys under which a person is kept: the birth date as far as it is known (`=`), and its coarser forms for those of whom
 * less is known. The whole date stands in the key, so that of all who carry a name only those of one day are compared.
 */
export function personKeys(name: string, birthDate: string): string[] {
  const [own = '', ...less] = coarser(birthDate);
  return nameKeys(name).flatMap((key) => [`=${own}.${key}`, ...less.map((date) => `${date}.${key}`)]);
}

/** Keys under which people stand who may be this one: known as exactly, known less exactly, and known better. */
export function lookalikeKeys(name: string, birthDate: string): string[] {
  const forms = coarser(birthDate);
  const [own = ''] = forms;
  return nameKeys(name).flatMap((key) => [
    ...forms.map((date) => `=${date}.${key}`),
    ...(own.length < 10 ? [`${own}.${key}`] : []),
  ]);
}

/** The fields as the national checks take them. */
export const personInput = (person: Partial<PersonFields>): PersonInput => ({
  name: person.name ?? '',
  birthDate: person.birthDate ?? '',
  sex: person.sex ?? 'unknown',
  idPaper: person.idPaper ?? 'none',
  idNumber: person.idNumber,
  provinceCode: person.provinceCode,
  wardCode: person.wardCode,
  addressLine: person.addressLine,
  phone: person.phone,
  noPhone: person.noPhone,
  guardian: person.guardian,
});

export interface PersonFacts {
  patientCode: string;
  units: Units;
  /** Names of codes, where the packs know them. */
  occupationName?: string;
  ethnicName?: string;
  /** Set when the paper was scanned: who compared it, and when. */
  checked?: { by: string; at: string };
}

const coding = (url: string, system: string, code: string, display?: string): Extension => ({
  url,
  valueCoding: { system, code, display },
});

/** The record of a person. What `base` carries beyond these fields (other identifiers, extensions) is kept. */
export function patientFrom(fields: Partial<PersonFields>, facts: PersonFacts, base?: Patient): Patient {
  const tidy = tidyPerson(personInput(fields));
  const name = splitName(tidy.name);
  const own = new Set<string>([EXT.ethnic, EXT.occupation, EXT.nationality, EXT.workplace, EXT.noPhone]);
  const extensions: Extension[] = (base?.extension ?? []).filter((e) => !own.has(e.url));
  if (fields.ethnic) extensions.push(coding(EXT.ethnic, CS.ethnic, fields.ethnic, facts.ethnicName));
  if (fields.occupation)
    extensions.push(coding(EXT.occupation, CS.occupation, fields.occupation, facts.occupationName));
  extensions.push({ url: EXT.nationality, valueCode: fields.nationality ?? 'VN' });
  if (fields.workplace) extensions.push({ url: EXT.workplace, valueString: fields.workplace });
  if (tidy.noPhone && !tidy.phone) extensions.push({ url: EXT.noPhone, valueBoolean: true });
  return {
    ...(base && base.birthDate !== tidy.birthDate ? withoutBirthTime(base) : base),
    resourceType: 'Patient',
    meta: {
      ...base?.meta,
      tag: [
        ...(base?.meta?.tag ?? []).filter((t) => t.system !== PERSON_KEY),
        ...personKeys(tidy.name, tidy.birthDate).map((code) => ({ system: PERSON_KEY, code })),
      ],
    },
    extension: extensions,
    identifier: identifiers(tidy, facts, base),
    active: base?.active ?? true,
    name: keepsTemporaryName(base, tidy.name) ?? [
      {
        use: 'official',
        text: tidy.name,
        ...(name.split
          ? { family: name.family, given: [name.middle, name.given].filter((part) => part !== '') }
          : { given: [name.whole] }),
      },
    ],
    telecom: telecom(tidy.phone, base),
    gender: tidy.sex,
    birthDate: tidy.birthDate,
    address: address(tidy, facts.units) ?? base?.address,
    contact: contacts(tidy),
  };
}

/** "Con bà …" stays what it is, a name for the time being, until the child gets another. */
const keepsTemporaryName = (base: Patient | undefined, name: string): Patient['name'] | undefined =>
  base?.name?.[0]?.use === 'temp' && base.name[0].text === name ? base.name : undefined;

function identifiers(person: PersonInput, facts: PersonFacts, base?: Patient): Identifier[] {
  const kept = (base?.identifier ?? []).filter((i) => i.system !== SID.patientCode);
  const list: Identifier[] = [{ use: 'usual', system: SID.patientCode, value: facts.patientCode }];
  const system = PAPER_SYSTEM[person.idPaper];
  const number = person.idNumber?.trim();
  if (system === undefined || number === undefined || number === '') return [...list, ...kept];
  const { checked } = facts;
  const before = kept.find((i) => i.system === system && i.value === number);
  const paper: Identifier = {
    ...before,
    use: 'official',
    system,
    value: number,
    extension: checked
      ? [
          {
            url: EXT.idChecked,
            extension: [
              { url: 'by', valueString: checked.by },
              { url: 'at', valueInstant: checked.at },
            ],
          },
        ]
      : before?.extension,
  };
  return [...list, paper, ...kept.filter((i) => i.system !== system)];
}

function telecom(phone: string | undefined, base?: Patient): ContactPoint[] {
  const others = (base?.telecom ?? []).filter((t) => t.system !== 'phone');
  return phone ? [{ system: 'phone', value: phone, use: 'mobile' }, ...others] : others;
}

/** Undefined when nothing of it is known: an imported address in plain text then stays. */
function address(person: PersonInput, units: Units): Address[] | undefined {
  const { provinceCode, wardCode, addressLine } = person;
  if (!provinceCode && !wardCode && !addressLine) return undefined;
  const extensions: Extension[] = [];
  if (provinceCode) extensions.push(coding(EXT.province, CS.province, provinceCode, units.provinces.get(provinceCode)));
  if (wardCode) extensions.push(coding(EXT.ward, CS.ward, wardCode, units.wards.get(wardCode)?.name));
  const home: Address = {
    extension: extensions,
    use: 'home',
    text: addressText(person, units),
    line: addressLine ? [addressLine] : undefined,
    city: units.provinces.get(provinceCode ?? ''),
    country: 'VN',
  };
  return [home];
}

function contacts({ guardian }: PersonInput): NonNullable<Patient['contact']> {
  if (!guardian?.name) return [];
  return [
    {
      relationship: guardian.relation ? [{ text: guardian.relation }] : undefined,
      name: { text: guardian.name },
      telecom: guardian.phone ? [{ system: 'phone', value: guardian.phone }] : undefined,
      extension: guardian.noPhone && !guardian.phone ? [{ url: EXT.noPhone, valueBoolean: true }] : undefined,
    },
  ];
}

/** The fields as they stand in a record: what a form shows and an update starts from. */
export function personOf(patient: Patient): Partial<PersonFields> {
  const paper = (Object.entries(PAPER_SYSTEM) as [IdPaper, string][]).find(([, system]) =>
    patient.identifier?.some((i) => i.system === system),
  );
  const number = paper && patient.identifier?.find((i) => i.system === paper[1])?.value;
  const home = patient.address?.[0];
  const contact = patient.contact?.[0];
  const fields: Partial<PersonFields> = {
    name: patient.name?.[0]?.text,
    birthDate: patient.birthDate,
    sex: patient.gender,
    idPaper: paper?.[0] ?? 'none',
    idNumber: number,
    provinceCode: extension(home, EXT.province)?.valueCoding?.code,
    wardCode: extension(home, EXT.ward)?.valueCoding?.code,
    addressLine: home?.line?.[0],
    phone: patient.telecom?.find((t) => t.system === 'phone')?.value,
    noPhone: extension(patient, EXT.noPhone)?.valueBoolean,
    occupation: extension(patient, EXT.occupation)?.valueCoding?.code,
    ethnic: extension(patient, EXT.ethnic)?.valueCoding?.code,
    nationality: extension(patient, EXT.nationality)?.valueCode,
    workplace: extension(patient, EXT.workplace)?.valueString,
  };
  if (contact)
    fields.guardian = {
      name: contact.name?.text,
      relation: contact.relationship?.[0]?.text,
      phone: contact.telecom?.[0]?.value,
      noPhone: extension(contact, EXT.noPhone)?.valueBoolean,
    };
  return defined(fields);
}

export const patientCodeOf = (patient: Patient): string | undefined =>
  patient.identifier?.find((i) => i.system === SID.patientCode)?.value;
