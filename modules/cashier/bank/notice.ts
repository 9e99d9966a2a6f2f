/**
 * A bank's word that money has come in, as it reaches `POST /api/hooks/bank/{facility}`: JSON, signed with a shared
 * secret (HMAC-SHA-256 over time and body, as the notice services of Vietnamese banks and their agents do it).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { z } from 'zod';
import { confirmTransferInput } from '../inputs.ts';

/** Seconds since 1970 at which the bank signed. */
export const TIME_HEADER = 'x-mach-timestamp';
/** `sha256=` and 64 hexadecimal digits. */
export const SIGNATURE_HEADER = 'x-mach-signature';
/** A notice is refused when it was signed longer ago, s: nobody replays one that was overheard. */
const MAX_AGE = 300;

/** Settings of the account that money comes to; `cashier.bank`. */
export interface BankSettings {
  /** Bank identification number, six digits. */
  bank: string;
  bankName: string;
  account: string;
  /** Who the account belongs to, as the bank's app shows it. */
  holder: string;
  /** Shared with the bank's notice service. */
  secret: string;
}

export const noticeSchema = z.object({ ...confirmTransferInput.shape });

export function signNotice(body: string, secret: string, seconds: number): string {
  return `sha256=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/**
 * The notice inside a signed body.
 * @throws Problem 401 for a wrong or old signature, 422 for a body that is no notice
 */
export function readNotice(
  body: string,
  headers: { timestamp: string | undefined; signature: string | undefined },
  secret: string,
  now: string,
): z.output<typeof confirmTransferInput> {
  const seconds = Number(headers.timestamp);
  const expected = Buffer.from(signNotice(body, secret, seconds));
  const given = Buffer.from(headers.signature ?? '');
  const age = Math.abs(Date.parse(now) / 1000 - seconds);
  if (
    secret === '' ||
    !Number.isSafeInteger(seconds) ||
    !(age <= MAX_AGE) ||
    given.length !== expected.length ||
    !timingSafeEqual(given, expected)
  )
    throw refuse(401, 'bank-signature', {
      vi: 'Thông báo của ngân hàng sai chữ ký hoặc đã cũ',
      en: 'The signature of this bank notice is wrong or too old',
    });
  const parsed = noticeSchema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  throw refuse(422, 'bank-notice', {
    vi: 'Thông báo của ngân hàng không đọc được',
    en: 'The bank notice cannot be read',
  });
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
