/** A letter of the desk and three to six digits, as the papers of a desk without its server carry them. */
const TICKET = /^[A-Z]\d{3,6}$/;

/** The number of a paper ticket as it is kept: `g0012 ` → `G0012`; undefined while it is none. */
export function paperTicket(typed: string): string | undefined {
  const number = typed.trim().toUpperCase();
  return TICKET.test(number) ? number : undefined;
}
