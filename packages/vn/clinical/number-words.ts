import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'];
const SCALES = ['', ' nghìn', ' triệu'];

/** Three digits; `full` says the hundreds even when zero, as inside a larger number ("không trăm linh năm"). */
function group(value: number, full: boolean): string {
  const hundreds = Math.floor(value / 100);
  const tens = Math.floor((value % 100) / 10);
  const units = value % 10;
  const words: (string | undefined)[] = [];
  if (hundreds > 0 || full) words.push(`${DIGITS[hundreds]} trăm`);
  if (tens === 0 && units > 0 && words.length > 0) words.push('linh');
  if (tens === 1) words.push('mười');
  if (tens > 1) words.push(`${DIGITS[tens]} mươi`);
  if (units === 1 && tens > 1) words.push('mốt');
  else if (units === 5 && tens > 0) words.push('lăm');
  else if (units > 0) words.push(DIGITS[units]);
  return words.join(' ');
}

/** Nine digits at most. */
function belowBillion(value: number, full: boolean): string {
  const parts: string[] = [];
  for (let scale = 2; scale >= 0; scale--) {
    const three = Math.floor(value / 1000 ** scale) % 1000;
    if (three === 0) continue;
    parts.push(group(three, full || parts.length > 0) + SCALES[scale]);
  }
  return parts.join(' ');
}

function whole(value: bigint): string {
  if (value === 0n) return 'không';
  const billions = value / 1_000_000_000n;
  const rest = Number(value % 1_000_000_000n);
  const head = billions > 0n ? `${whole(billions)} tỷ` : '';
  return [head, rest > 0 ? belowBillion(rest, billions > 0n) : ''].filter((part) => part !== '').join(' ');
}

/**
 * A number in Vietnamese words, as prescriptions of controlled drugs and receipts need it: 25 → "hai mươi lăm",
 * 1.005 → "một nghìn không trăm linh năm", 0,5 → "không phẩy năm". Decimals are read digit by digit.
 */
export function numberWords(value: DecimalInput): string {
  const d = Decimal.of(value);
  const [integer = '0', fraction] = d.abs().toString().split('.');
  const sign = d.isNegative() ? 'âm ' : '';
  const tail = fraction === undefined ? '' : ` phẩy ${[...fraction].map((digit) => DIGITS[Number(digit)]).join(' ')}`;
  return sign + whole(BigInt(integer)) + tail;
}
