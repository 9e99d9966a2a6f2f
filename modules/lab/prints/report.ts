import { join } from 'node:path';
import { refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import { idOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { DiagnosticReport, Encounter, Media, Patient, ServiceRequest } from '@mach/fhir/types.ts';
import {
  dayInWords,
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';
import { EXT, SID } from '@mach/vn/systems.ts';
import { correctionsOf, imagesOf, LAB_EXT, recommendationOf } from '../read.ts';

/** The report of an imaging or functional examination, with its key images. */
export type ReportPaper = {
  title: string;
  letterhead: Letterhead;
  person: PersonOnPaper;
  visitCode: string;
  accession: string;
  technique: string;
  question: string;
  diagnosis: string;
  requester: string;
  room: string;
  performed: string;
  findings: string;
  conclusion: string;
  recommendation: string;
  /** When and why it was corrected, and what it said before; empty for a first version. */
  corrected: string;
  images: { svg: string; caption: string }[];
  day: string;
  reader: string;
};

const form: PrintForm<ReportPaper> = {
  name: 'lab.imaging',
  title: { vi: 'Phiếu kết quả chẩn đoán hình ảnh', en: 'Imaging report' },
  papers: ['A4', 'A5'],
  template: join(import.meta.dirname, 'report.typ'),
  marks: (paper): ReturnType<NonNullable<PrintForm['marks']>> =>
    paper.visitCode === '' ? {} : { qr: { kind: 'qr', text: paper.visitCode } },
};

const RASTER = /^image\/(jpeg|png)$/;

/** A picture as the page takes it: its bytes inside a drawing of its own size. Nothing of it is text that could say something else. */
function drawn({ content, width = 0, height = 0 }: Media): string | undefined {
  const { contentType = '', data = '' } = content;
  if (!RASTER.test(contentType) || !/^[A-Za-z0-9+/]+=*$/.test(data) || width <= 0 || height <= 0) return undefined;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<image width="${width}" height="${height}" href="data:${contentType};base64,${data}"/></svg>`
  );
}

async function fill(source: PrintSource, id: string) {
  const order = await source.read<ServiceRequest>('ServiceRequest', id);
  const reports = await source.referring<DiagnosticReport>('DiagnosticReport.based-on', id);
  const report = reports
    .filter((one) => one.status === 'final' || one.status === 'corrected')
    .sort((a, b) => ((a.issued ?? '') < (b.issued ?? '') ? -1 : 1))
    .at(-1);
  const findings = report?.extension?.find((one) => one.url === LAB_EXT.findings)?.valueString;
  if (!report || findings === undefined)
    throw refuse(
      409,
      'no-report',
      { vi: 'Chỉ định này chưa có kết quả để in', en: 'This examination has no report yet' },
      { remedy: { vi: 'In lại sau khi trả kết quả', en: 'Print again after it is reported' } },
    );
  const visit = await source.read<Encounter>('Encounter', idOf(order.encounter) ?? '');
  const patient = await source.read<Patient>('Patient', idOf(order.subject) ?? '');
  const images: ReportPaper['images'] = [];
  for (const { media, caption } of imagesOf(report)) {
    const svg = drawn(await source.read<Media>('Media', media));
    if (svg !== undefined) images.push({ svg, caption });
  }
  const accession = order.identifier?.find((one) => one.system === SID.accession)?.value ?? '';
  const correction = correctionsOf(report).at(-1);
  const paper: ReportPaper = {
    title: 'PHIẾU KẾT QUẢ CHẨN ĐOÁN HÌNH ẢNH',
    letterhead: source.letterhead,
    person: personOnPaper(patient, visit.period?.start ?? source.now),
    visitCode: visitCodeOf(visit) ?? '',
    accession,
    technique: order.code?.text ?? '',
    question: order.extension?.find((one) => one.url === EXT.clinicalQuestion)?.valueString ?? '',
    diagnosis: visit.diagnosis?.[0]?.condition.display ?? '',
    requester: order.requester?.display ?? '',
    room: (visit.location?.find((one) => one.status === 'active') ?? visit.location?.[0])?.location.display ?? '',
    performed: report.effectiveDateTime ? formatDateTime(report.effectiveDateTime) : '',
    findings,
    conclusion: report.conclusion ?? '',
    recommendation: recommendationOf(report),
    corrected: correction
      ? `Kết luận cũ, ${formatDateTime(correction.at)}: ${correction.text}. Lý do: ${correction.reason}`
      : '',
    images,
    day: dayInWords(report.issued ?? source.now),
    reader: (report.resultsInterpreter ?? report.performer)?.[0]?.display ?? '',
  };
  return { data: paper, patient: patient.id, file: `hinh-anh-${accession || order.id}` };
}

/** Report of an imaging or functional order. */
export const reportPrint = definePrint<ReportPaper>({ form, permissions: ['lab.read-results'], fill });
