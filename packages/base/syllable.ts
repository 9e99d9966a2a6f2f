/** Vietnamese tones in the order of the Unicode collation for `vi`: ngang, huyền, hỏi, ngã, sắc, nặng. */
export type Tone = 0 | 1 | 2 | 3 | 4 | 5;

/** The combining mark of each tone. */
export const TONE_MARKS = ['', '\u0300', '\u0309', '\u0303', '\u0301', '\u0323'] as const;

const ONSETS = 'ngh ng nh gh gi ph th tr ch kh qu b c d đ g h k l m n p r s t v x'.split(' ');

/** Rhymes of Vietnamese spelling, toneless. What is not here is not a Vietnamese syllable. */
const RHYMES = new Set(
  (
    'a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây ' +
    'e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu ' +
    'o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ' +
    'oong ooc ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uên uênh ui um un ung uôc uôi ' +
    'uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưn ưng ươc ươi ươm ươn ương ' +
    'ươp ươt ươu ưt ưu ưm y yêm yên yêng yêt yêu ych yn ynh yp yt yu ' +
    // Place names of the Central Highlands end in k (Đắk Lắk, Krông Búk).
    'ak ăk âk ek êk ik ok ôk uk'
  ).split(' '),
);

export interface Syllable {
  onset: string;
  rhyme: string;
}

/** Splits toneless lower-case letters into onset and rhyme, or nothing where Vietnamese has no such syllable. */
export function splitSyllable(letters: string): Syllable | undefined {
  const candidates = ['', ...ONSETS].filter((onset) => letters.startsWith(onset)).sort((a, b) => b.length - a.length);
  for (const onset of candidates) {
    const rhyme = letters.slice(onset.length);
    if (RHYMES.has(rhyme)) return { onset, rhyme };
  }
  return undefined;
}

/** Syllables closed by a stop (c, ch, k, p, t) carry only sắc or nặng, or no mark where typing stopped half-way. */
export function toneFits(rhyme: string, tone: Tone): boolean {
  return tone === 0 || tone === 4 || tone === 5 || !/(?:c|ch|k|p|t)$/.test(rhyme);
}

/** Writes the syllable with its tone mark on the vowel where Vietnamese spelling puts it ("hòa", "tuyết", "giếng"). */
export function writeSyllable({ onset, rhyme }: Syllable, tone: Tone): string {
  const at = tonePosition(rhyme);
  const marked = rhyme.slice(0, at + 1) + TONE_MARKS[tone] + rhyme.slice(at + 1);
  return (onset + marked).normalize('NFC');
}

/** A vowel with its own mark takes the tone (the second of "ươ"); else the middle of three, else by the coda. */
function tonePosition(rhyme: string): number {
  const marked = rhyme.startsWith('ươ') ? 1 : rhyme.search(/[ăâêôơư]/);
  if (marked >= 0) return marked;
  const vowels = /^[aeiouy]+/.exec(rhyme)?.[0].length ?? 1;
  if (vowels === 3) return 1;
  return vowels === 2 && vowels < rhyme.length ? 1 : 0;
}

/** All rhymes, for tests that walk through the language. */
export function rhymes(): readonly string[] {
  return [...RHYMES];
}

/** All onsets, for tests that walk through the language. */
export function onsets(): readonly string[] {
  return ['', ...ONSETS];
}
