import { compileLexicon, type Lexicon, type LexiconData, withEquivalents } from './lexicon.ts';
import { codeKey, tokenize, wordWeight } from './tokens.ts';

/** A further name of a code. */
export interface Synonym {
  text: string;
  /** 1 for a name as good as the official one, less for a looser one. */
  weight?: number;
}

/** One row of a list that people search: diagnosis, drug, service, laboratory test, ward. */
export interface CodeEntry {
  code: string;
  display: string;
  displayEn?: string;
  synonyms?: readonly (string | Synonym)[];
  /** How often it is wanted, −1 to 1; decides between equally good matches. */
  weight?: number;
  flags?: readonly string[];
  /** Entries of one group (ICD category) do not fill the first places alone. */
  group?: string;
  /** Days (yyyy-MM-dd, inclusive) on which the entry may be used. */
  validFrom?: string;
  validTo?: string;
}

/**
 * An immutable search index over a list. Lines (names, synonyms) are the documents; everything that is long is a typed
 * array. `scratch` is working memory of one search at a time (searches are synchronous).
 */
export interface CodeIndex {
  readonly entries: readonly CodeEntry[];
  readonly lexicon: Lexicon;
  /** All words, sorted, so that a prefix is a range. */
  readonly terms: readonly string[];
  readonly idf: Float32Array;
  /** Lines of term t: posts[postStart[t] .. postStart[t + 1]). */
  readonly postStart: Uint32Array;
  readonly posts: Uint32Array;
  readonly lineEntry: Uint32Array;
  /** Which text of the entry the line is: 0 the display, n the synonym n − 1, ENGLISH_LINE the English name. */
  readonly lineSource: Uint16Array;
  readonly lineWeight: Float32Array;
  /** Sum of the weights of the words written in the line. */
  readonly lineMass: Float32Array;
  readonly seqStart: Uint32Array;
  readonly seqTerm: Uint32Array;
  readonly seqPlace: Uint8Array;
  /** First letters of the words of names, sorted: "thavc" for tăng huyết áp vô căn. */
  readonly initials: readonly string[];
  readonly initialsLine: Uint32Array;
  readonly codeKeys: readonly string[];
  readonly codeEntry: Uint32Array;
  readonly groupOf: Int32Array;
  readonly scratch: Scratch;
}

export interface Scratch {
  readonly query: Float32Array;
  readonly line: Float32Array;
  readonly seen: Int32Array;
  readonly touched: Uint32Array;
}

const LINE_WEIGHT_EN = 0.9;
const LONGEST_LINE = 60;

export const ENGLISH_LINE = 0xffff;

interface Line {
  entry: number;
  source: number;
  weight: number;
  text: string;
  named: boolean;
}

function* linesOf(entry: CodeEntry, at: number): Generator<Line> {
  yield { entry: at, source: 0, weight: 1, text: entry.display, named: true };
  for (const [i, s] of (entry.synonyms ?? []).entries()) {
    const synonym = typeof s === 'string' ? { text: s } : s;
    const weight = synonym.weight ?? 1;
    yield { entry: at, source: i + 1, weight, text: synonym.text, named: weight >= 0.97 };
  }
  if (entry.displayEn)
    yield { entry: at, source: ENGLISH_LINE, weight: LINE_WEIGHT_EN, text: entry.displayEn, named: false };
}

/** "(G01*)" and "(E10-E14)" in a name point to other codes and are no words of it. */
const POINTER = /[([][A-Z]\d{2}[^)\]]*[)\]]/g;

