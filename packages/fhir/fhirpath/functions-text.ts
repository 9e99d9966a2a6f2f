/** Functions on strings. */
import { type Env, type Eval, EvaluationError, type Fn, singleInteger, singleString } from './env.ts';
import { bool, EMPTY, type Items, int, str, system } from './values.ts';

/** A function of the one string of the input and string arguments; empty where one of them is empty. */
function text(name: string, run: (s: string, ...args: string[]) => Items): Fn {
  return (input, args, env) => {
    const s = singleString(input, name);
    const values = args.map((a) => singleString(a(env), name));
    if (s === undefined || values.some((v) => v === undefined)) return EMPTY;
    return run(s, ...(values as string[]));
  };
}

function integerArgument(args: readonly Eval[], i: number, env: Env, name: string): number | undefined {
  const arg = args[i];
  return arg ? singleInteger(arg(env), name) : undefined;
}

/** Texts and patterns longer than this are not matched: the engine's expressions backtrack. */
const MAX_PATTERN = 1000;
const MAX_SUBJECT = 100_000;

function pattern(source: string, subject: string, flags: string): RegExp {
  if (source.length > MAX_PATTERN || subject.length > MAX_SUBJECT)
    throw new EvaluationError('the text or pattern is too long');
  try {
    return new RegExp(source, flags);
  } catch {
    throw new EvaluationError(`not a regular expression: ${source}`);
  }
}

const HTML_ESCAPES: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
];

function escaped(s: string, kind: string, back: boolean): string {
  if (kind === 'html') {
    // Ampersands first on the way out and last on the way back.
    const table = back ? [...HTML_ESCAPES].reverse() : HTML_ESCAPES;
    return table.reduce((t, [plain, code]) => (back ? t.replaceAll(code, plain) : t.replaceAll(plain, code)), s);
  }
  if (kind === 'json') return back ? jsonUnescaped(s) : JSON.stringify(s).slice(1, -1);
  throw new EvaluationError(`unknown escaping ${kind}`);
}

const JSON_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function jsonUnescaped(s: string): string {
  return s.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex: string | undefined, c: string) =>
    hex === undefined ? (JSON_ESCAPES[c] ?? c) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function encoded(s: string, kind: string): string {
  const bytes = new TextEncoder().encode(s);
  if (kind === 'hex') return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  const base64 = btoa(String.fromCharCode(...bytes));
  if (kind === 'base64') return base64;
  if (kind === 'urlbase64') return base64.replaceAll('+', '-').replaceAll('/', '_');
  throw new EvaluationError(`unknown encoding ${kind}`);
}

function decoded(s: string, kind: string): string {
  if (kind === 'hex') {
    const bytes = Uint8Array.from(s.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return new TextDecoder().decode(bytes);
  }
  if (kind !== 'base64' && kind !== 'urlbase64') throw new EvaluationError(`unknown encoding ${kind}`);
  const binary = atob(s.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
}

export const TEXT_FUNCTIONS: Readonly<Record<string, Fn>> = {
  indexOf: text('indexOf()', (s, part = '') => int(s.indexOf(part))),
  lastIndexOf: text('lastIndexOf()', (s, part = '') => int(s.lastIndexOf(part))),
  substring: (input, args, env) => {
    const s = singleString(input, 'substring()');
    const start = integerArgument(args, 0, env, 'substring()');
    if (s === undefined || start === undefined || start < 0 || start >= s.length) return EMPTY;
    const length = integerArgument(args, 1, env, 'substring()');
    return str(length === undefined ? s.slice(start) : s.slice(start, start + Math.max(0, length)));
  },
  startsWith: text('startsWith()', (s, part = '') => bool(s.startsWith(part))),
  endsWith: text('endsWith()', (s, part = '') => bool(s.endsWith(part))),
  contains: text('contains()', (s, part = '') => bool(s.includes(part))),
  upper: text('upper()', (s) => str(s.toUpperCase())),
  lower: text('lower()', (s) => str(s.toLowerCase())),
  trim: text('trim()', (s) => str(s.trim())),
  length: text('length()', (s) => int(s.length)),
  toChars: text('toChars()', (s) => [...s].flatMap((c) => str(c))),
  replace: text('replace()', (s, from = '', to = '') => str(s.replaceAll(from, () => to))),
  matches: text('matches()', (s, p = '') => bool(pattern(p, s, 's').test(s))),
  matchesFull: text('matchesFull()', (s, p = '') => bool(pattern(`^(?:${p})$`, s, 's').test(s))),
  replaceMatches: text('replaceMatches()', (s, p = '', to = '') =>
    str(p === '' ? s : s.replace(pattern(p, s, 'gs'), to)),
  ),
  split: text('split()', (s, separator = '') => s.split(separator).flatMap((part) => str(part))),
  join: (input, args, env) => {
    if (input.length === 0) return EMPTY;
    const separator = args[0] ? singleString(args[0](env), 'join()') : '';
    const parts = input.map((item) => {
      const value = system(item);
      if (value?.type !== 'System.String') throw new EvaluationError('join() expects strings');
      return value.value as string;
    });
    return str(parts.join(separator ?? ''));
  },
  escape: text('escape()', (s, kind = '') => str(escaped(s, kind, false))),
  unescape: text('unescape()', (s, kind = '') => str(escaped(s, kind, true))),
  encode: text('encode()', (s, kind = '') => str(encoded(s, kind))),
  decode: text('decode()', (s, kind = '') => str(decoded(s, kind))),
};
