// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the characters XML 1.0 cannot carry
const ILLEGAL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Replaces what XML 1.0 cannot carry: control characters by a blank, broken surrogates by U+FFFD. */
export function legalText(text: string): string {
  return text.replace(ILLEGAL, ' ').replace(LONE_SURROGATE, '\uFFFD');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

/** Character data of an element. A carriage return is written as a reference, since parsers fold it into a line feed. */
export function escapeText(text: string): string {
  return legalText(text).replace(/[&<>"\r]/g, (c) => ENTITIES[c] ?? c);
}

/** The same as a CDATA section; "]]>" is split over two. Carriage returns do not survive inside CDATA. */
export function cdata(text: string): string {
  return `<![CDATA[${legalText(text).replace(/\r\n?/g, '\n').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
