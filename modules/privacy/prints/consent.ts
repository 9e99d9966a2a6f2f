import { join } from 'node:path';
import { formatDate, localDate } from '@mach/base/time.ts';
import type { Consent, Patient } from '@mach/fhir/types.ts';
import {
  dayInWords,
  definePrint,
  type Letterhead,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
} from '@mach/print';
import { CONSENT } from '../contract.ts';
import { purposeOf } from '../record.ts';
import { askedPurposes, PROCESSING_PACK, type PurposePack } from '../rules/purposes.ts';

type PurposeLine = {
  title: string;
  told: string;
  ground: string;
  /** Whether it waits for a yes, or is used by law unless somebody objects. */
  needsYes: boolean;
  /** What stands in the record today: "Đồng ý từ 24/11/2026"; empty: nothing was said yet. */
  now: string;
};

/** What a person is asked about his data, purpose by purpose, to be signed by hand. No box is ticked beforehand. */
export type ConsentPaper = {
  title: string;
  letterhead: Letterhead;
  person: PersonOnPaper;
  day: string;
  purposes: PurposeLine[];
};

const form: PrintForm<ConsentPaper> = {
  name: 'privacy.consent',
  title: { vi: 'Phiếu đồng ý xử lý dữ liệu', en: 'Consent to the use of data' },
  papers: ['A4'],
  template: join(import.meta.dirname, 'consent.typ'),
  marks: ({ person }): ReturnType<NonNullable<PrintForm['marks']>> =>
    person.code === '' ? {} : { qr: { kind: 'qr', text: person.code } },
};

async function fill(source: PrintSource, id: string) {
  const patient = await source.read<Patient>('Patient', id);
  const pack = source.pack<PurposePack>(PROCESSING_PACK, localDate(source.now));
  const consents = await source.referring<Consent>('Consent.patient', id);
  const now = (purpose: string): string => {
    const held = consents.find((one) => one.status === 'active' && purposeOf(one) === purpose);
    const end = held?.provision?.period?.end;
    if (!held || (end !== undefined && end <= source.now)) return '';
    const said = held.provision?.type === 'permit' ? 'Đồng ý' : 'Không đồng ý';
    return `${said} từ ${formatDate(held.dateTime ?? source.now)}`;
  };
  const paper: ConsentPaper = {
    title: 'PHIẾU ĐỒNG Ý XỬ LÝ DỮ LIỆU CÁ NHÂN',
    letterhead: source.letterhead,
    person: personOnPaper(patient, source.now),
    day: dayInWords(source.now),
    purposes: askedPurposes(pack).map(({ purpose, decides, basis, text, told }) => ({
      title: text.vi,
      told: told.vi,
      ground: pack.bases[basis]?.vi ?? '',
      needsYes: decides === 'agreement',
      now: now(purpose),
    })),
  };
  return { data: paper, patient: patient.id, file: `dong-y-${paper.person.code}` };
}

/** By the id of the patient. */
export const consentPrint = definePrint<ConsentPaper>({ form, permissions: [CONSENT], fill });
