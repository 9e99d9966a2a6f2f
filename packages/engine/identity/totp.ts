import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds of one code, and digits, as every authenticator app assumes them (RFC 6238 §5.2, §1.2). */
const PERIOD = 30;
const DIGITS = 6;
/** Codes of the neighbouring periods are taken too: clocks differ, and people type slowly (RFC 6238 §5.2). */
const DRIFT = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export type OtpHash = 'sha1' | 'sha256' | 'sha512';

/** Base 32 of RFC 4648 §6 without padding: how authenticator apps read a secret. */
export function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

/** One-time code of a counter (RFC 4226 §5.3). */
export function hotp(secret: Uint8Array, counter: number, digits = DIGITS, hash: OtpHash = 'sha1'): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(hash, secret).update(message).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The period that a moment lies in. */
export const totpStep = (ms: number): number => Math.floor(ms / 1000 / PERIOD);

/**
 * The period whose code was typed, or undefined. Only periods after `last`, the one accepted before: a code that
 * somebody looked at over a shoulder is worth nothing (RFC 6238 §5.2).
 */
export function matchTotp(secret: Uint8Array, code: string, ms: number, last: number): number | undefined {
  const typed = Buffer.from(code.replace(/\s/g, ''));
  if (typed.length !== DIGITS) return undefined;
  const now = totpStep(ms);
  let found: number | undefined;
  for (let step = Math.max(0, now - DRIFT); step <= now + DRIFT; step++)
    if (timingSafeEqual(Buffer.from(hotp(secret, step)), typed) && step > last) found ??= step;
  return found;
}

/** What the QR code of an enrolment holds (the Key URI format that authenticator apps share). */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&digits=${DIGITS}&period=${PERIOD}`;
}
