import type { Encounter, Patient } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';

const PERSONAL: readonly string[] = [SID.patientCode, SID.temporaryPatient, SID.cccd, SID.bhyt, SID.bhxh, SID.passport];
const plain = (code: string): string =>
  code
    .trim()
    .toUpperCase()
    .replace(/[\s–—-]+/g, '');

/** Whether a scan at the window names this person, this visit or this prescription. A card's QR code counts by its first field. */
export function namesReceiver(
  scanned: string,
  patient: Patient & { id: string },
  visit: Encounter,
  others: readonly string[],
): boolean {
  const text = scanned.trim();
  if (text === patient.id || text === `Patient/${patient.id}`) return true;
  const code = plain(text.includes('|') ? (text.split('|')[0] ?? '') : text);
  const own = [
    ...(patient.identifier ?? []).filter((i) => PERSONAL.includes(i.system ?? '')).map((i) => i.value ?? ''),
    ...(visit.identifier ?? []).filter((i) => i.system === SID.visitCode).map((i) => i.value ?? ''),
    ...others,
  ];
  return code !== '' && own.some((value) => value !== '' && plain(value) === code);
}
