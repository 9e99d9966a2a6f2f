/**
 * The text of a VietQR code: a bank transfer with its amount and reference filled in. EMVCo merchant-presented QR
 * (tag, two digits of length, value), NAPAS's account template under tag 38. Pure; runs on the screen as well.
 */
import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';

/** NAPAS's application identifier (EMVCo tag 38, sub-tag 00). */
const AID = 'A000000727';
/** Fast transfer to an account number. */
const TO_ACCOUNT = 'QRIBFTTA';

export interface VietQr {
  /** Bank identification number of the receiving bank, six digits. */
  bank: string;
  /** Account number; letters and digits, 19 at most. */
  account: string;
  /** Whole đồng; absent: the payer types it. */
  amount?: number;
  /** What stands in the transfer, plain letters and digits; by it the money is found again. 25 characters at most. */
  purpose?: string;
}

/** CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF (EMVCo, tag 63); four hexadecimal digits. */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

const field = (tag: string, value: string): string => `${tag}${String(value.length).padStart(2, '0')}${value}`;

/** @throws RangeError for what no bank would read: the settings and the callers keep within these limits. */
export function vietQrText(of: VietQr): string {
  if (!/^\d{6}$/.test(of.bank)) throw new RangeError(`the bank number ${of.bank} has not six digits`);
  if (!/^[A-Za-z0-9]{1,19}$/.test(of.account)) throw new RangeError(`no account number: ${of.account}`);
  if (of.amount !== undefined && !(Number.isSafeInteger(of.amount) && of.amount > 0 && of.amount < 1e13))
    throw new RangeError(`no amount: ${of.amount}`);
  if (of.purpose !== undefined && !/^[A-Za-z0-9 -]{1,25}$/.test(of.purpose))
    throw new RangeError(`no purpose: ${of.purpose}`);
  const beneficiary = field('00', of.bank) + field('01', of.account);
  const text = [
    field('00', '01'),
    field('01', of.amount === undefined ? '11' : '12'),
    field('38', field('00', AID) + field('01', beneficiary) + field('02', TO_ACCOUNT)),
    // 704: đồng (ISO 4217).
    field('53', '704'),
    of.amount === undefined ? '' : field('54', String(of.amount)),
    field('58', 'VN'),
    of.purpose === undefined ? '' : field('62', field('08', of.purpose)),
    '6304',
  ].join('');
  return text + crc16(text);
}

const broken = (code: string, vi: string, en: string): Result<never, Issue> =>
  err({
    severity: 'error',
    code,
    text: { vi, en },
    remedy: { vi: 'Tạo lại mã QR', en: 'Make the QR code again' },
  });

/** Tags of one level; undefined where a length does not fit. */
function tags(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const head = /^(\d{2})(\d{2})$/.exec(text.slice(at, at + 4));
    const length = Number(head?.[2]);
    if (!head || at + 4 + length > text.length || found.has(head[1] ?? '')) return undefined;
    found.set(head[1] ?? '', text.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

/** Reads a VietQR code back, as a bank's app does: checksum first. */
export function readVietQr(text: string): Result<VietQr, Issue> {
  if (!/6304[0-9A-F]{4}$/.test(text) || crc16(text.slice(0, -4)) !== text.slice(-4))
    return broken('vietqr-checksum', 'Mã QR hỏng: sai mã kiểm tra', 'The QR code is damaged: wrong checksum');
  const root = tags(text);
  const merchant = tags(root?.get('38') ?? '');
  const beneficiary = tags(merchant?.get('01') ?? '');
  if (root?.get('00') !== '01' || root.get('58') !== 'VN' || root.get('53') !== '704' || merchant?.get('00') !== AID)
    return broken('vietqr-foreign', 'Không phải mã VietQR chuyển khoản đồng Việt Nam', 'No VietQR transfer in đồng');
  const [bank, account] = [beneficiary?.get('00') ?? '', beneficiary?.get('01') ?? ''];
  const amount = root.get('54');
  if (!/^\d{6}$/.test(bank) || account === '' || (amount !== undefined && !/^\d{1,13}$/.test(amount)))
    return broken('vietqr-account', 'Mã VietQR thiếu ngân hàng hoặc tài khoản', 'The code lacks its bank or account');
  const purpose = tags(root.get('62') ?? '')?.get('08');
  return ok({
    bank,
    account,
    ...(amount === undefined ? {} : { amount: Number(amount) }),
    ...(purpose === undefined ? {} : { purpose }),
  });
}
