import { Decimal, formatMoney } from '@mach/base';

/** `1.250.000` while it is typed: dots group, there are no decimals (design language §7.4, money). */
export const grouped = (digits: string): string =>
  digits === '' ? '' : formatMoney(Decimal.of(digits)).replaceAll(/[^\d.]/g, '');

/** Whole đồng out of what was typed; at most 11 digits. */
export const digitsOf = (typed: string): string =>
  typed
    .replaceAll(/\D/g, '')
    .replace(/^0+(?=\d)/, '')
    .slice(0, 11);
