import { Decimal, formatMoney } from '@mach/base';

/** `1.250.000` while it is typed: dots group, there are no decimals (design language §7.4, money). */
export const groupedMoney = (digits: string): string =>
  digits === '' ? '' : formatMoney(Decimal.of(digits)).replaceAll(/[^\d.]/g, '');

/**
 * Whole đồng out of what was typed; at most 11 digits. "150.000,00" is pasted from spreadsheets and banks: it is a
 * hundred and fifty thousand, not fifteen million.
 */
export const moneyDigits = (typed: string): string =>
  typed
    .replace(/,\d{1,2}(?=\D*$)/, '')
    .replaceAll(/\D/g, '')
    .replace(/^0+(?=\d)/, '')
    .slice(0, 11);
