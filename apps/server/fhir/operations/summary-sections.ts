import type { Text } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import type { StoredRecord } from '@mach/store';

/*
 * Sections of the International Patient Summary (HL7 IPS; ISO 27269). Codes are LOINC. A record goes into the first
 * section that takes it.
 */

export interface SectionSpec {
  readonly code: string;
  readonly title: Text;
  /** The summary must have it, if only to say that nothing is known. */
  readonly required: boolean;
  /** `today` is the local date. */
  takes(record: StoredRecord, today: string): boolean;
  /** Most records shown, the latest first. */
  readonly limit?: number;
  /** One record, the latest, of each code. */
  readonly latestOfEach?: boolean;
}

interface Concept {
  coding?: { system?: string; code?: string; display?: string }[];
  text?: string;
}
type Fields = Record<string, unknown> & {
  status?: string;
  code?: Concept;
  category?: Concept[] | Concept | string[];
  clinicalStatus?: Concept;
  verificationStatus?: Concept;
};

const fields = (record: StoredRecord): Fields => record.resource as unknown as Fields;
const codes = (concept: Concept | undefined): string[] =>
  (concept?.coding ?? []).flatMap((c) => (c.code ? [c.code] : []));

function isVoid(f: Fields): boolean {
  const verification = codes(f.verificationStatus);
  return (
    f.status === 'entered-in-error' || verification.includes('entered-in-error') || verification.includes('refuted')
  );
}

function categories(f: Fields): string[] {
  return [f.category ?? []].flat().flatMap((c) => (typeof c === 'string' ? [c] : codes(c as Concept)));
}

const ACTIVE = new Set(['active', 'recurrence', 'relapse']);
const isActive = (f: Fields): boolean => {
  const status = codes(f.clinicalStatus);
  return status.length === 0 || status.some((s) => ACTIVE.has(s));
};
/** LOINC codes of pregnancy status, estimated dates of delivery, and numbers of pregnancies and births. */
const PREGNANCY = new Set([
  '82810-3',
  '11778-8',
  '11779-6',
  '11780-4',
  '11636-8',
  '11637-6',
  '11638-4',
  '11639-2',
  '11640-0',
  '11612-9',
  '11613-7',
  '11614-5',
  '33065-4',
]);
/** LOINC codes of tobacco use and alcohol use. */
const SOCIAL = new Set(['72166-2', '74013-4']);
const FINAL = new Set(['final', 'amended', 'corrected']);

const is =
  (type: string, test: (f: Fields, today: string) => boolean) =>
  (record: StoredRecord, today: string): boolean =>
    record.type === type && !isVoid(fields(record)) && test(fields(record), today);
const any =
  (...tests: ((record: StoredRecord, today: string) => boolean)[]) =>
  (record: StoredRecord, today: string): boolean =>
    tests.some((test) => test(record, today));

/** A prescription counts while it is active, or while its supply lasts. */
function isCurrentPrescription(f: Fields, today: string): boolean {
  if (f.status === 'active' || f.status === 'on-hold') return true;
  const supply = f.dispenseRequest as { validityPeriod?: { end?: string } } | undefined;
  return f.status === 'completed' && (supply?.validityPeriod?.end ?? '') >= today;
}

const observation = (test: (f: Fields) => boolean): ReturnType<typeof is> =>
  is('Observation', (f) => FINAL.has(f.status ?? '') && test(f));

