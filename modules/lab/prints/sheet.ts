import { join } from 'node:path';
import { refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import { idOf, orderStateOf, serviceGroupOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { DiagnosticReport, Encounter, Observation, Patient, ServiceRequest } from '@mach/fhir/types.ts';
import {
  dayInWords,
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';
import { SID } from '@mach/vn/systems.ts';
import { correctionsOf, flagCodeOf, isCritical, isFinal, textOf } from '../read.ts';

type Order = ServiceRequest & { id: string };

export type ResultLine = {
  name: string;
  value: string;
  unit: string;
  range: string;
  /** `↑`, `↓↓`, `!` with a word: never colour alone. */
  flag: string;
  abnormal: boolean;
  critical: boolean;
  /** "6,1 (sửa 24/11/2026 09:10: nhập nhầm)" */
  corrected: string;
  note: string;
};

export type ResultGroup = {
  name: string;
  code: string;
  collected: string;
  validated: string;
  validator: string;
  lines: ResultLine[];
};

/** Validated laboratory results on A4. */
export type SheetPaper = {
  title: string;
  letterhead: Letterhead;
  person: PersonOnPaper;
  visitCode: string;
  diagnosis: string;
  requester: string;
  room: string;
  groups: ResultGroup[];
  /** Ordered and not validated yet: named, so that nobody takes the sheet for complete. */
  pending: string[];
  day: string;
  validator: string;
};

const FLAGS: Readonly<Record<string, string>> = {
  L: '↓ Thấp',
  LL: '↓↓ Rất thấp',
  H: '↑ Cao',
  HH: '↑↑ Rất cao',
  A: '! Bất thường',
  AA: '!! Báo động',
};

const form: PrintForm<SheetPaper> = {
  name: 'lab.sheet',
  title: { vi: 'Phiếu kết quả xét nghiệm', en: 'Laboratory results' },
  papers: ['A4', 'A5'],
  template: join(import.meta.dirname, 'sheet.typ'),
  marks: (paper): ReturnType<NonNullable<PrintForm['marks']>> =>
    paper.visitCode === '' ? {} : { qr: { kind: 'qr', text: paper.visitCode } },
};

const finished = (order: Order): boolean => ['validated', 'seen'].includes(orderStateOf(order) ?? '');

/** By the id of an order, or of a visit: then all of its laboratory orders. */
async function fill(source: PrintSource, id: string) {
  const single = await source.find<ServiceRequest>('ServiceRequest', id);
  const visit = await source.read<Encounter>('Encounter', single ? (idOf(single.encounter) ?? '') : id);
  const orders = single ? [single] : await source.referring<ServiceRequest>('ServiceRequest.encounter', visit.id);
  const ours = orders.filter((order) => orderStateOf(order) !== 'cancelled' && (single || isLabOrder(order)));
  const patient = await source.read<Patient>('Patient', idOf(visit.subject) ?? '');
  const groups: ResultGroup[] = [];
  const reports: DiagnosticReport[] = [];
  for (const order of ours.filter(finished)) {
    const report = await latestReport(source, order);
    const lines = report ? await linesOf(source, report) : [];
    if (!report || lines.length === 0) continue;
    reports.push(report);
    groups.push(groupOf(order, report, lines));
  }
  if (groups.length === 0)
    throw refuse(
      409,
      'no-final-results',
      { vi: 'Chưa có kết quả nào được duyệt', en: 'No result has been validated yet' },
      { remedy: { vi: 'In lại sau khi phòng xét nghiệm duyệt', en: 'Print again after validation' } },
    );
  const latest = reports.sort((a, b) => ((a.issued ?? '') < (b.issued ?? '') ? -1 : 1)).at(-1);
  const code = visitCodeOf(visit) ?? '';
  const paper: SheetPaper = {
    title: 'PHIẾU KẾT QUẢ XÉT NGHIỆM',
    letterhead: source.letterhead,
    person: personOnPaper(patient, visit.period?.start ?? source.now),
    visitCode: code,
    diagnosis: visit.diagnosis?.[0]?.condition.display ?? '',
    requester: ours[0]?.requester?.display ?? '',
    room: (visit.location?.find((l) => l.status === 'active') ?? visit.location?.[0])?.location.display ?? '',
    groups,
    pending: ours.filter((order) => !finished(order)).map((order) => order.code?.text ?? ''),
    day: dayInWords(latest?.issued ?? source.now),
    validator: latest ? validatorOf(latest) : '',
  };
  return { data: paper, patient: patient.id, file: `xet-nghiem-${single ? orderCode(single) : code}` };
}

const isLabOrder = (order: Order): boolean => serviceGroupOf(order) === 'lab';
const orderCode = (order: Order): string =>
  order.identifier?.find((i) => i.system === SID.orderCode)?.value ?? order.id;
const validatorOf = (report: DiagnosticReport): string =>
  (report.resultsInterpreter ?? report.performer)?.[0]?.display ?? '';

async function latestReport(source: PrintSource, order: Order): Promise<DiagnosticReport | undefined> {
  const all = await source.referring<DiagnosticReport>('DiagnosticReport.based-on', order.id);
  return all
    .filter((r) => r.status !== 'entered-in-error' && r.status !== 'cancelled')
    .sort((a, b) => ((a.issued ?? '') < (b.issued ?? '') ? -1 : 1))
    .at(-1);
}

/** The report's own results, in its order. Preliminary values never leave the house on paper. */
async function linesOf(source: PrintSource, report: DiagnosticReport): Promise<ResultLine[]> {
  const lines: ResultLine[] = [];
  for (const reference of report.result ?? []) {
    const result = await source.find<Observation>('Observation', idOf(reference) ?? '');
    if (result && isFinal(result)) lines.push(lineOf(result));
  }
  return lines;
}

function lineOf(result: Observation): ResultLine {
  const flag = flagCodeOf(result) ?? '';
  const corrected = correctionsOf(result).at(-1);
  return {
    name: result.code.text ?? '',
    value: textOf(result),
    unit: result.valueQuantity?.unit ?? '',
    range: result.referenceRange?.[0]?.text ?? '',
    flag: FLAGS[flag] ?? '',
    abnormal: flag in FLAGS,
    critical: isCritical(result),
    corrected: corrected ? `${corrected.text} (sửa ${formatDateTime(corrected.at)}: ${corrected.reason})` : '',
    note: result.note?.map((n) => n.text).join('; ') ?? '',
  };
}

function groupOf(order: Order, report: DiagnosticReport, lines: ResultLine[]): ResultGroup {
  return {
    name: order.code?.text ?? '',
    code: orderCode(order),
    collected: report.effectiveDateTime ? formatDateTime(report.effectiveDateTime) : '',
    validated: report.issued ? formatDateTime(report.issued) : '',
    validator: validatorOf(report),
    lines,
  };
}

/** Result sheet of an order or of a visit. */
export const sheetPrint = definePrint<SheetPaper>({ form, permissions: ['lab.read-results'], fill });
