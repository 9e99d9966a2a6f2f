import { join } from 'node:path';
import { formatDateTime, formatTime } from '@mach/base/time.ts';
import { idOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { Encounter, Observation, Patient, ServiceRequest, Task } from '@mach/fhir/types.ts';
import {
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';
import { CODES, emergencyOf, isBundle, isCoded } from '../records.ts';
import { timelineOf } from '../rules/timeline.ts';

type TimelineLine = {
  time: string;
  /** Minutes since the door: "+12′". */
  since: string;
  kind: string;
  what: string;
  detail: string;
  who: string;
};

/** The course of one emergency on one page. */
export type TimelinePaper = {
  title: string;
  letterhead: Letterhead;
  person: PersonOnPaper;
  visitCode: string;
  complaint: string;
  arrived: string;
  level: string;
  diagnosis: string;
  lines: TimelineLine[];
  /** Bundles that still run: nobody takes the sheet for finished. */
  running: string[];
};

const form: PrintForm<TimelinePaper> = {
  name: 'emergency.timeline',
  title: { vi: 'Diễn tiến cấp cứu', en: 'Emergency timeline' },
  papers: ['A4'],
  template: join(import.meta.dirname, 'timeline.typ'),
  marks: (paper): ReturnType<NonNullable<PrintForm['marks']>> =>
    paper.visitCode === '' ? {} : { qr: { kind: 'qr', text: paper.visitCode } },
};

async function fill(source: PrintSource, id: string) {
  const visit = await source.read<Encounter>('Encounter', id);
  const patient = await source.read<Patient>('Patient', idOf(visit.subject) ?? '');
  const observations = await source.referring<Observation>('Observation.encounter', id);
  const tasks = await source.referring<Task>('Task.encounter', id);
  const orders = await source.referring<ServiceRequest>('ServiceRequest.encounter', id);
  const { doorAt } = emergencyOf(visit);
  const since = (at: string): string => `+${Math.max(0, Math.floor((Date.parse(at) - Date.parse(doorAt)) / 60_000))}′`;
  const triage = observations
    .filter((o) => isCoded(o, CODES.triage))
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? -1 : 1))
    .at(-1);
  const code = visitCodeOf(visit) ?? '';
  const paper: TimelinePaper = {
    title: 'DIỄN TIẾN CẤP CỨU',
    letterhead: source.letterhead,
    person: personOnPaper(patient, doorAt || source.now),
    visitCode: code,
    complaint: visit.reasonCode?.[0]?.text ?? '',
    arrived: doorAt === '' ? '' : formatDateTime(doorAt),
    level: triage ? `${triage.valueInteger ?? ''} – ${triage.interpretation?.[0]?.text ?? ''}` : '',
    diagnosis: visit.diagnosis?.find((d) => d.rank === 1)?.condition.display ?? '',
    lines: timelineOf({ visit, observations, tasks, orders }).map(({ at, ...entry }) => ({
      time: formatTime(at),
      since: since(at),
      ...entry,
    })),
    running: tasks.filter((t) => isBundle(t) && t.status === 'in-progress').map((t) => t.code?.text ?? ''),
  };
  return { data: paper, patient: patient.id, file: `cap-cuu-${code}` };
}

/** By the id of the visit. */
export const timelinePrint = definePrint<TimelinePaper>({ form, permissions: ['emergency.see-board'], fill });
