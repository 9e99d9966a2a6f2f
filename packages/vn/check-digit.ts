/**
 * Check digit by H. Michael Damm's quasigroup of order 10 (dissertation, Marburg 2004): finds every single wrong digit
 * and every swap of two neighbours. A business number that was mistyped must not lead to another patient.
 */
const TABLE = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
];

/** The digit to append. Letters count as two digits (A = 10 … Z = 35); anything else is skipped. */
export function checkDigit(text: string): string {
  let interim = 0;
  for (const digit of digitsOf(text)) interim = Number(TABLE[interim]?.[digit]);
  return String(interim);
}

/** Whether the last digit is the check digit of what stands before it. */
export function hasValidCheckDigit(text: string): boolean {
  return /\d$/.test(text) && checkDigit(text.slice(0, -1)) === text.slice(-1);
}

function digitsOf(text: string): number[] {
  const digits: number[] = [];
  for (const char of text.toUpperCase()) {
    if (/[0-9]/.test(char)) digits.push(Number(char));
    else if (/[A-Z]/.test(char))
      digits.push(
        ...String(char.charCodeAt(0) - 55)
          .split('')
          .map(Number),
      );
  }
  return digits;
}
