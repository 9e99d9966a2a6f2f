/** How the numbers of the morning are written. Pure. */
import { Decimal } from '@mach/base/decimal.ts';

const comma = (text: string): string => text.replace('.', ',');
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, '.');

/** Money as it is spoken: `850 nghìn`, `41,2 tr`, `2.184 tr`. The exact sum belongs in a title. */
export function shortMoney(dong: string | number, words: { thousand: string; million: string }): string {
  const value = Decimal.of(String(dong));
  const sign = value.lt(Decimal.ZERO) ? '−' : '';
  const size = value.abs();
  if (size.lt(Decimal.of('1000000'))) {
    if (size.eq(Decimal.ZERO)) return '0';
    return `${sign}${size.div(Decimal.of('1000'), 0).toString()} ${words.thousand}`;
  }
  const millions = size.div(Decimal.of('1000000'), size.lt(Decimal.of('100000000')) ? 1 : 0);
  const [whole = '0', part] = millions.toString().split('.');
  return `${sign}${grouped(whole)}${part === undefined ? '' : comma(`.${part}`)} ${words.million}`;
}

/** Change against an earlier sum, whole percent; null: there is nothing to compare with. */
export function change(now: string, before: string): number | null {
  const base = Decimal.of(before);
  if (base.lte(Decimal.ZERO)) return null;
  return Math.round((Decimal.of(now).sub(base).toNumber() / base.toNumber()) * 100);
}

/** Share of the insurer in a bill, percent; null of nothing. */
export function share(part: string, of: string): number | null {
  const whole = Decimal.of(of);
  return whole.lte(Decimal.ZERO) ? null : Math.round((Decimal.of(part).toNumber() / whole.toNumber()) * 100);
}
