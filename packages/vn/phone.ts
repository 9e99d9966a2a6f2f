/**
 * A Vietnamese phone number as ten digits from 0 (mobile) or eleven (fixed line), from what people type: spaces, dots,
 * dashes, +84 or 84 before it. Nothing where it is not one. Prefixes by the numbering plan in force since 2018.
 */
export function normalizePhone(text: string): string | undefined {
  const typed = text.trim().replace(/[\s.()-]/g, '');
  const digits = typed.replace(/^(?:\+84|0084|84(?=\d{9,10}$))/, '0');
  if (/^0[35789]\d{8}$/.test(digits)) return digits;
  return /^02\d{9}$/.test(digits) ? digits : undefined;
}

/** Groups for reading aloud: "0912 345 678", "024 3869 3731". */
export function formatPhone(phone: string): string {
  if (/^0[35789]\d{8}$/.test(phone)) return `${phone.slice(0, 4)} ${phone.slice(4, 7)} ${phone.slice(7)}`;
  return phone.replace(/^(02\d)(\d{4})(\d{4})$/, '$1 $2 $3').replace(/^(02\d{2})(\d{3})(\d{4})$/, '$1 $2 $3');
}
