import { join } from 'node:path';
import { formatDateTime } from '@mach/base/time.ts';
import {
  idOf,
  PAYER_LABELS,
  PRIORITY_LABELS,
  payerOf,
  priorityOf,
  queueNumberOf,
  visitCodeOf,
} from '@mach/encounter/contract.ts';
import type { Communication, Encounter, Location, Patient } from '@mach/fhir/types.ts';
import {
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';
import { SID } from '@mach/vn/systems.ts';
import { toldWait } from '../queue/records.ts';

/** The slip that a visitor of the desk walks away with (80 mm). */
export type TicketPaper = {
  title: string;
  letterhead: Letterhead;
  number: string;
  /** Code on the door, and what is behind it. */
  door: string;
  room: string;
  person: PersonOnPaper;
  visitCode: string;
  arrived: string;
  /** "Ưu tiên: từ 75 tuổi"; empty without. */
  priority: string;
  payer: string;
  /** "Chờ khoảng 10–25 phút"; empty where nothing was told. */
  wait: string;
};

const form: PrintForm<TicketPaper> = {
  name: 'reception.ticket',
  title: { vi: 'Phiếu số thứ tự', en: 'Queue ticket' },
  papers: ['80mm', '58mm'],
  template: join(import.meta.dirname, 'ticket.typ'),
  marks: (paper): ReturnType<NonNullable<PrintForm['marks']>> =>
    paper.visitCode === '' ? {} : { qr: { kind: 'qr', text: paper.visitCode } },
};

async function fill(source: PrintSource, id: string) {
  const visit = await source.read<Encounter>('Encounter', id);
  const patient = await source.read<Patient>('Patient', idOf(visit.subject) ?? '');
  const { level, reason } = priorityOf(visit);
  const payer = payerOf(visit);
  const place = visit.location?.find((l) => l.status === 'active') ?? visit.location?.[0];
  const door = await source.find<Location>('Location', idOf(place?.location) ?? '');
  const told = toldWait(await source.referring<Communication>('Communication.encounter', visit.id));
  const paper: TicketPaper = {
    title: 'PHIẾU SỐ THỨ TỰ',
    letterhead: source.letterhead,
    number: queueNumberOf(visit) ?? '—',
    door: door?.identifier?.find((i) => i.system === SID.location)?.value ?? '',
    room: place?.location.display ?? '',
    person: personOnPaper(patient, visit.period?.start ?? source.now),
    visitCode: visitCodeOf(visit) ?? '',
    arrived: formatDateTime(visit.period?.start ?? source.now),
    priority: level > 0 ? ['Ưu tiên', reason && PRIORITY_LABELS[reason].vi].filter(Boolean).join(': ') : '',
    payer: payer ? PAYER_LABELS[payer].vi : '',
    wait: told ? `Chờ khoảng ${told.from}–${told.to} phút` : '',
  };
  return { data: paper, patient: patient.id, file: `phieu-so-${paper.visitCode}` };
}

/** The queue ticket of a visit, by the id of the Encounter. */
export const ticketPrint = definePrint<TicketPaper>({ form, permissions: ['reception.see', 'reception.kiosk'], fill });
