/*
 * Expand, then contract: the version before this one goes on working on this one's schema, so that an upgrade can be
 * taken back and several servers can be renewed one after the other. What would break it is forbidden in a migration,
 * unless a line before it says which released version stopped using it:
 *
 *   -- contract: 0.2.0 no longer reads record.note
 */

/** Statements that break the version before, or lock a large table for long. */
const FORBIDDEN: readonly { pattern: RegExp; why: string }[] = [
  { pattern: /\bdrop\s+(table|view|materialized\s+view|schema|sequence|type)\b/i, why: 'the version before reads it' },
  { pattern: /\bdrop\s+column\b/i, why: 'the version before reads it' },
  { pattern: /\brename\s+(to|column|constraint)\b/i, why: 'the version before knows the old name' },
  { pattern: /\balter\s+column\s+\S+\s+(set\s+data\s+)?type\b/i, why: 'rewrites the table under a lock' },
  { pattern: /\balter\s+column\s+\S+\s+set\s+not\s+null\b/i, why: 'the version before may write none' },
  {
    pattern: /\badd\s+column\s+(if\s+not\s+exists\s+)?\S+\s+[^,;]*\bnot\s+null\b(?![^,;]*\bdefault\b)/i,
    why: 'the version before writes none',
  },
  { pattern: /\brevoke\b(?![^;]*\bfrom\s+public\b)/i, why: 'the version before may need it' },
  { pattern: /\btruncate\b/i, why: 'rows are lost' },
];

/** A statement that may not stand in a migration. */
export interface Breach {
  line: number;
  statement: string;
  why: string;
}

/** What of a migration would break the version before it, without a word about when that stopped needing it. Pure. */
export function breaches(sql: string): Breach[] {
  const found: Breach[] = [];
  let line = 1;
  for (const part of split(sql)) {
    const code = part.text.replace(/--[^\n]*/g, '').trim();
    if (!/^\s*--\s*contract:\s*\d+\.\d+\.\d+\s+\S/m.test(part.text))
      for (const { pattern, why } of FORBIDDEN)
        if (pattern.test(code)) found.push({ line, statement: code.replace(/\s+/g, ' ').slice(0, 120), why });
    line += part.text.split('\n').length - 1;
  }
  return found;
}

/** Versions like `0.2.0`, the lesser first. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (x?.[i] ?? 0) - (y?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The oldest program that works beside what a migration took away: what its `-- contract:` lines name. Pure. */
export function neededBy(sql: string): string | undefined {
  return [...sql.matchAll(/^\s*--\s*contract:\s*(\d+\.\d+\.\d+)\s+\S/gm)]
    .map((line) => line[1] ?? '')
    .sort(compareVersions)
    .at(-1);
}

/** Statements with the comments before them; a body in dollar quotes stays in one piece. */
function* split(sql: string): Generator<{ text: string }> {
  let text = '';
  let quote: string | undefined;
  for (const piece of sql.split(/(\$[a-z_]*\$|;|--[^\n]*)/i)) {
    text += piece;
    if (quote === undefined && /^\$[a-z_]*\$$/i.test(piece)) quote = piece;
    else if (piece === quote) quote = undefined;
    else if (piece === ';' && quote === undefined) {
      yield { text };
      text = '';
    }
  }
  if (text.trim() !== '') yield { text };
}

const ONLINE = /^--\s*online\b/m;

/** Runs outside a transaction, beside people at work: an index that is built without a lock (`-- online` in its file). */
export const isOnline = (sql: string): boolean => ONLINE.test(sql);
