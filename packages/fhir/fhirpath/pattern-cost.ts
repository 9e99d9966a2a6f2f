/**
 * Whether a regular expression that somebody sent may be run. The engine's expressions backtrack: `(a+)+$` takes time
 * that doubles with every letter. Patterns of the definitions are known; those of requests go through here.
 */

/** Steps that a match may be expected to take. */
const MAX_STEPS = 20_000_000;
/** A repetition up to this often counts as one step, beyond it as long as the text. */
const SHORT_REPEAT = 20;

interface Group {
  repeats: boolean;
  alternates: boolean;
}

/** The power of the text's length that a match can cost: 0 without repetition; Infinity for nested ones. */
export function patternPower(pattern: string): number {
  const groups: Group[] = [{ repeats: false, alternates: false }];
  let power = 0;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    const group = groups.at(-1);
    if (!group) return Number.POSITIVE_INFINITY;
    if (c === '\\') i++;
    else if (c === '[') i = endOfClass(pattern, i);
    else if (c === '(') groups.push({ repeats: false, alternates: false });
    else if (c === '|') group.alternates = true;
    else if (c === ')') {
      groups.pop();
      const outer = groups.at(-1);
      if (!outer) return Number.POSITIVE_INFINITY;
      if (repetition(pattern, i + 1) > 1 && (group.repeats || group.alternates)) return Number.POSITIVE_INFINITY;
      outer.repeats ||= group.repeats;
      outer.alternates ||= group.alternates;
    } else {
      const times = repetition(pattern, i);
      if (times <= 1) continue;
      group.repeats = true;
      if (times > SHORT_REPEAT) power++;
      if (c === '{') i = pattern.indexOf('}', i);
    }
  }
  return groups.length === 1 ? power : Number.POSITIVE_INFINITY;
}

/** How often the part before a place may be repeated: 1 where nothing there repeats it. */
function repetition(pattern: string, at: number): number {
  const c = pattern[at];
  if (c === '*' || c === '+') return Number.POSITIVE_INFINITY;
  const bounds = c === '{' ? /^\{(\d+)(,(\d*))?\}/.exec(pattern.slice(at, at + 24)) : null;
  if (!bounds) return 1;
  if (bounds[2] === undefined) return Number(bounds[1]);
  return bounds[3] === '' ? Number.POSITIVE_INFINITY : Number(bounds[3]);
}

function endOfClass(pattern: string, start: number): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === ']' && i > start + 1) return i;
  }
  return pattern.length;
}

/** Whether a pattern may be matched against a text of that length. */
export function isAffordable(pattern: string, length: number): boolean {
  const power = patternPower(pattern);
  // A search tries every place as a start.
  return Number.isFinite(power) && Math.max(1, length) ** (power + 1) <= MAX_STEPS;
}
