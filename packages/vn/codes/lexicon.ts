import { tokenize } from './tokens.ts';

/** What people write instead of the words of the list. Data comes from a rule pack; none is known to the search. */
export interface LexiconData {
  /** Short form and what it stands for; a short form may stand for several things. */
  abbreviations?: readonly (readonly [short: string, long: string])[];
  /** Phrases of one meaning: "ung thư", "u ác tính". */
  equivalents?: readonly (readonly string[])[];
}

interface Phrase {
  tokens: readonly string[];
  set: number;
}

export interface Lexicon {
  /** Token or token pair of a short form → token sequences it stands for. */
  readonly expansions: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** The short forms, sorted. */
  readonly shortForms: readonly string[];
  readonly phrasesByFirst: ReadonlyMap<string, readonly Phrase[]>;
  readonly sets: readonly (readonly (readonly string[])[])[];
}

export function compileLexicon(data: LexiconData = {}): Lexicon {
  const expansions = new Map<string, string[][]>();
  for (const [short, long] of data.abbreviations ?? []) {
    const key = tokenize(short).join(' ');
    const list = expansions.get(key) ?? [];
    list.push(tokenize(long));
    expansions.set(key, list);
  }
  const sets = (data.equivalents ?? []).map((set) => distinct(set.map(tokenize)));
  const phrasesByFirst = new Map<string, Phrase[]>();
  sets.forEach((members, set) => {
    for (const tokens of members) {
      const [first] = tokens;
      if (first === undefined) continue;
      const list = phrasesByFirst.get(first) ?? [];
      list.push({ tokens, set });
      phrasesByFirst.set(first, list);
    }
  });
  const shortForms = [...expansions.keys()].sort((a, b) => (a < b ? -1 : 1));
  return { expansions, shortForms, phrasesByFirst, sets };
}

function distinct(lists: readonly string[][]): string[][] {
  const seen = new Set<string>();
  return lists.filter((tokens) => {
    const key = tokens.join(' ');
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export interface Placed {
  token: string;
  /** Place in the line; words of an equivalent phrase stand where the written phrase stands. */
  place: number;
  /** Whether the word is written in the line; an equivalent may be found but is not owed. */
  written: boolean;
}

/** The words of a line with the words of every equivalent phrase put in their places. */
export function withEquivalents(tokens: readonly string[], lexicon: Lexicon): Placed[] {
  const placed: Placed[] = tokens.map((token, place) => ({ token, place, written: true }));
  tokens.forEach((token, at) => {
    for (const phrase of lexicon.phrasesByFirst.get(token) ?? []) {
      if (!phrase.tokens.every((t, i) => tokens[at + i] === t)) continue;
      for (const other of lexicon.sets[phrase.set] ?? []) {
        if (other === phrase.tokens) continue;
        other.forEach((word, i) => {
          placed.push({ token: word, place: at + Math.min(i, phrase.tokens.length - 1), written: false });
        });
      }
    }
  });
  return placed;
}
