/** Words of the papers that several forms share. Pure. */
import type { DecimalInput } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import { ageText, formatDate, localDate } from '@mach/base/time.ts';
import type { Patient } from '@mach/fhir/types.ts';
import { numberWords } from '@mach/vn/clinical/number-words.ts';
import { officialName } from '@mach/vn/names.ts';
import { SID } from '@mach/vn/systems.ts';

/** "Ngày 24 tháng 11 năm 2026" of an instant, as signatures on official papers have it. */
export function dayInWords(instant: string): string {
  const [year, month, day] = localDate(instant).split('-');
  return `Ngày ${day} tháng ${month} năm ${year}`;
}

/** "Một trăm hai mươi hai nghìn bốn trăm đồng". */
export function moneyInWords(amount: string | number): string {
  const words = numberWords(amount);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} đồng`;
}

/** Money of a column whose head names the unit: "1.250.000". */
export const plainMoney = (amount: DecimalInput): string => formatMoney(amount).replace(/\u00a0₫$/, '');

const SEX: Readonly<Record<string, string>> = { male: 'Nam', female: 'Nữ', other: 'Khác' };
/** What was asked and is not known is said, never left blank. */
export const UNKNOWN = 'Chưa rõ';

export const sexWord = (gender: string | null | undefined): string => SEX[gender ?? ''] ?? UNKNOWN;

/** Who the paper is about: stands on every page. A type and no interface, so that it is plain data to the printer. */
export type PersonOnPaper = {
  /** Capitals with all marks. */
  name: string;
  /** `14/07/1964` */
  birth: string;
  /** `62 t`, `18 tháng` */
  age: string;
  sex: string;
  /** Code of the patient in the facility. */
  code: string;
  cccd: string;
  address: string;
  phone: string;
};

export function personOnPaper(patient: Patient, at: string): PersonOnPaper {
  const number = (system: string): string => patient.identifier?.find((i) => i.system === system)?.value ?? '';
  const { birthDate } = patient;
  return {
    name: officialName(patient.name?.[0]?.text ?? '') || UNKNOWN,
    birth: birthDate === undefined ? UNKNOWN : formatDate(birthDate),
    age: birthDate === undefined ? '' : ageText(birthDate, at),
    sex: sexWord(patient.gender),
    code: number(SID.patientCode),
    cccd: number(SID.cccd),
    address: patient.address?.[0]?.text ?? '',
    phone: patient.telecom?.find((t) => t.system === 'phone')?.value ?? '',
  };
}
