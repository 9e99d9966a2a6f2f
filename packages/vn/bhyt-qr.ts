import { err, type Issue, ok, parseDateVi, type Result } from '@mach/base';
import { checkBhytNumber, readBhytNumber, registeredFacility } from './bhyt-card.ts';
import { cleanName, hasErrors, looksGarbled, type QrReport, qrReport, SCANNER_REMEDY, sexOf } from './qr-fields.ts';

export type LivingArea = 'K1' | 'K2' | 'K3';

/** The fields of a health-insurance card's QR code. Dates are FHIR dates. */
export interface BhytQr {
  cardNumber: string;
  name: string;
  birthDate: string;
  sex: 'male' | 'female';
  address: string;
  /** Five characters. */
  registeredFacility?: string;
  validFrom?: string;
  validTo?: string;
  issueDate?: string;
  /** Managing social-insurance office. */
  office?: string;
  parentName?: string;
  livingArea?: LivingArea;
  /** Day on which five continuous years are reached. */
  fiveYearsFrom?: string;
  /** Oddities to show, which do not stop the reading. */
  warnings: Issue[];
}

const FIELDS = 13;

/**
 * Reads the QR text of a health-insurance card: thirteen fields split by "|" and a closing "$"; names and address are
 * the hexadecimal text of their UTF-8 bytes. Further fields (a check code) are ignored.
 */
export function parseBhytQr(text: string): Result<BhytQr, Issue[]> {
  const report = qrReport();
  const whole = text.replace(/^\ufeff/, '').trim();
  const fields = whole
    .replace(/\$.*$/s, '')
    .split('|')
    .map((field) => field.trim());
  if (fields.length < FIELDS) {
    const vi = `Mã QR thẻ BHYT thiếu trường: cần ${FIELDS}, quét được ${fields.length}.`;
    const en = `The insurance card's code needs ${FIELDS} fields, ${fields.length} were scanned.`;
    report.error('qr-incomplete', 'qr', { vi, en });
    return err(report.issues);
  }
  if (!whole.includes('$')) {
    const text = { vi: 'Mã QR không có dấu kết thúc "$".', en: 'The code lacks its closing "$".' };
    report.warning('qr-unterminated', 'qr', text);
  }
  const field = (i: number): string => fields[i] ?? '';
  report.issues.push(...checkBhytNumber(field(0), { field: 'cardNumber' }));
  const name = hexName(field(1), 'name', report);
  const birthDate = birth(field(2), report);
  const sex = sexOf(field(3));
  if (sex === undefined) {
    const vi = `Giới tính "${field(3)}" không đọc được (1 nam, 2 nữ).`;
    report.error('qr-sex', 'sex', { vi, en: `Sex "${field(3)}" cannot be read (1 male, 2 female).` });
  }
  const address = hexText(field(4), 'address', report) ?? '';
  const optional = {
    registeredFacility: facility(field(5), report),
    validFrom: day(field(6), 'validFrom', report),
    validTo: day(field(7), 'validTo', report),
    issueDate: day(field(8), 'issueDate', report),
    office: blank(field(9)) ? undefined : field(9),
    parentName: blank(field(10)) ? undefined : hexName(field(10), 'parentName', report),
    livingArea: livingArea(field(11), report),
    fiveYearsFrom: day(field(12), 'fiveYearsFrom', report),
  };
  if (optional.validFrom !== undefined && optional.validTo !== undefined && optional.validTo < optional.validFrom) {
    const text = { vi: 'Hạn thẻ kết thúc trước khi bắt đầu.', en: 'The card ends before it begins.' };
    report.error('qr-validity', 'validTo', text);
  }
  if (name === undefined || birthDate === undefined || sex === undefined || hasErrors(report))
    return err(report.issues);
  const cardNumber = readBhytNumber(field(0))?.number ?? field(0);
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return ok({ cardNumber, name, birthDate, sex, address, ...present, warnings: report.issues });
}

function blank(text: string): boolean {
  return text === '' || text === '-';
}

function hexText(text: string, field: string, report: QrReport): string | undefined {
  if (blank(text)) return '';
  try {
    if (!/^(?:[0-9a-f]{2})+$/i.test(text)) throw new TypeError('not hexadecimal');
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const decoded = new TextDecoder('utf-8', { fatal: true })
      .decode(bytes)
      .normalize('NFC')
      .replace(/\s+/g, ' ')
      .trim();
    if (!looksGarbled(decoded)) return decoded;
  } catch {
    // Falls through to the report: the text is no hexadecimal UTF-8.
  }
  const vi = `Trường "${field}" của mã QR không giải mã được.`;
  return report.error('qr-hex', field, { vi, en: `Field "${field}" cannot be decoded.` }, SCANNER_REMEDY);
}

function hexName(text: string, field: string, report: QrReport): string | undefined {
  const decoded = hexText(text, field, report);
  return decoded === undefined ? undefined : cleanName(decoded, field, report);
}

function birth(text: string, report: QrReport): string | undefined {
  const date = parseDateVi(text);
  if (date !== undefined) return date;
  const vi = `Ngày sinh "${text}" không hợp lệ (dd/MM/yyyy hoặc yyyy).`;
  return report.error('qr-birth-date', 'birthDate', { vi, en: `"${text}" is no birth date.` });
}

function day(text: string, field: string, report: QrReport): string | undefined {
  if (blank(text)) return undefined;
  const date = parseDateVi(text);
  if (date?.length === 10) return date;
  const vi = `Ngày "${text}" (${field}) không hợp lệ (dd/MM/yyyy).`;
  return report.error('qr-date', field, { vi, en: `"${text}" (${field}) is no date.` });
}

function facility(text: string, report: QrReport): string | undefined {
  if (blank(text)) return undefined;
  const code = registeredFacility(text);
  if (code !== undefined) return code;
  const vi = `Nơi đăng ký ban đầu "${text}" không phải mã 5 ký tự.`;
  return report.error('qr-facility', 'registeredFacility', { vi, en: `"${text}" is no facility code.` });
}

/** Code 4 stands for "no special area". */
function livingArea(text: string, report: QrReport): LivingArea | undefined {
  const code = text.toUpperCase();
  if (code === 'K1' || code === 'K2' || code === 'K3') return code;
  if (blank(text) || code === '4') return undefined;
  const vi = `Mã nơi sinh sống "${text}" không có (K1, K2, K3).`;
  return report.warning('qr-living-area', 'livingArea', { vi, en: `There is no living area "${text}".` });
}