export const SECTIONS: readonly SectionSpec[] = [
  {
    code: '11450-4',
    title: { vi: 'Vấn đề sức khoẻ hiện tại', en: 'Problem list' },
    required: true,
    takes: is('Condition', isActive),
  },
  {
    code: '48765-2',
    title: { vi: 'Dị ứng và không dung nạp', en: 'Allergies and intolerances' },
    required: true,
    takes: is('AllergyIntolerance', isActive),
  },
  {
    code: '10160-0',
    title: { vi: 'Thuốc đang dùng', en: 'Medication use' },
    required: true,
    takes: any(
      is('MedicationStatement', (f) => f.status === 'active' || f.status === 'intended' || f.status === 'on-hold'),
      is('MedicationRequest', isCurrentPrescription),
    ),
  },
  {
    code: '11369-6',
    title: { vi: 'Tiêm chủng', en: 'Immunizations' },
    required: false,
    takes: is('Immunization', (f) => f.status === 'completed'),
  },
  {
    code: '47519-4',
    title: { vi: 'Thủ thuật, phẫu thuật', en: 'Procedures' },
    required: false,
    takes: is('Procedure', (f) => f.status === 'completed' || f.status === 'in-progress'),
  },
  {
    code: '46264-8',
    title: { vi: 'Thiết bị y tế trên người', en: 'Medical devices' },
    required: false,
    takes: is('DeviceUseStatement', (f) => f.status === 'active'),
  },
  {
    code: '10162-6',
    title: { vi: 'Thai sản', en: 'Pregnancy' },
    required: false,
    takes: observation((f) => codes(f.code).some((c) => PREGNANCY.has(c))),
  },
  {
    code: '29762-2',
    title: { vi: 'Lối sống', en: 'Social history' },
    required: false,
    takes: observation((f) => categories(f).includes('social-history') || codes(f.code).some((c) => SOCIAL.has(c))),
  },
  {
    code: '8716-3',
    title: { vi: 'Dấu hiệu sinh tồn', en: 'Vital signs' },
    required: false,
    takes: observation((f) => categories(f).includes('vital-signs')),
    latestOfEach: true,
  },
  {
    code: '30954-2',
    title: { vi: 'Kết quả xét nghiệm, chẩn đoán hình ảnh', en: 'Results' },
    required: false,
    takes: any(
      observation((f) => categories(f).some((c) => c === 'laboratory' || c === 'imaging')),
      is('DiagnosticReport', (f) => FINAL.has(f.status ?? '')),
    ),
    limit: 60,
  },
  {
    code: '11348-0',
    title: { vi: 'Tiền sử bệnh', en: 'History of past illness' },
    required: false,
    takes: is('Condition', (f) => !isActive(f)),
  },
  {
    code: '47420-5',
    title: { vi: 'Tình trạng chức năng', en: 'Functional status' },
    required: false,
    takes: is('ClinicalImpression', (f) => f.status === 'completed'),
  },
  {
    code: '18776-5',
    title: { vi: 'Kế hoạch chăm sóc', en: 'Plan of care' },
    required: false,
    takes: is('CarePlan', (f) => f.status === 'active'),
  },
  {
    code: '42348-3',
    title: { vi: 'Ý nguyện trước', en: 'Advance directives' },
    required: false,
    takes: is('Consent', (f) => f.status === 'active' && codes(f.scope as Concept).includes('adr')),
  },
];

/** The code that says what a record is about, for one line of each. */
export function conceptKey(record: StoredRecord): string {
  const { code } = fields(record);
  const [coding] = code?.coding ?? [];
  return coding?.code ? `${coding.system ?? ''}|${coding.code}` : (code?.text ?? record.id);
}

const shown = (concept: Concept | undefined): string | undefined =>
  concept?.text ?? concept?.coding?.find((c) => c.display)?.display ?? concept?.coding?.[0]?.code;

/** One line for people about a record: what, how much, when. Everything comes from the record itself. */
export function lineOf(record: StoredRecord): { what: string; detail: string; date: string } {
  const f = fields(record);
  const what =
    shown(f.code) ??
    shown(f.medicationCodeableConcept as Concept) ??
    (f.medicationReference as { display?: string } | undefined)?.display ??
    shown(f.vaccineCode as Concept) ??
    (f.device as { display?: string } | undefined)?.display ??
    (f.title as string | undefined) ??
    (f.description as string | undefined) ??
    record.type;
  return { what, detail: detailOf(f), date: dateOf(f) };
}

function detailOf(f: Fields): string {
  const quantity = f.valueQuantity as { value?: number; unit?: string; comparator?: string } | undefined;
  if (quantity) return `${quantity.comparator ?? ''}${quantity.value ?? ''} ${quantity.unit ?? ''}`.trim();
  const components = f.component as (Fields & { valueQuantity?: { value?: number; unit?: string } })[] | undefined;
  if (components)
    return components
      .map(
        (c) =>
          `${shown(c.code) ?? ''}: ${c.valueQuantity ? detailOf(c) : (shown(c.valueCodeableConcept as Concept) ?? '')}`,
      )
      .join('; ');
  const text = f.valueString ?? f.conclusion ?? shown(f.valueCodeableConcept as Concept);
  if (typeof text === 'string') return text;
  const dosage = (f.dosageInstruction ?? f.dosage) as { text?: string }[] | undefined;
  if (dosage) return dosage.flatMap((d) => (d.text ? [d.text] : [])).join('; ');
  const reaction = (f.reaction as { manifestation?: Concept[] }[] | undefined)?.flatMap((r) => r.manifestation ?? []);
  if (reaction?.length) return reaction.map((m) => shown(m) ?? '').join(', ');
  return typeof f.criticality === 'string' ? f.criticality : '';
}

const DATES = [
  'effectiveDateTime',
  'performedDateTime',
  'occurrenceDateTime',
  'onsetDateTime',
  'recordedDate',
  'authoredOn',
  'issued',
  'dateAsserted',
  'date',
  'created',
  'dateTime',
];

/** A date as recorded; of an instant the day in Viet Nam. */
const dayOf = (recorded: string): string => (recorded.includes('T') ? localDate(recorded) : recorded);

/** The date as recorded, for the eye and for the order: the first that the record has. */
export function dateOf(f: Record<string, unknown>): string {
  for (const key of DATES) if (typeof f[key] === 'string') return dayOf(f[key] as string);
  for (const key of ['effectivePeriod', 'performedPeriod', 'onsetPeriod', 'period']) {
    const start = (f[key] as { start?: string } | undefined)?.start;
    if (start) return dayOf(start);
  }
  return '';
}
