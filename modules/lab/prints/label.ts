import { join } from 'node:path';
import { refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import { idOf, serviceOf } from '@mach/encounter/contract.ts';
import type { Patient, ServiceRequest, Specimen } from '@mach/fhir/types.ts';
import {
  definePrint,
  type Letterhead,
  type Mark,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';
import { SID } from '@mach/vn/systems.ts';

export type TubeLabel = {
  person: PersonOnPaper;
  code: string;
  tube: string;
  collected: string;
  tests: string;
  /** Ordered in a hurry: processed first. */
  urgent: boolean;
};

/** What is stuck on tubes (50 × 30 mm each). */
export type LabelPaper = { title: string; letterhead: Letterhead; labels: TubeLabel[] };

const form: PrintForm<LabelPaper> = {
  name: 'lab.label',
  title: { vi: 'Nhãn ống mẫu', en: 'Tube label' },
  papers: ['label-50x30'],
  template: join(import.meta.dirname, 'label.typ'),
  marks: (paper) =>
    Object.fromEntries(paper.labels.map(({ code }): [string, Mark] => [code, { kind: 'code128', text: code }])),
};

/** The tubes that were filled last for a visit: one deed gives one strip of labels. */
async function lastTubes(source: PrintSource, visit: string): Promise<(Specimen & { id: string })[]> {
  const orders = await source.referring<ServiceRequest>('ServiceRequest.encounter', visit);
  const ids = new Set(orders.flatMap((order) => idOf(order.specimen?.[0]) ?? []));
  const tubes: (Specimen & { id: string })[] = [];
  for (const id of ids) {
    const tube = await source.find<Specimen>('Specimen', id);
    if (tube?.status === 'available') tubes.push(tube);
  }
  const at = (tube: Specimen): string => tube.collection?.collectedDateTime ?? '';
  const last = tubes.map(at).sort().at(-1);
  const code = (tube: Specimen): string => tube.identifier?.[0]?.value ?? '';
  return tubes.filter((tube) => at(tube) === last).sort((a, b) => (code(a) < code(b) ? -1 : 1));
}

/** By the id of a tube, or of a visit: then all that was filled last for it, in the order of draw. */
async function fill(source: PrintSource, id: string) {
  const tube = await source.find<Specimen>('Specimen', id);
  const tubes = tube ? [tube] : await lastTubes(source, id);
  if (tubes.length === 0)
    throw refuse(
      404,
      'no-tube',
      { vi: 'Không có ống nào để in nhãn', en: 'There is no tube to label' },
      { remedy: { vi: 'Lấy mẫu trước', en: 'Collect the specimens first' } },
    );
  const labels: TubeLabel[] = [];
  const people = new Set<string>();
  for (const specimen of tubes) {
    people.add(idOf(specimen.subject) ?? '');
    labels.push(await labelOf(source, specimen));
  }
  const [patient = ''] = people;
  // Labels of two people in one strip end on the wrong tube.
  if (people.size > 1)
    throw refuse(409, 'two-people', {
      vi: 'Các ống này của nhiều người: in riêng từng người',
      en: 'These tubes belong to several people: print them one person at a time',
    });
  const paper: LabelPaper = { title: 'NHÃN ỐNG MẪU', letterhead: source.letterhead, labels };
  return { data: paper, patient, file: `nhan-${labels.map((label) => label.code).join('-')}` };
}

async function labelOf(source: PrintSource, specimen: Specimen): Promise<TubeLabel> {
  const code = specimen.identifier?.find((i) => i.system === SID.specimen)?.value;
  if (code === undefined || specimen.status !== 'available')
    throw refuse(409, 'no-label', {
      vi: code === undefined ? 'Mẫu này không có mã' : `Mẫu ${code} đã bị từ chối: không in nhãn nữa`,
      en: code === undefined ? 'This specimen has no code' : `Specimen ${code} was rejected: no label any more`,
    });
  const patient = await source.read<Patient>('Patient', idOf(specimen.subject) ?? '');
  const orders: ServiceRequest[] = [];
  for (const request of specimen.request ?? []) {
    const order = await source.find<ServiceRequest>('ServiceRequest', idOf(request) ?? '');
    if (order) orders.push(order);
  }
  const at = specimen.collection?.collectedDateTime ?? source.now;
  return {
    person: personOnPaper(patient, at),
    code,
    // Name of the tube without its additive, codes of the tests without their names: all of it has to fit.
    tube: specimen.container?.[0]?.description?.split(',')[0] ?? '',
    collected: formatDateTime(at),
    tests: orders.map((order) => serviceOf(order) ?? order.code?.text ?? '').join(', '),
    urgent: orders.some((order) => order.priority === 'stat' || order.priority === 'urgent'),
  };
}

/** The labels of tubes, by the id of a Specimen or of a visit. */
export const labelPrint = definePrint<LabelPaper>({ form, permissions: ['lab.collect', 'lab.receive'], fill });
