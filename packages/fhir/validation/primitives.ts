/** Value rules of the R4 primitive types (http://hl7.org/fhir/R4/datatypes.html#primitive). */
import type { Fault } from './context.ts';
import { checkXhtml } from './xhtml.ts';

/** Returns the fault of a JSON value, or undefined when it is a valid value of the type. */
export type PrimitiveCheck = (value: unknown) => Fault | undefined;

function fault(code: string, vi: string, en: string): Fault {
  return { code, vi, en };
}

const NOT_STRING = fault('structure', 'Giá trị phải là chuỗi JSON', 'The value must be a JSON string');
const NOT_BOOLEAN = fault('structure', 'Giá trị phải là true hoặc false', 'The value must be true or false');
const NOT_NUMBER = fault('structure', 'Giá trị phải là số JSON', 'The value must be a JSON number');
const EMPTY = fault('value', 'Chuỗi không được để trống', 'A string must not be empty');
const TOO_LONG = fault('too-long', 'Chuỗi dài quá 1 MB', 'A string must not exceed 1 MB');
const CONTROL = fault('value', 'Chuỗi chứa ký tự điều khiển', 'The string contains control characters');
const NOT_INTEGER = fault('value', 'Phải là số nguyên 32 bit', 'Must be a 32-bit integer');
const NOT_UNSIGNED = fault('value', 'Phải là số nguyên từ 0 trở lên', 'Must be a whole number of 0 or more');
const NOT_POSITIVE = fault('value', 'Phải là số nguyên từ 1 trở lên', 'Must be a whole number of 1 or more');
const BAD_DATE = fault(
  'value',
  'Ngày phải có dạng yyyy, yyyy-MM hoặc yyyy-MM-dd và có thật',
  'A date must be a real yyyy, yyyy-MM or yyyy-MM-dd',
);
const BAD_DATE_TIME = fault(
  'value',
  'Ngày giờ phải có thật, dạng yyyy, yyyy-MM, yyyy-MM-dd hoặc yyyy-MM-ddTHH:mm:ss kèm múi giờ',
  'A dateTime must be a real yyyy, yyyy-MM, yyyy-MM-dd or yyyy-MM-ddThh:mm:ss with a time zone',
);
const BAD_INSTANT = fault(
  'value',
  'Thời điểm phải có dạng yyyy-MM-ddTHH:mm:ss kèm múi giờ',
  'An instant must be yyyy-MM-ddThh:mm:ss with a time zone',
);
const BAD_TIME = fault('value', 'Giờ phải có dạng HH:mm:ss', 'A time must be hh:mm:ss');
const BAD_ID = fault(
  'value',
  'Mã phải gồm 1–64 chữ cái không dấu, chữ số, dấu gạch ngang hoặc dấu chấm',
  'An id is 1 to 64 letters, digits, hyphens or dots',
);
const BAD_CODE = fault(
  'value',
  'Mã không được có khoảng trắng ở hai đầu hay khoảng trắng liền nhau',
  'A code has no leading, trailing or repeated white space',
);
const BAD_URI = fault('value', 'URI không được chứa khoảng trắng', 'A URI contains no white space');
const BAD_OID = fault('value', 'OID phải có dạng urn:oid:1.2.3', 'An OID must be urn:oid:1.2.3');
const BAD_UUID = fault('value', 'UUID phải có dạng urn:uuid: và chữ thường', 'A UUID must be urn:uuid: in lower case');
const BAD_BASE64 = fault('value', 'Nội dung không phải base64', 'The content is not base64');

const MAX_STRING = 1024 * 1024;
// Everything below U+0020 except tab, line feed and carriage return.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about these characters
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const CODE = /^\S+(\s\S+)*$/;
const SPACE = /\s/;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const OID = /^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$/;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/;
const DATE_TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

function isRealDay(year: number, month: number, day: number): boolean {
  if (day <= 28) return true;
  if (month === 2) return day === 29 && (year % 4 === 0 ? year % 100 !== 0 || year % 400 === 0 : false);
  return (
    day <= 30 || month === 1 || month === 3 || month === 5 || month === 7 || month === 8 || month === 10 || month === 12
  );
}

function isDate(text: string): boolean {
  const m = DATE.exec(text);
  if (!m || m[1] === '0000') return false;
  return m[3] === undefined || isRealDay(Number(m[1]), Number(m[2]), Number(m[3]));
}

function isDateTime(text: string): boolean {
  const m = DATE_TIME.exec(text);
  return m !== null && m[1] !== '0000' && isRealDay(Number(m[1]), Number(m[2]), Number(m[3]));
}

function text(rule: (value: string) => Fault | undefined): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'string') return NOT_STRING;
    if (value.length === 0) return EMPTY;
    return rule(value);
  };
}

function string(value: string): Fault | undefined {
  if (value.length > MAX_STRING) return TOO_LONG;
  // In XML a blank string would be trimmed to nothing, so that it could not be read back.
  if (value.charCodeAt(0) <= 0x20 && value.trim() === '') return EMPTY;
  return CONTROL_CHARACTERS.test(value) ? CONTROL : undefined;
}

function uri(value: string): Fault | undefined {
  return SPACE.test(value) || CONTROL_CHARACTERS.test(value) ? BAD_URI : undefined;
}

function whole(min: number, wrong: Fault): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'number') return NOT_NUMBER;
    if (!Number.isInteger(value) || value > 2147483647 || value < -2147483648) return NOT_INTEGER;
    return value < min ? wrong : undefined;
  };
}

/** Alphabet, groups of four, padding at the end only; white space between groups is allowed. */
function base64(value: string): Fault | undefined {
  let symbols = 0;
  let padding = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c === 0x20 || (c >= 0x09 && c <= 0x0d)) continue;
    symbols++;
    if (c === 0x3d) {
      padding++;
      continue;
    }
    const isSymbol =
      (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === 0x2b || c === 0x2f;
    if (!isSymbol || padding > 0) return BAD_BASE64;
  }
  return symbols % 4 === 0 && padding <= 2 && symbols > 0 ? undefined : BAD_BASE64;
}

/** The check of each primitive type. */
export const PRIMITIVES: Readonly<Record<string, PrimitiveCheck>> = {
  boolean: (v) => (typeof v === 'boolean' ? undefined : NOT_BOOLEAN),
  integer: whole(-2147483648, NOT_INTEGER),
  unsignedInt: whole(0, NOT_UNSIGNED),
  positiveInt: whole(1, NOT_POSITIVE),
  decimal: (v) => (typeof v === 'number' && Number.isFinite(v) ? undefined : NOT_NUMBER),
  string: text(string),
  markdown: text(string),
  code: text((v) => (CODE.test(v) && !CONTROL_CHARACTERS.test(v) ? undefined : BAD_CODE)),
  id: text((v) => (ID.test(v) ? undefined : BAD_ID)),
  uri: text(uri),
  url: text(uri),
  canonical: text(uri),
  oid: text((v) => (OID.test(v) ? undefined : BAD_OID)),
  uuid: text((v) => (UUID.test(v) ? undefined : BAD_UUID)),
  date: text((v) => (isDate(v) ? undefined : BAD_DATE)),
  dateTime: text((v) => (isDateTime(v) || isDate(v) ? undefined : BAD_DATE_TIME)),
  instant: text((v) => (isDateTime(v) ? undefined : BAD_INSTANT)),
  time: text((v) => (TIME.test(v) ? undefined : BAD_TIME)),
  base64Binary: text(base64),
  xhtml: text(checkXhtml),
};
