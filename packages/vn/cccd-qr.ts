import { err, type Issue, ok, type Result } from '@mach/base';
import { checkPersonalNumber, compactDate } from './cccd.ts';
import { cleanName, hasErrors, looksGarbled, type QrReport, qrReport, SCANNER_REMEDY, sexOf } from './qr-fields.ts';

/** The fields of a citizen card's QR code. No picture of the card is ever kept. */
export interface CccdQr {
  number: string;
  /** Old 9-digit (or 12-digit) identity number, where the card carries one. */
  oldNumber?: string;
  name: string;
  /** FHIR date; only the year where the card knows no more. */
  birthDate: string;
  sex: 'male' | 'female';
  /** As on the card: parts split by commas, without codes, in two or three levels by the card's age. */
  address: string;
  issueDate?: string;
  /** Oddities to show, which do not stop the reading. */
  warnings: Issue[];
}

const FIELDS = 7;

/**
 * Reads the QR text of a citizen card: at least seven fields split by "|" (number, old number, name, birth, sex,
 * address, issue date). Newer cards add fields, which are ignored. Every problem is reported with its field.
 */
export function parseCccdQr(text: string): Result<CccdQr, Issue[]> {
  const report = qrReport();
  const fields = text
    .replace(/^\ufeff/, '')
    .trim()
    .split('|')
    .map((field) => field.trim());
  if (fields.length < FIELDS) {
    const vi = `Mã QR căn cước thiếu trường: cần ${FIELDS}, quét được ${fields.length}.`;
    const en = `The citizen card's code needs ${FIELDS} fields, ${fields.length} were scanned.`;
    report.error('qr-incomplete', 'qr', { vi, en });
    return err(report.issues);
  }
  const [number = '', old = '', rawName = '', birth = '', rawSex = '', rawAddress = '', issued = ''] = fields;
  const birthDate = readBirth(birth, report);
  const sex = readSex(rawSex, report);
  report.issues.push(...checkPersonalNumber(number, { field: 'number', birthDate, sex }));
  const name = cleanName(rawName, 'name', report);
  const address = readAddress(rawAddress, report);
  const issueDate = readIssueDate(issued, report);
  if (name === undefined || birthDate === undefined || sex === undefined || hasErrors(report))
    return err(report.issues);
  const card: CccdQr = { number, name, birthDate, sex, address, warnings: report.issues };
  if (/^\d{9}(?:\d{3})?$/.test(old)) card.oldNumber = old;
  if (issueDate !== undefined) card.issueDate = issueDate;
  return ok(card);
}

function readBirth(text: string, report: QrReport): string | undefined {
  const date = compactDate(text);
  if (date !== undefined) return date;
  const vi = `Ngày sinh "${text}" trên mã QR không phải ngày hợp lệ (ddMMyyyy).`;
  return report.error('qr-birth-date', 'birthDate', { vi, en: `"${text}" is no birth date (ddMMyyyy).` });
}

function readSex(text: string, report: QrReport): 'male' | 'female' | undefined {
  const sex = sexOf(text);
  if (sex !== undefined) return sex;
  const vi = `Giới tính "${text}" trên mã QR không đọc được (Nam hoặc Nữ).`;
  return report.error('qr-sex', 'sex', { vi, en: `Sex "${text}" cannot be read.` }, SCANNER_REMEDY);
}

function readAddress(text: string, report: QrReport): string {
  const address = text
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/\s*,\s*/g, ', ')
    .trim();
  if (looksGarbled(address)) {
    const vi = 'Địa chỉ trên mã QR bị lỗi chữ khi quét.';
    report.error('qr-address-garbled', 'address', { vi, en: 'The address arrived broken.' }, SCANNER_REMEDY);
  }
  if (address === '') {
    const vi = 'Mã QR không có địa chỉ.';
    report.warning('qr-address-missing', 'address', { vi, en: 'The code carries no address.' });
  }
  return address;
}

function readIssueDate(text: string, report: QrReport): string | undefined {
  if (text === '') return undefined;
  const date = compactDate(text);
  if (date?.length === 10) return date;
  const vi = `Ngày cấp "${text}" trên mã QR không đọc được.`;
  return report.warning('qr-issue-date', 'issueDate', { vi, en: `Issue date "${text}" cannot be read.` });
}
