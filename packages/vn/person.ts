import { ageOn, type Instant, type Issue, isDate, localDate, type Text } from '@mach/base';
import { checkPersonalNumber } from './cccd.ts';
import { tidyName } from './names.ts';
import { normalizePhone } from './phone.ts';

export type IdPaper = 'cccd' | 'cmnd' | 'passport' | 'birth-certificate' | 'temporary' | 'none';

/** A person's particulars as reception enters them (field sheet "Tiếp đón"). */
export interface PersonInput {
  name: string;
  /** `yyyy`, `yyyy-MM` or `yyyy-MM-dd`. */
  birthDate: string;
  sex: 'male' | 'female' | 'other' | 'unknown';
  idPaper: IdPaper;
  idNumber?: string;
  provinceCode?: string;
  wardCode?: string;
  /** House, street, hamlet. */
  addressLine?: string;
  phone?: string;
  /** The person said that there is no phone. */
  noPhone?: boolean;
  /** Required under 16 years. */
  guardian?: { name?: string; relation?: string; phone?: string; noPhone?: boolean };
}

export interface PersonContext {
  /** When the person is received: ages count to this day. */
  at: Instant;
  /** Province of a ward, where the unit list is at hand. */
  provinceOfWard?: (wardCode: string) => string | undefined;
}

/** Under this age a guardian is required. */
const GUARDIAN_AGE = 16;
/** Under this age doses go by age in months and weight, so that the full birth date matters. */
const MONTHS_AGE = 6;
/** No person has reached it; a greater age is a typing error. */
const OLDEST = 125;

/** Every problem of the input at once. Errors stop the saving, warnings are shown and may be accepted. */
export function checkPerson(input: PersonInput, context: PersonContext): Issue[] {
  return [
    ...checkName(input.name, 'name'),
    ...checkBirth(input, context.at),
    ...checkSex(input.sex),
    ...checkPaper(input, context.at),
    ...checkAddress(input, context),
    ...checkPhone(input.phone, input.noPhone, 'phone'),
    ...checkGuardian(input, context.at),
  ];
}

/** What is stored: name in NFC with single spaces, phone in digits. Text that cannot be read stays as typed. */
export function tidyPerson(input: PersonInput): PersonInput {
  const phone = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : (normalizePhone(text) ?? text.trim());
  const tidy: PersonInput = { ...input, name: tidyName(input.name), phone: phone(input.phone) };
  const { guardian } = input;
  if (guardian) {
    tidy.guardian = { ...guardian, name: guardian.name && tidyName(guardian.name), phone: phone(guardian.phone) };
  }
  return tidy;
}

function issue(severity: Issue['severity'], code: string, field: string, text: Text, remedy?: Text): Issue {
  return remedy === undefined ? { severity, code, field, text } : { severity, code, field, text, remedy };
}

