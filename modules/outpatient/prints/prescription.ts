import { join } from 'node:path';
import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import { refuse } from '@mach/base/problem.ts';
import { formatDate, localDate } from '@mach/base/time.ts';
import { coverageOf, idOf, prescriptionStateOf } from '@mach/encounter/contract.ts';
import type {
  Coverage,
  DocumentReference,
  Encounter,
  Observation,
  Patient,
  Provenance,
  Task,
} from '@mach/fhir/types.ts';
import {
  dayInWords,
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
  type SignatureOnPaper,
  sealedContent,
  signatureOnPaper,
} from '@mach/print';
import { printQuantity, quantityInWords } from '@mach/vn/clinical/dose.ts';
import { numberCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import { officialName } from '@mach/vn/names.ts';
import { SID } from '@mach/vn/systems.ts';
import { latestWeight } from '../commands/clinical-facts.ts';
import { ageMonths } from '../rules/age.ts';

/** What the kernel signs (`prescription/1`), as far as the paper shows it. */
interface Signed {
  form: string;
  code: string;
  kind: 'C' | 'N' | 'H' | 'Y';
  facility: { code: string; name: string };
  visit: string | null;
  patient: { id: string; name: string | null };
  prescriber: { name: string };
  diagnoses: { text: string | null }[];
  lines: {
    name: string | null;
    quantity: string;
    unit: string | null;
    text: string;
    note: string | null;
  }[];
  advice: string | null;
  revisit: string | null;
  signedAt: string;
}

/** The prescription as TT 26/2025/TT-BYT has it on paper. */
export type PrescriptionPaper = {
  title: string;
  letterhead: Letterhead;
  stamp: string;
  code: string;
  /** Narcotics and psychotropics are written three times. */
  copies: number;
  person: PersonOnPaper;
  weight: string;
  /** Under 72 months: who came with the child. */
  companion: string;
  insurance: string;
  diagnoses: string[];
  lines: { name: string; quantity: string; words: string; directions: string; note: string }[];
  advice: string;
  revisit: string;
  /** Days in which it may be filled: "05". */
  validDays: string;
  day: string;
  prescriber: string;
  signature: SignatureOnPaper | null;
};

/** What the kernel calls the content that it seals. */
const FORM = 'prescription/1';
const TITLES: Readonly<Record<Signed['kind'], string>> = {
  C: 'ĐƠN THUỐC',
  N: 'ĐƠN THUỐC “N”',
  H: 'ĐƠN THUỐC “H”',
  Y: 'ĐƠN THUỐC CỔ TRUYỀN',
};
/** Below this age a prescription carries months, weight and the companion (TT 26/2025, Art. 6). */
const CHILD_MONTHS = 72;
/** TT 26/2025: where the pack is silent. */
const VALID_DAYS = 5;

const form: PrintForm<PrescriptionPaper> = {
  name: 'outpatient.prescription',
  title: { vi: 'Đơn thuốc', en: 'Prescription' },
  papers: ['A5', 'A4'],
  template: join(import.meta.dirname, 'prescription.typ'),
  marks: (paper) => ({ qr: { kind: 'qr', text: paper.code }, bar: { kind: 'code128', text: paper.code } }),
};

async function fill(source: PrintSource, id: string) {
  const document = await source.read<DocumentReference>('DocumentReference', id);
  const { content: signed, hash } = sealedContent<Signed>(document);
  // Notes and other papers are documents too: they are not printed by the rights over prescriptions.
  if (signed.form !== FORM)
    throw refuse(404, 'no-prescription', {
      vi: 'Tài liệu này không phải đơn thuốc',
      en: 'This document is no prescription',
    });
  const task = (await source.referring<Task>('Task.focus', id)).find((t) => prescriptionStateOf(t) !== undefined);
  const patient = await source.read<Patient>('Patient', signed.patient.id);
  const visit = await source.read<Encounter>('Encounter', idOf(task?.encounter) ?? '');
  const card = coverageOf(visit);
  const coverage = card === undefined ? undefined : await source.find<Coverage>('Coverage', card);
  const measured = await source.referring<Observation>('Observation.encounter', visit.id);
  const weight = latestWeight(measured);
  const child = (ageMonths(patient.birthDate, signed.signedAt) ?? CHILD_MONTHS) < CHILD_MONTHS;
  const paper: PrescriptionPaper = {
    title: TITLES[signed.kind],
    letterhead: source.letterhead,
    stamp: task && prescriptionStateOf(task) === 'cancelled' ? 'ĐÃ HUỶ' : '',
    code: signed.code,
    copies: signed.kind === 'N' || signed.kind === 'H' ? 3 : 1,
    // Age and weight as they were when it was signed; the name as it was signed.
    person: { ...personOnPaper(patient, signed.signedAt), name: officialName(signed.patient.name ?? '') },
    weight: weight ? `${formatClinical(weight)} kg` : child ? 'Chưa rõ' : '',
    companion: child ? (companionOf(patient) ?? 'Chưa rõ') : '',
    insurance: coverage?.identifier?.find((i) => i.system === SID.bhyt)?.value ?? '',
    diagnoses: signed.diagnoses.flatMap((d) => (d.text ? [d.text] : [])),
    lines: signed.lines.map((line) => lineOnPaper(line, signed.kind)),
    advice: signed.advice ?? '',
    revisit: signed.revisit === null ? '' : formatDate(signed.revisit),
    validDays: String(validDays(source, signed.signedAt)).padStart(2, '0'),
    day: dayInWords(signed.signedAt),
    prescriber: signed.prescriber.name,
    signature: signatureOnPaper(await source.referring<Provenance>('Provenance.target', id), hash) ?? null,
  };
  return { data: paper, patient: signed.patient.id, file: `don-thuoc-${signed.code}` };
}

/** From the rules that were in force when it was signed. */
function validDays(source: PrintSource, signedAt: string): number {
  const { limits } = source.pack<{ limits: Table }>('prescribing', localDate(signedAt));
  for (const row of records(limits, 'key', 'days'))
    if (textCell(row.key) === 'validity') return numberCell(row.days) ?? VALID_DAYS;
  return VALID_DAYS;
}

function lineOnPaper(line: Signed['lines'][number], kind: Signed['kind']): PrescriptionPaper['lines'][number] {
  const quantity = Decimal.of(line.quantity);
  const unit = line.unit ?? '';
  return {
    name: line.name ?? '',
    quantity: printQuantity(quantity, unit),
    words: kind === 'N' ? quantityInWords(quantity, unit) : '',
    directions: line.text,
    note: line.note ?? '',
  };
}

function companionOf(patient: Patient): string | undefined {
  const contact = patient.contact?.[0];
  const phone = contact?.telecom?.find((t) => t.system === 'phone')?.value;
  return [contact?.name?.text, phone].filter(Boolean).join(', ') || undefined;
}

/** A signed prescription, by the id of its document. */
export const prescriptionPrint = definePrint<PrescriptionPaper>({
  form,
  permissions: ['outpatient.see-prescriptions', 'pharmacy.read'],
  fill,
});
