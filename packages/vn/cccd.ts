import { type Issue, isDate, type Text } from '@mach/base';
import { BIRTH_PROVINCES } from './birth-provinces.ts';

/** What a personal identification number says about its holder. */
export interface PersonalNumber {
  number: string;
  sex: 'male' | 'female';
  birthYear: number;
  /** Three digits: place of birth registration. */
  placeCode: string;
  /** Name of the province as it was when the codes were given; nothing for births registered abroad. */
  placeName?: string;
}

const REMEDY: Text = {
  vi: 'Quét lại mã QR trên thẻ căn cước, hoặc gõ lại đủ 12 chữ số in trên thẻ.',
  en: 'Scan the QR code of the card again, or retype the 12 digits printed on it.',
};

function issue(severity: Issue['severity'], code: string, field: string, text: Text, remedy: Text = REMEDY): Issue {
  return { severity, code, field, text, remedy };
}

/**
 * Reads the 12 digits of a personal number: 3 place of birth registration, 1 century and sex (even male, odd female;
 * 0–1 for 19xx, 2–3 for 20xx … 8–9 for 23xx), 2 year, 6 random. Structure by Decree 137/2015/NĐ-CP article 13, kept by
 * Decree 70/2024/NĐ-CP. There is no check digit: a number that reads well may still be mistyped.
 */
export function readPersonalNumber(text: string): PersonalNumber | undefined {
  const number = text.replace(/[\s.]/g, '');
  if (!/^\d{12}$/.test(number) || number.startsWith('000')) return undefined;
  const century = Number(number[3]);
  const read: PersonalNumber = {
    number,
    sex: century % 2 === 0 ? 'male' : 'female',
    birthYear: 1900 + Math.floor(century / 2) * 100 + Number(number.slice(4, 6)),
    placeCode: number.slice(0, 3),
  };
  const placeName = BIRTH_PROVINCES[read.placeCode];
  return placeName === undefined ? read : { ...read, placeName };
}

export interface PersonalNumberContext {
  field?: string;
  /** To compare with: `yyyy`, `yyyy-MM` or `yyyy-MM-dd`. */
  birthDate?: string;
  sex?: string;
  /** Today's year: a number of a later year is impossible. */
  year?: number;
}

/** What is wrong (error) or odd (warning) with a personal number; contradictions with the other fields are warnings. */
export function checkPersonalNumber(text: string, context: PersonalNumberContext = {}): Issue[] {
  const field = context.field ?? 'idNumber';
  const digits = text.replace(/[\s.]/g, '');
  const read = readPersonalNumber(text);
  if (!/^\d*$/.test(digits)) {
    const vi = 'Số định danh cá nhân chỉ gồm chữ số.';
    return [issue('error', 'cccd-digits', field, { vi, en: 'A personal number consists of digits only.' })];
  }
  if (digits.length !== 12) {
    const vi = `Số định danh cá nhân phải có 12 chữ số, đang có ${digits.length}.`;
    return [
      issue('error', 'cccd-length', field, { vi, en: `A personal number has 12 digits, this has ${digits.length}.` }),
    ];
  }
  if (!read || (context.year !== undefined && read.birthYear > context.year)) {
    const vi = `Số định danh không thể có: ${read ? `năm sinh ${read.birthYear} ở tương lai` : 'mã nơi sinh 000'}.`;
    const en = read ? `Impossible number: born in ${read.birthYear}.` : 'Impossible number: place of birth 000.';
    return [issue('error', 'cccd-impossible', field, { vi, en })];
  }
  return contradictions(read, context, field);
}

function contradictions(read: PersonalNumber, context: PersonalNumberContext, field: string): Issue[] {
  const found: Issue[] = [];
  const compare: Text = {
    vi: 'So lại với thẻ căn cước; nếu thẻ đúng như vậy thì tiếp tục.',
    en: 'Compare with the card; go on if the card says so.',
  };
  const known = read.placeName !== undefined || Number(read.placeCode) > 96;
  if (!known) {
    const vi = `Mã nơi sinh ${read.placeCode} không có trong danh sách tỉnh.`;
    const en = `Place code ${read.placeCode} is no known province.`;
    found.push(issue('warning', 'cccd-place', field, { vi, en }, compare));
  }
  const year = context.birthDate?.slice(0, 4);
  if (year !== undefined && /^\d{4}$/.test(year) && Number(year) !== read.birthYear) {
    const vi = `Số định danh cho năm sinh ${read.birthYear}, nhưng ngày sinh ghi năm ${year}.`;
    const en = `The number says born in ${read.birthYear}, the birth date says ${year}.`;
    found.push(issue('warning', 'cccd-birth-year', field, { vi, en }, compare));
  }
  if ((context.sex === 'male' || context.sex === 'female') && context.sex !== read.sex) {
    const vi = `Số định danh cho giới tính ${read.sex === 'male' ? 'nam' : 'nữ'}, khác với giới tính đã ghi.`;
    found.push(issue('warning', 'cccd-sex', field, { vi, en: `The number says ${read.sex}.` }, compare));
  }
  return found;
}

/** The meaning of a number in a sentence, for the help beside the field. */
export function explainPersonalNumber(text: string): Text | undefined {
  const read = readPersonalNumber(text);
  if (!read) return undefined;
  const abroad = Number(read.placeCode) > 96;
  const vi = read.placeName ?? (abroad ? 'nước ngoài' : `nơi có mã ${read.placeCode}`);
  const en = read.placeName ?? (abroad ? 'abroad' : `a place of code ${read.placeCode}`);
  return {
    vi: `${read.sex === 'male' ? 'Nam' : 'Nữ'}, sinh năm ${read.birthYear}, đăng ký khai sinh tại ${vi}.`,
    en: `${read.sex === 'male' ? 'Male' : 'Female'}, born in ${read.birthYear}, birth registered in ${en}.`,
  };
}

/** `ddMMyyyy`, `MMyyyy` or `yyyy` as cards write dates (unknown parts left out or 00), to a FHIR date. */
export function compactDate(text: string): string | undefined {
  const match = /^(?:(\d{2})?(\d{2}))?(\d{4})$/.exec(text.replace(/[/.\s-]/g, ''));
  if (!match) return undefined;
  const [, day, month, year = ''] = match;
  const parts = month === undefined || month === '00' ? [year] : [year, month];
  if (parts.length === 2 && day !== undefined && day !== '00') parts.push(day);
  const iso = parts.join('-');
  return isDate(iso) && Number(year) >= 1850 ? iso : undefined;
}