export function buildIndex(entries: readonly CodeEntry[], lexiconData: LexiconData = {}): CodeIndex {
  const lexicon = compileLexicon(lexiconData);
  const ids = new Map<string, number>();
  const names: string[] = [];
  const df: number[] = [];
  const lineEntry: number[] = [];
  const lineSource: number[] = [];
  const lineWeight: number[] = [];
  const seqStart: number[] = [0];
  const seqTerm: number[] = [];
  const seqPlace: number[] = [];
  const seqWritten: boolean[] = [];
  const initials: [string, number][] = [];

  entries.forEach((entry, at) => {
    const seen = new Set<string>();
    for (const line of linesOf(entry, at)) {
      const tokens = tokenize(line.text.replace(POINTER, ' ')).slice(0, LONGEST_LINE);
      const key = tokens.join(' ');
      if (key === '' || seen.has(key)) continue;
      seen.add(key);
      const lineId = lineEntry.length;
      const inLine = new Set<number>();
      for (const { token, place, written } of withEquivalents(tokens, lexicon)) {
        let id = ids.get(token);
        if (id === undefined) {
          id = names.length;
          ids.set(token, id);
          names.push(token);
          df.push(0);
        }
        if (!inLine.has(id)) {
          inLine.add(id);
          df[id] = (df[id] ?? 0) + 1;
        }
        seqTerm.push(id);
        seqPlace.push(place);
        seqWritten.push(written);
      }
      seqStart.push(seqTerm.length);
      lineEntry.push(at);
      lineSource.push(line.source);
      lineWeight.push(line.weight);
      if (line.named && tokens.length > 1) initials.push([initialsOf(tokens), lineId]);
    }
  });

  // Words in alphabetical order; the numbers given while reading are exchanged for the order.
  const order = names.map((_, i) => i).sort((a, b) => compare(names[a] ?? '', names[b] ?? ''));
  const rank = new Uint32Array(names.length);
  for (const [place, id] of order.entries()) rank[id] = place;
  const terms = order.map((id) => names[id] ?? '');
  const lines = lineEntry.length;
  const idf = Float32Array.from(
    order,
    (id) => wordWeight(names[id] ?? '') * Math.log(1 + lines / ((df[id] ?? 0) + 0.5)),
  );
  const terms32 = Uint32Array.from(seqTerm, (id) => rank[id] ?? 0);
  const { postStart, posts } = invert(
    terms32,
    seqStart,
    order.map((id) => df[id] ?? 0),
  );

  initials.sort((a, b) => compare(a[0], b[0]));
  const codes = entries.map((e, i) => [codeKey(e.code), i] as const).sort((a, b) => compare(a[0], b[0]));
  return {
    entries,
    lexicon,
    terms,
    idf,
    postStart,
    posts,
    lineEntry: Uint32Array.from(lineEntry),
    lineSource: Uint16Array.from(lineSource),
    lineWeight: Float32Array.from(lineWeight),
    lineMass: masses(terms32, seqStart, seqWritten, idf),
    seqStart: Uint32Array.from(seqStart),
    seqTerm: terms32,
    seqPlace: Uint8Array.from(seqPlace),
    initials: initials.map(([text]) => text),
    initialsLine: Uint32Array.from(initials, ([, line]) => line),
    codeKeys: codes.map(([key]) => key),
    codeEntry: Uint32Array.from(codes, ([, at]) => at),
    groupOf: groupNumbers(entries),
    scratch: {
      query: new Float32Array(lines),
      line: new Float32Array(lines),
      seen: new Int32Array(lines),
      touched: new Uint32Array(lines),
    },
  };
}

/** Code-point order: the same on every machine, and the order in which prefixes are contiguous. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** "Bệnh tăng huyết áp vô căn" is abbreviated from "tăng"; "bệnh" is not spoken of. */
function initialsOf(tokens: readonly string[]): string {
  const from = tokens[0] === 'benh' && tokens.length > 2 ? 1 : 0;
  return tokens
    .slice(from, from + 8)
    .map((t) => (/^\d/.test(t) ? t : t.charAt(0)))
    .join('');
}

function invert(
  seqTerm: Uint32Array,
  seqStart: readonly number[],
  df: readonly number[],
): { postStart: Uint32Array; posts: Uint32Array } {
  const postStart = new Uint32Array(df.length + 1);
  for (const [t, n] of df.entries()) postStart[t + 1] = (postStart[t] ?? 0) + n;
  const posts = new Uint32Array(postStart[df.length] ?? 0);
  const next = postStart.slice(0, df.length);
  const last = new Int32Array(df.length).fill(-1);
  for (let line = 0; line + 1 < seqStart.length; line++) {
    for (let i = seqStart[line] ?? 0; i < (seqStart[line + 1] ?? 0); i++) {
      const t = seqTerm[i] ?? 0;
      if (last[t] === line) continue;
      last[t] = line;
      const at = next[t] ?? 0;
      posts[at] = line;
      next[t] = at + 1;
    }
  }
  return { postStart, posts };
}

function masses(
  seqTerm: Uint32Array,
  seqStart: readonly number[],
  written: readonly boolean[],
  idf: Float32Array,
): Float32Array {
  const out = new Float32Array(seqStart.length - 1);
  for (let line = 0; line < out.length; line++) {
    const counted = new Set<number>();
    for (let i = seqStart[line] ?? 0; i < (seqStart[line + 1] ?? 0); i++) {
      const t = seqTerm[i] ?? 0;
      if (!written[i] || counted.has(t)) continue;
      counted.add(t);
      out[line] = (out[line] ?? 0) + (idf[t] ?? 0);
    }
  }
  return out;
}

function groupNumbers(entries: readonly CodeEntry[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(entries, ({ group }) => {
    if (group === undefined) return -1;
    const known = numbers.get(group);
    if (known !== undefined) return known;
    numbers.set(group, numbers.size);
    return numbers.size - 1;
  });
}

/** The text of a line, as the entry writes it. */
export function lineText(index: CodeIndex, line: number): string {
  const entry = index.entries[index.lineEntry[line] ?? -1];
  const source = index.lineSource[line] ?? 0;
  if (entry === undefined || source === 0) return entry?.display ?? '';
  if (source === ENGLISH_LINE) return entry.displayEn ?? '';
  const synonym = entry.synonyms?.[source - 1];
  return typeof synonym === 'object' ? synonym.text : (synonym ?? '');
}
