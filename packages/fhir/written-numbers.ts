/**
 * Decimals as they were written: FHIR says that `1.50` is not `1.5` (datatypes.html#decimal), JavaScript says that it
 * is. The number itself stays a number for everybody who computes with it; the text that it had is remembered beside
 * its holder, and is what JSON.stringify writes as long as the number has not been changed. A copy of the holder made
 * by its keys alone forgets the text and writes the number: `writtenCopy` makes one that does not.
 */
import { isObject } from './json.ts';

/** Holder (object or list) → key → the number's text. */
const texts = new WeakMap<object, Map<string, string>>();

/*
 * A number in JSON that JavaScript may write otherwise: zeros at its end or many at its start, an exponent, more digits
 * than a double holds. After a key's quote and colon, or in a list; what looks like one inside a string costs a second
 * look, or a slower reading done for nothing.
 */
const NUMBER = String.raw`(-?\d+(?:\.\d*0(?!\d)|\.0{6}\d*|(?:\.\d+)?[eE][+-]?\d+|[\d.]{15,})|-0)`;
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
  const own = texts.get(holder) ?? new Map<string, string>();
  own.set(String(key), text);
  remember(holder, own);
}

function remember(holder: object, own: Map<string, string>): void {
  if (texts.get(holder) === own) return;
  texts.set(holder, own);
  // Not enumerable: neither a copy nor a walk over the keys sees it.
  Object.defineProperty(holder, 'toJSON', { value: asWritten, enumerable: false, configurable: true });
}

/** Gives a copy (the same object with some members more, fewer or other) the texts of what it was made from. */
export function alsoWritten<T extends object>(copy: T, from: object): T {
  const own = texts.get(from);
  if (own) for (const [key, text] of own) keepWritten(copy, key, text);
  return copy;
}

/** A copy of one object or list (not of what is in it) that is written as the original is. */
export function writtenCopy<T extends object>(from: T): T {
  return alsoWritten((Array.isArray(from) ? [...from] : { ...from }) as T, from);
}

/** Puts a value under a key, as it is written (`text`) or as JavaScript writes it, whatever stood there before. */
export function putWritten(holder: object, key: string | number, value: unknown, text: string | undefined): void {
  (holder as Record<string | number, unknown>)[key] = value;
  if (text === undefined) texts.get(holder)?.delete(String(key));
  else keepWritten(holder, key, text);
}

/** The texts that a way of writing stands for, so that whoever has the one finds the other. */
const carried = new WeakMap<object, Map<string, string>>();

/**
 * For a resource that goes through hands which copy it by its keys: the knowledge of its own decimals goes along as a
 * member, until `arrived` takes it out again. The resource itself where there is nothing to know.
 */
export function travelling<T extends object>(resource: T): T {
  const own = texts.get(resource);
  if (!own) return resource;
  const toJSON = function (this: object): unknown {
    return written(this, own);
  };
  carried.set(toJSON, own);
  return { ...resource, toJSON };
}

/** The end of such a journey: the copy is as if it had been read from the text itself. */
export function arrived<T extends object>(copy: T): T {
  const { toJSON } = copy as { toJSON?: unknown };
  const own = typeof toJSON === 'function' ? carried.get(toJSON) : undefined;
  if (own) remember(copy, own);
  return copy;
}

/** How the number under a key was written; undefined where it was written as JavaScript does, or has been changed. */
export function writtenText(holder: object, key: string | number): string | undefined {
  const text = texts.get(holder)?.get(String(key));
  return text !== undefined && (holder as Record<string, unknown>)[key] === Number(text) ? text : undefined;
}

function asWritten(this: object): unknown {
  return written(this, texts.get(this) ?? new Map());
}

function written(holder: object, own: ReadonlyMap<string, string>): unknown {
  const copy = (Array.isArray(holder) ? [...holder] : { ...holder }) as Record<string, unknown>;
  delete copy.toJSON;
  if (rawJSON) for (const [key, text] of own) if (copy[key] === Number(text)) copy[key] = rawJSON(text);
  return copy;
}
