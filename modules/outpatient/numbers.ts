/**
 * A canonical decimal ("1.125", as a screen keeps it after somebody has chosen between two readings) as a text that can
 * be read in one way only: "1.125" could also be 1125, "1.1250" cannot. For inputs that take numbers as typed.
 */
export const unambiguous = (decimal: string): string =>
  /^[1-9]\d{0,2}\.\d{3}$/.test(decimal) ? `${decimal}0` : decimal;
