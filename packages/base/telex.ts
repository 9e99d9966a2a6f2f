import { splitSyllable, type Tone, toneFits, writeSyllable } from './syllable.ts';

const TELEX_TONES: Readonly<Record<string, Tone>> = { f: 1, r: 2, x: 3, s: 4, j: 5, z: 0 };
const VNI_TONES: Readonly<Record<string, Tone>> = { '0': 0, '1': 4, '2': 1, '3': 2, '4': 3, '5': 5 };
const CIRCUMFLEX: Readonly<Record<string, string>> = { a: 'â', e: 'ê', o: 'ô' };
const LONGEST_WORD = 12;
/** A word that touches one of these is part of a longer one and is not repaired ("M'gar"). */
const JOINS = /[\p{L}\p{M}'’ʼ]/u;

/**
 * Repairs text typed with the Vietnamese keyboard switched off: Telex ("traanf" → "trần") and VNI ("tra62n" → "trần"),
 * marks in place or at the end of the word. A word that would not become a Vietnamese syllable is left as it is, so
 * drug names survive. For search only: "moon" is how Telex spells "môn", so the repaired text is one more reading and
 * never replaces what was typed.
 */
export function unTelex(s: string): string {
  return s.replace(/[A-Za-z0-9]+/g, (word, at: number) => {
    const joined = JOINS.test(s.charAt(at - 1)) || JOINS.test(s.charAt(at + word.length));
    return joined || word.length > LONGEST_WORD ? word : repairWord(word);
  });
}

function repairWord(word: string): string {
  const typed = word.toLowerCase();
  const keys = /^[a-z]+$/.test(typed)
    ? readTelex(typed)
    : /^[a-z][a-z]*\d[a-z0-9]*$/.test(typed)
      ? readVni(typed)
      : undefined;
  if (!keys) return word;
  // "uo" with a hook is ươ before a coda (đường) and uơ at the end (thuở).
  const syllable = splitSyllable(keys.letters.replace(/ươ$/, 'uơ'));
  if (!syllable || !toneFits(syllable.rhyme, keys.tone)) return word;
  const repaired = writeSyllable(syllable, keys.tone);
  return repaired === typed ? word : likeCase(word, repaired);
}

interface Keys {
  letters: string;
  tone: Tone;
}

function readTelex(typed: string): Keys | undefined {
  let letters = '';
  let tone: Tone | undefined;
  for (const key of typed) {
    const toneKey = TELEX_TONES[key];
    const hasVowel = /[aăâeêioôơuưy]/.test(letters.replace(/^(?:qu|gi(?=[aăâeêoôơuưy]))/, ''));
    if (toneKey !== undefined && hasVowel) {
      if (tone !== undefined) return undefined;
      tone = toneKey;
      continue;
    }
    letters = (key === 'w' ? hook(letters, 'w') : doubled(letters, key)) ?? letters + key;
  }
  return { letters, tone: tone ?? 0 };
}

/** The second of a pair (aa, ee, oo, dd) turns the first into â, ê, ô, đ, also from the end of the word. */
function doubled(letters: string, key: string): string | undefined {
  if (key === 'd') return letters.startsWith('d') ? `đ${letters.slice(1)}` : undefined;
  const marked = CIRCUMFLEX[key];
  if (marked === undefined) return undefined;
  const at = letters.lastIndexOf(key);
  if (at < 0 || /[aeiouyăâêôơư]/.test(letters.slice(at + 1).replace(/[iuy]$/, ''))) return undefined;
  return letters.slice(0, at) + marked + letters.slice(at + 1);
}

/** Horn (ư, ơ, ươ) or breve (ă). Telex has one key for both, VNI has 7 and 8. */
function hook(letters: string, key: 'w' | '7' | '8'): string | undefined {
  if (key !== '8') {
    if (/[uư]o/.test(letters) && !/^qu?o/.test(letters)) return letters.replace(/[uư]o/, 'ươ');
    if (letters.includes('ưo')) return letters.replace('ưo', 'ươ');
    if (key === 'w' && /oa/.test(letters)) return letters.replace('oa', 'oă');
    if (/^quo/.test(letters)) return letters.replace('quo', 'quơ');
    const at = Math.max(letters.lastIndexOf('o'), letters.replace(/^qu/, 'q_').indexOf('u'));
    if (at >= 0) return `${letters.slice(0, at)}${letters[at] === 'o' ? 'ơ' : 'ư'}${letters.slice(at + 1)}`;
    if (key === '7') return undefined;
  }
  return letters.includes('a') ? letters.replace('a', 'ă') : undefined;
}

function readVni(typed: string): Keys | undefined {
  let letters = '';
  let tone: Tone | undefined;
  for (const key of typed) {
    const toneKey = VNI_TONES[key];
    if (toneKey !== undefined) {
      if (tone !== undefined) return undefined;
      tone = toneKey;
      continue;
    }
    const next = /\d/.test(key) ? vniMark(letters, key) : letters + key;
    if (next === undefined) return undefined;
    letters = next;
  }
  return { letters, tone: tone ?? 0 };
}

function vniMark(letters: string, key: string): string | undefined {
  if (key === '9') return letters.startsWith('d') ? `đ${letters.slice(1)}` : undefined;
  if (key === '7' || key === '8') return hook(letters, key);
  const at = key === '6' ? letters.search(/[aeo](?![aeo])/) : -1;
  return at < 0 ? undefined : letters.slice(0, at) + CIRCUMFLEX[letters.charAt(at)] + letters.slice(at + 1);
}

function likeCase(original: string, repaired: string): string {
  const letters = original.replace(/\d/g, '');
  if (letters.length > 1 && letters === letters.toUpperCase()) return repaired.toUpperCase();
  return letters.charAt(0) === letters.charAt(0).toUpperCase()
    ? repaired.charAt(0).toUpperCase() + repaired.slice(1)
    : repaired;
}
