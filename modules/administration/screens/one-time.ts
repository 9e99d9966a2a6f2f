/** Letters and digits that are not mistaken for one another when a password is read out or copied by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password for one time: 16 random letters (79 bits) in groups of four. It is made here, so that no answer of the server holds it. */
export function oneTimePassword(): string {
  const letters: string[] = [];
  while (letters.length < 16)
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      // Bytes beyond the last whole round would favour the first letters.
      if (byte < 248 && letters.length < 16) letters.push(LETTERS[byte % LETTERS.length] ?? '');
    }
  return (letters.join('').match(/.{4}/g) ?? []).join('-');
}

/** 32 random bytes in base64url: the token that an enrolment's QR code holds. */
export function enrolmentToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
