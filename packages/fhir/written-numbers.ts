/**
 * Decimals as they were written: FHIR says that `1.50` is not `1.5` (datatypes.html#decimal), JavaScript says that it
 * is. The number itself stays a number for everybody who computes with it; the text that it had is remembered beside
 * its holder, and is what JSON.stringify writes as long as the number has not been changed. A copy of the holder made
 * by its keys alone forgets the text and writes the number.
 */
import { isObject } from './json.ts';

/** Holder (object or list) → key → the number's text. */
const texts = new WeakMap<object, Map<string, string>>();

/*
 * A number in JSON that JavaScript may write otherwise: zeros at its end or many at its start, an exponent, more digits
 * than a double holds. After a key's quote and colon, or in a list; what looks like one inside a string costs a second
 * look, or a slower reading done for nothing.
 */
const NUMBER = String.raw`(-?\d+(?:\.\d*0(?!\d)|\.0{6}\d*|(?:\.\d+)?[eE][+-]?\d+|[\d.]{15,}))`;
const MEMBER = new RegExp(String.raw`(":\s*)${NUMBER}(?=[\s,}\]])`, 'g');
const ITEM = new RegExp(String.raw`[[,]\s*${NUMBER}`, 'g');

const says = (number: string | undefined): boolean => number !== undefined && String(Number(number)) !== number;

function some(pattern: RegExp, group: number, text: string): boolean {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) if (says(match[group])) return true;
  return false;
}

// Both are in every engine of these years and not yet in the library of types.
const { rawJSON } = JSON as unknown as { rawJSON?: (text: string) => unknown };
type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/** Begins the string that stands for a number while a document is parsed; FHIR allows no such sign in any text. */
const MARK = '\u0001';

/** JSON.parse, with the text of the numbers kept where it says more than the number. @throws SyntaxError */
export function parseJson(text: string): unknown {
  const inLists = some(ITEM, 1, text);
  if (!inLists && !some(MEMBER, 2, text)) return JSON.parse(text);
  if (!inLists && !text.includes('\\u0001')) {
    // A number inside a string would end that string, and a backslash outside of one is no JSON: told by the parser.
    const marked = text.replace(MEMBER, (whole, before: string, number: string) =>
      says(number) ? `${before}"\\u0001${number}"` : whole,
    );
    try {
      return unmark(JSON.parse(marked));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return JSON.parse(text, keep as (this: unknown, key: string, value: unknown) => unknown);
}

const keep: Reviver = function (key, value, context) {
  const source = context?.source;
  if (typeof value === 'number' && source !== undefined && source !== String(value)) keepWritten(this, key, source);
  return value;
};

/** Puts the numbers back in the places of their marked texts. */
function unmark(root: unknown): unknown {
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const holder = node as Record<string, unknown>;
    for (const key in holder) {
      const value = holder[key];
      if (typeof value === 'object') {
        if (value !== null) open.push(value);
      } else if (typeof value === 'string' && value.startsWith(MARK)) {
        holder[key] = Number(value.slice(1));
        keepWritten(holder, key, value.slice(1));
      }
    }
  }
  return root;
}

/** Remembers how the number under a key of an object or list was written. */
export function keepWritten(holder: unknown, key: string | number, text: string): void {
  if (!isObject(holder) && !Array.isArray(holder)) return;
  let own = texts.get(holder);
  if (!own) {
    own = new Map();
    texts.set(holder, own);
    // Not enumerable: neither a copy nor a walk over the keys sees it.
    Object.defineProperty(holder, 'toJSON', { value: asWritten, enumerable: false, configurable: true });
  }
  own.set(String(key), text);
}

/** How the number under a key was written; undefined where it was written as JavaScript does, or has been changed. */
export function writtenText(holder: object, key: string | number): string | undefined {
  const text = texts.get(holder)?.get(String(key));
  return text !== undefined && (holder as Record<string, unknown>)[key] === Number(text) ? text : undefined;
}

function asWritten(this: object): unknown {
  const copy = (Array.isArray(this) ? [...this] : { ...this }) as Record<string, unknown>;
  if (rawJSON)
    for (const key of texts.get(this)?.keys() ?? []) {
      const text = writtenText(this, key);
      if (text !== undefined) copy[key] = rawJSON(text);
    }
  return copy;
}
