import { type Problem, refuse } from '@mach/base/problem.ts';

/** Levels of lists and objects in each other. The deepest official FHIR example has 16. */
const DEPTH = 64;
/** Members of one list or object: more go by bundle pages or by import. */
const WIDTH = 20_000;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;

/**
 * What is wrong with the shape of a JSON text, before anything is built from it: a small text may hold a million levels,
 * which no later code could walk. Undefined where nothing is.
 */
export function shapeFault(text: string): Problem | undefined {
  const members = new Int32Array(DEPTH + 1);
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === 91 || code === 123) {
      if (++depth > DEPTH)
        return tooLarge(`Dữ liệu lồng quá ${DEPTH} tầng`, `The body is nested deeper than ${DEPTH} levels`);
      members[depth] = 0;
    } else if (code === 93 || code === 125) {
      // More ends than beginnings are the parser's to tell.
      if (depth > 0) depth--;
    } else if (code === COMMA) {
      const count = (members[depth] ?? 0) + 1;
      members[depth] = count;
      if (count >= WIDTH)
        return tooLarge(`Một danh sách có hơn ${WIDTH} phần tử`, `A list has more than ${WIDTH} elements`);
    }
  }
  return undefined;
}

/** The place of the quote that ends the string begun at `start`; the text's length where none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function tooLarge(vi: string, en: string): Problem {
  return refuse(
    413,
    'too-deep',
    { vi, en },
    { remedy: { vi: 'Chia nhỏ, hoặc dùng mach import', en: 'Split it, or use mach import' } },
  );
}
