import type { Issue, Result } from '@mach/base';
import { type BhytNumber, readBhytNumber } from './bhyt-card.ts';
import { type BhytQr, parseBhytQr } from './bhyt-qr.ts';
import { readPersonalNumber } from './cccd.ts';
import { type CccdQr, parseCccdQr } from './cccd-qr.ts';
import { parsePatientCode } from './patient-code.ts';
import { normalizePhone } from './phone.ts';
import { parsePrescriptionCode } from './prescription-code.ts';
import { parseVisitCode } from './visit-code.ts';

/** What was scanned or typed into the one scan field. */
export type Scan =
  /** A citizen card's QR code, or a bare personal number. */
  | { kind: 'cccd'; number: string; card?: Result<CccdQr, Issue[]> }
  /** An insurance card's QR code, or a bare card number. `maybePhone`: the ten digits may also be a mobile number. */
  | { kind: 'bhyt'; number: string; read?: BhytNumber; card?: Result<BhytQr, Issue[]>; maybePhone?: string }
  | { kind: 'visit'; code: string }
  | { kind: 'prescription'; code: string }
  | { kind: 'patient'; code: string }
  | { kind: 'unknown'; text: string };

/**
 * Decides what a scan is. With "|" it is a card: 12 characters before the first bar mean a citizen card, 10 or 15 an
 * insurance card, as do 12 with the thirteen fields and the "$" of an insurance card. Without it: a bare number or code.
 */
export function scanRouter(text: string): Scan {
  const scanned = text.replace(/^\ufeff/, '').trim();
  return scanned.includes('|') ? routeCard(scanned) : routeCode(scanned);
}

function routeCard(scanned: string): Scan {
  const fields = scanned.split('|');
  const number = (fields[0] ?? '').trim();
  const looksInsured = fields.length >= 13 || scanned.endsWith('$');
  if (number.length === 12 && !looksInsured) return { kind: 'cccd', number, card: parseCccdQr(scanned) };
  if (number.length === 10 || number.length === 15 || (number.length === 12 && looksInsured)) {
    const read = readBhytNumber(number);
    const scan: Scan = { kind: 'bhyt', number: read?.number ?? number, card: parseBhytQr(scanned) };
    return read === undefined ? scan : { ...scan, read };
  }
  return { kind: 'unknown', text: scanned };
}

function routeCode(scanned: string): Scan {
  const prescription = parsePrescriptionCode(scanned);
  if (prescription) return { kind: 'prescription', code: prescription.code };
  if (parseVisitCode(scanned)) return { kind: 'visit', code: scanned.toUpperCase() };
  const patient = scanned.includes('-') ? parsePatientCode(scanned) : undefined;
  if (patient !== undefined) return { kind: 'patient', code: patient };
  const personal = readPersonalNumber(scanned);
  if (personal) return { kind: 'cccd', number: personal.number };
  const read = readBhytNumber(scanned);
  if (!read) return { kind: 'unknown', text: scanned };
  const phone = read.form === 'bhxh' ? normalizePhone(read.number) : undefined;
  const scan: Scan = { kind: 'bhyt', number: read.number, read };
  return phone === undefined ? scan : { ...scan, maybePhone: phone };
}
