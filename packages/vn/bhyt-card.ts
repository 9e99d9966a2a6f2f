import type { Issue, Text } from '@mach/base';
import { readPersonalNumber } from './cccd.ts';

/** A health-insurance card number in one of its three live forms. */
export type BhytNumber =
  | {
      form: 'card';
      number: string;
      /** Object group, two letters. */
      group: string;
      /** Benefit code 1–5. */
      benefitDigit: number;
      /** Province that issued the card. */
      provinceCode: string;
      /** Last ten characters: the social-insurance number, or what a temporary card carries in its place. */
      bhxhNumber: string;
      temporary?: 'child' | 'army';
    }
  | { form: 'bhxh'; number: string; bhxhNumber: string }
  | { form: 'personal'; number: string };

const CARD = /^([A-Z]{2})([1-5])(\d{2})(\d{10})$/;
/** Child without a card yet: `TE1`, province, `KT`, eight digits. Its facility of registration is province + `000`. */
const CHILD = /^(TE)(1)(\d{2})(KT\d{8})$/;
/** The army's equivalent: `QN597KT` and eight digits. */
const ARMY = /^(QN)(5)(97)(KT\d{8})$/;

/** Reads a card number (spaces and dashes as printed are allowed); nothing where it has none of the three forms. */
export function readBhytNumber(text: string): BhytNumber | undefined {
  const number = tidy(text);
  const temporary = CHILD.test(number) ? 'child' : ARMY.test(number) ? 'army' : undefined;
  const match = CARD.exec(number) ?? CHILD.exec(number) ?? ARMY.exec(number);
  if (match) {
    const [, group = '', digit = '', provinceCode = '', bhxhNumber = ''] = match;
    const card = { form: 'card' as const, number, group, benefitDigit: Number(digit), provinceCode, bhxhNumber };
    return temporary === undefined ? card : { ...card, temporary };
  }
  if (/^\d{10}$/.test(number)) return { form: 'bhxh', number, bhxhNumber: number };
  return readPersonalNumber(number) ? { form: 'personal', number } : undefined;
}

export interface BhytNumberContext {
  field?: string;
  /** Object groups in force on the day, from the rule pack. Without it the group is not checked. */
  groups?: ReadonlySet<string> | readonly string[];
}

const REMEDY: Text = {
  vi: 'Quét lại thẻ, hoặc tra cứu thẻ bằng số định danh cá nhân.',
  en: 'Scan the card again, or look it up by the personal number.',
};

/** What is wrong with a card number. Which digit a group may carry is for the insurer's portal to say. */
export function checkBhytNumber(text: string, context: BhytNumberContext = {}): Issue[] {
  const number = tidy(text);
  const read = readBhytNumber(number);
  const issue = (severity: Issue['severity'], code: string, vi: string, en: string): Issue[] => [
    { severity, code, field: context.field ?? 'cardNumber', text: { vi, en }, remedy: REMEDY },
  ];
  if (!read) return issue('error', ...explainFailure(number));
  if (read.form !== 'card' || context.groups === undefined) return [];
  if (new Set(context.groups).has(read.group)) return [];
  const vi = `Mã đối tượng "${read.group}" không có trong danh mục đang áp dụng.`;
  return issue('warning', 'bhyt-group', vi, `Object group "${read.group}" is not in the list in force.`);
}

function explainFailure(number: string): [code: string, vi: string, en: string] {
  if (![10, 12, 15].includes(number.length)) {
    const vi = `Số thẻ BHYT phải có 15, 10 hoặc 12 ký tự, đang có ${number.length}.`;
    return ['bhyt-length', vi, `A card number has 15, 10 or 12 characters, this has ${number.length}.`];
  }
  if (number.length < 15)
    return ['bhyt-digits', 'Số thẻ dạng này chỉ gồm chữ số.', 'This form consists of digits only.'];
  if (!/^[A-Z]{2}/.test(number)) {
    return ['bhyt-group-letters', 'Hai ký tự đầu của thẻ 15 ký tự là chữ.', 'The first two characters are letters.'];
  }
  if (!/^..[1-5]/.test(number)) {
    const vi = `Mã mức hưởng "${number[2]}" không có (chỉ từ 1 đến 5).`;
    return ['bhyt-benefit-digit', vi, `There is no benefit code "${number[2]}" (1 to 5).`];
  }
  const vi = 'Từ ký tự thứ tư trở đi của thẻ phải là 12 chữ số.';
  return ['bhyt-digits', vi, 'From the fourth character on there are 12 digits.'];
}

/** Facility of initial registration, printed "01 - 013": five characters without space and dash. */
export function registeredFacility(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s–-]/g, '');
  return /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function tidy(text: string): string {
  return text.toUpperCase().replace(/[\s.–-]/g, '');
}
