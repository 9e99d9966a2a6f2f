import { SID } from './systems.ts';

/** Numbers that stand for the person on papers and wristbands; a card's serial or a phone number does not. */
const PERSONAL: readonly string[] = [
  SID.patientCode,
  SID.temporaryPatient,
  SID.cccd,
  SID.bhyt,
  SID.bhxh,
  SID.passport,
  SID.birthCertificate,
];

/** A code as it is compared: capitals, without blanks and dashes. */
const plain = (code: string): string =>
  code
    .trim()
    .toUpperCase()
    .replace(/[\s–—-]+/g, '');

/** As much of a FHIR resource as tells who it is about. */
export interface Identified {
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
}

/**
 * Whether a scan names this person: record id, patient code, citizen or insurance number, the code of this very visit, or one
 * of `others` (numbers of insurance cards, the code of a prescription). A card's QR code counts by its first field. Another
 * visit of the same person does not count, and a part of a number never does.
 */
export function namesPerson(
  scanned: string,
  person: Identified & { readonly id: string },
  visit: Identified,
  others: readonly string[] = [],
): boolean {
  const text = scanned.trim();
  if (text === person.id || text === `Patient/${person.id}`) return true;
  const code = plain(text.includes('|') ? (text.split('|')[0] ?? '') : text);
  if (code === '') return false;
  const own = [
    ...(person.identifier ?? []).filter((i) => PERSONAL.includes(i.system ?? '')).map((i) => i.value ?? ''),
    ...(visit.identifier ?? []).filter((i) => i.system === SID.visitCode).map((i) => i.value ?? ''),
    ...others,
  ];
  return own.some((value) => value !== '' && plain(value) === code);
}