function checkName(name: string, field: string): Issue[] {
  if (name.trim() === '') {
    return [issue('error', 'name-missing', field, { vi: 'Chưa có họ tên.', en: 'The name is missing.' })];
  }
  const found: Issue[] = [];
  if (name !== name.normalize('NFC')) {
    const remedy = { vi: 'Gõ lại bằng Unicode dựng sẵn.', en: 'Retype in composed Unicode.' };
    const text = {
      vi: 'Họ tên không ở dạng Unicode dựng sẵn (NFC).',
      en: 'The name is not in composed Unicode (NFC).',
    };
    found.push(issue('error', 'name-not-nfc', field, text, remedy));
  }
  if (!/^[\p{L}\p{M}'’ .-]+$/u.test(name.normalize('NFC'))) {
    const remedy = { vi: 'Nhập đúng như trên giấy tờ.', en: 'Enter it as on the paper.' };
    const text = { vi: 'Họ tên chỉ gồm chữ cái và dấu cách.', en: 'A name consists of letters and spaces.' };
    found.push(issue('error', 'name-characters', field, text, remedy));
  } else if (!tidyName(name).includes(' ')) {
    const text = { vi: 'Họ tên chỉ có một chữ.', en: 'The name is a single word.' };
    found.push(
      issue('warning', 'name-one-word', field, text, { vi: 'So lại với giấy tờ.', en: 'Compare with the paper.' }),
    );
  }
  return found;
}

function checkBirth({ birthDate }: PersonInput, at: Instant): Issue[] {
  const field = 'birthDate';
  if (!isDate(birthDate)) {
    const remedy = {
      vi: 'Nhập dd/MM/yyyy; không rõ ngày tháng thì nhập năm.',
      en: 'Enter dd/MM/yyyy, or the year alone.',
    };
    return [issue('error', 'birth-date', field, { vi: 'Ngày sinh không hợp lệ.', en: 'Not a birth date.' }, remedy)];
  }
  if (birthDate > localDate(at).slice(0, birthDate.length)) {
    return [
      issue('error', 'birth-future', field, { vi: 'Ngày sinh ở tương lai.', en: 'The birth date is in the future.' }),
    ];
  }
  const { years } = ageOn(birthDate, at);
  if (years > OLDEST) {
    return [
      issue('error', 'birth-too-old', field, { vi: `Tuổi ${years} không thể có.`, en: `Age ${years} is impossible.` }),
    ];
  }
  if (birthDate.length < 10 && years < MONTHS_AGE) {
    const text = {
      vi: 'Trẻ dưới 72 tháng cần đủ ngày tháng năm sinh.',
      en: 'A child under 72 months needs a full birth date.',
    };
    const remedy = { vi: 'Hỏi người nhà hoặc xem giấy khai sinh.', en: 'Ask the family or see the birth certificate.' };
    return [issue('warning', 'birth-imprecise', field, text, remedy)];
  }
  return [];
}

function checkSex(sex: string): Issue[] {
  if (sex === 'male' || sex === 'female' || sex === 'other') return [];
  if (sex === 'unknown') {
    return [issue('warning', 'sex-unknown', 'sex', { vi: 'Giới tính chưa rõ.', en: 'The sex is not known.' })];
  }
  return [issue('error', 'sex-missing', 'sex', { vi: 'Chưa chọn giới tính.', en: 'The sex is missing.' })];
}

function checkPaper({ idPaper, idNumber = '', birthDate, sex }: PersonInput, at: Instant): Issue[] {
  const field = 'idNumber';
  const number = idNumber.trim();
  if (idPaper === 'none' || idPaper === 'temporary') return [];
  if (number === '') {
    const remedy = { vi: 'Quét thẻ, hoặc chọn "chưa có giấy tờ".', en: 'Scan the card, or choose "no paper".' };
    return [
      issue('error', 'id-missing', field, { vi: 'Chưa có số giấy tờ.', en: 'The paper number is missing.' }, remedy),
    ];
  }
  if (idPaper === 'cccd') {
    return checkPersonalNumber(number, { field, birthDate, sex, year: Number(localDate(at).slice(0, 4)) });
  }
  const form = { cmnd: /^\d{9}$/, passport: /^[A-Z0-9]{5,15}$/i, 'birth-certificate': /^[\p{L}\d/.\- ]{1,30}$/u }[
    idPaper
  ];
  if (form.test(number)) return [];
  return [issue('error', 'id-form', field, { vi: 'Số giấy tờ không đúng dạng.', en: 'Not a number of this paper.' })];
}

function checkAddress({ provinceCode, wardCode }: PersonInput, context: PersonContext): Issue[] {
  const found: Issue[] = [];
  if (!/^\d{2}$/.test(provinceCode ?? '')) {
    const text = { vi: 'Chưa chọn tỉnh, thành phố.', en: 'The province is missing.' };
    found.push(issue('error', 'province-missing', 'provinceCode', text));
  }
  if (!/^\d{5}$/.test(wardCode ?? '')) {
    const text = { vi: 'Chưa chọn xã, phường, đặc khu.', en: 'The ward is missing.' };
    found.push(issue('error', 'ward-missing', 'wardCode', text));
    return found;
  }
  if (context.provinceOfWard === undefined || wardCode === undefined) return found;
  const owner = context.provinceOfWard(wardCode);
  if (owner === undefined || (found.length === 0 && owner !== provinceCode)) {
    const text =
      owner === undefined
        ? { vi: `Không có xã, phường mã ${wardCode}.`, en: `There is no ward ${wardCode}.` }
        : { vi: 'Xã, phường không thuộc tỉnh đã chọn.', en: 'The ward is not in the chosen province.' };
    found.push(issue('error', owner === undefined ? 'ward-unknown' : 'ward-province', 'wardCode', text));
  }
  return found;
}

function checkPhone(phone: string | undefined, noPhone: boolean | undefined, field: string): Issue[] {
  const typed = phone?.trim() ?? '';
  if (typed === '') {
    if (noPhone === true) return [];
    const remedy = { vi: 'Hỏi lại, hoặc chọn "không có".', en: 'Ask again, or choose "none".' };
    return [issue('error', 'phone-missing', field, { vi: 'Chưa có điện thoại.', en: 'The phone is missing.' }, remedy)];
  }
  if (normalizePhone(typed) !== undefined) return [];
  const remedy = { vi: 'Di động có 10 số, máy bàn 11 số.', en: 'Mobiles have 10 digits, fixed lines 11.' };
  return [issue('error', 'phone-form', field, { vi: 'Số điện thoại không đúng.', en: 'Not a phone number.' }, remedy)];
}

function checkGuardian({ birthDate, guardian }: PersonInput, at: Instant): Issue[] {
  const minor = isDate(birthDate) && mayBeMinor(birthDate, at);
  if (!guardian) {
    const text = {
      vi: `Người bệnh dưới ${GUARDIAN_AGE} tuổi phải có người nhà.`,
      en: `Under ${GUARDIAN_AGE} a guardian is required.`,
    };
    return minor ? [issue('error', 'guardian-missing', 'guardian', text)] : [];
  }
  const found = checkName(guardian.name ?? '', 'guardian.name');
  if ((guardian.relation ?? '').trim() === '') {
    const text = { vi: 'Chưa ghi quan hệ với người bệnh.', en: 'The relation is missing.' };
    found.push(issue('error', 'guardian-relation', 'guardian.relation', text));
  }
  found.push(...checkPhone(guardian.phone, guardian.noPhone, 'guardian.phone'));
  return minor ? found : found.map((one) => ({ ...one, severity: 'warning' }));
}

/** Of a partial birth date the latest possible day counts: whoever may still be a minor is treated as one. */
function mayBeMinor(birthDate: string, at: Instant): boolean {
  const month = birthDate.length === 4 ? `${birthDate}-12` : birthDate.slice(0, 7);
  const last =
    birthDate.length === 10 ? birthDate : ['31', '30', '29', '28'].map((day) => `${month}-${day}`).find(isDate);
  return last === undefined || last > localDate(at) || ageOn(last, at).years < GUARDIAN_AGE;
}
