/** How hard a password is to guess: 0 easily, 1 in some days, 2 hard, 3 very hard. */
export type Strength = 0 | 1 | 2 | 3;

/** Bits of guessing at which the next grade begins: 2^40 guesses are a day's work for one machine against argon2id. */
const GRADES = [40, 56, 72] as const;

/** How many signs somebody must try at each place, from the kinds of signs that were used. */
function alphabet(text: string): number {
  const kinds: readonly [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/\s/, 1],
    [/[^\p{L}\d\s]/u, 33],
    // Letters with marks: those of Vietnamese.
    [/(?![a-zA-Z])\p{L}/u, 67],
  ];
  return kinds.reduce((sum, [kind, size]) => sum + (kind.test(text) ? size : 0), 0);
}

/**
 * A rough grade while somebody types; whether a password is taken is decided by the server alone. Letters that continue a
 * run (abc, 321), repeat the one before, or repeat what stood earlier count for little; what the person is called for nothing.
 */
export function strengthOf(password: string, own: readonly string[] = []): Strength {
  const text = password.normalize('NFC');
  let bare = text.toLowerCase();
  for (const name of own) if (name.length > 2) bare = bare.replaceAll(name.toLowerCase(), '');
  const letters = [...bare];
  const codes = letters.map((letter) => letter.codePointAt(0) ?? 0);
  let length = 0;
  for (const [i, code] of codes.entries()) {
    const step = code - (codes[i - 1] ?? Number.NaN);
    const before = (codes[i - 1] ?? Number.NaN) - (codes[i - 2] ?? Number.NaN);
    const isRun = step === 0 || (Math.abs(step) === 1 && step === before);
    const three = letters.slice(i - 2, i + 1).join('');
    const isOld =
      three.length === 3 &&
      letters
        .slice(0, i - 2)
        .join('')
        .includes(three);
    length += isRun || isOld ? 0.2 : 1;
  }
  const bits = length * Math.log2(Math.max(2, alphabet(text))) * 0.8;
  return GRADES.filter((grade) => bits >= grade).length as Strength;
}
