import { join } from 'node:path';
import { formatDateTime } from '@mach/base/time.ts';
import { idOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { Encounter, Patient } from '@mach/fhir/types.ts';
import {
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';

/**
 * The band around a wrist. It says who somebody is and nothing else: allergies stand in the record, since a band that
 * names none would be read as "none".
 */
export type WristbandPaper = {
  title: string;
  letterhead: Letterhead;
  person: PersonOnPaper;
  visitCode: string;
  arrived: string;
};

const form: PrintForm<WristbandPaper> = {
  name: 'reception.wristband',
  title: { vi: 'Vòng đeo tay', en: 'Wristband' },
  papers: ['band-25x250'],
  template: join(import.meta.dirname, 'wristband.typ'),
  marks: ({ visitCode, person }): ReturnType<NonNullable<PrintForm['marks']>> => ({
    qr: { kind: 'qr', text: visitCode || person.code },
  }),
};

async function fill(source: PrintSource, id: string) {
  const visit = await source.read<Encounter>('Encounter', id);
  const patient = await source.read<Patient>('Patient', idOf(visit.subject) ?? '');
  const arrived = visit.period?.start ?? source.now;
  const paper: WristbandPaper = {
    title: 'Vòng đeo tay',
    letterhead: source.letterhead,
    person: personOnPaper(patient, arrived),
    visitCode: visitCodeOf(visit) ?? '',
    arrived: formatDateTime(arrived),
  };
  return { data: paper, patient: patient.id, file: `vong-tay-${paper.visitCode}` };
}

/** The wristband of a visit, by the id of the Encounter. */
export const wristbandPrint = definePrint<WristbandPaper>({
  form,
  permissions: ['reception.see', 'emergency.see-board'],
  fill,
});
