import { FhirPathError } from './ast.ts';

export interface Token {
  readonly kind: 'name' | 'quoted-name' | 'string' | 'number' | 'date' | 'variable' | 'special' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const PATTERN = new RegExp(
  [
    String.raw`(?<space>\s+|//[^\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<date>@(?:\d{4}(?:-\d\d(?:-\d\d)?)?(?:T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?|T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?))`,
    String.raw`(?<number>\d+(?:\.\d+)?L?)`,
    String.raw`(?<string>'(?:[^'\\]|\\[\s\S])*')`,
    String.raw`(?<quoted>\x60(?:[^\x60\\]|\\[\s\S])*\x60|"(?:[^"\\]|\\[\s\S])*")`,
    String.raw`(?<variable>%(?:[A-Za-z_][A-Za-z0-9_-]*|'(?:[^'\\]|\\.)*'|\x60(?:[^\x60\\]|\\.)*\x60))`,
    String.raw`(?<special>\$(?:this|index|total))`,
    '(?<name>[A-Za-z_][A-Za-z0-9_]*)',
    String.raw`(?<symbol><=|>=|!=|!~|[().,[\]{}|+\-*/&<>=~])`,
  ].join('|'),
  'y',
);

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, e: string) =>
      e.length === 5 ? String.fromCharCode(Number.parseInt(e.slice(1), 16)) : (ESCAPES[e] ?? e),
    );
}

/** Splits an expression; the last token is always of kind `end`. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < expression.length) {
    PATTERN.lastIndex = at;
    const m = PATTERN.exec(expression);
    if (!m?.groups) throw new FhirPathError('unexpected character', expression, at);
    const g = m.groups;
    const start = at;
    at = PATTERN.lastIndex;
    if (g.space !== undefined) continue;
    if (g.date !== undefined) tokens.push({ kind: 'date', text: g.date.slice(1), at: start });
    else if (g.number !== undefined) tokens.push({ kind: 'number', text: g.number.replace('L', ''), at: start });
    else if (g.string !== undefined) tokens.push({ kind: 'string', text: unquote(g.string), at: start });
    else if (g.quoted !== undefined) tokens.push({ kind: 'quoted-name', text: unquote(g.quoted), at: start });
    else if (g.variable !== undefined) {
      const name = g.variable.slice(1);
      tokens.push({ kind: 'variable', text: /^['`]/.test(name) ? unquote(name) : name, at: start });
    } else if (g.special !== undefined) tokens.push({ kind: 'special', text: g.special.slice(1), at: start });
    else if (g.name !== undefined) tokens.push({ kind: 'name', text: g.name, at: start });
    else tokens.push({ kind: 'symbol', text: g.symbol ?? '', at: start });
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}
