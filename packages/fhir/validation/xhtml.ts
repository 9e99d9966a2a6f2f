/**
 * The narrative rules txt-1 and txt-2: well-formed, only basic formatting, and some content.
 * Whatever can run or load something (scripts, event handlers, frames, forms, `javascript:` links) is refused, since
 * narratives are shown to people.
 */
import type { Fault } from './context.ts';

const NOT_DIV: Fault = {
  code: 'structure',
  vi: 'Phần văn bản phải là một thẻ div XHTML',
  en: 'The narrative must be one XHTML div',
};
const NOT_WELL_FORMED: Fault = {
  code: 'structure',
  vi: 'XHTML không đóng mở thẻ đúng',
  en: 'The XHTML is not well-formed',
};
const NOT_ALLOWED: Fault = {
  code: 'invariant',
  vi: 'XHTML chứa thẻ hoặc thuộc tính không được phép (txt-1)',
  en: 'The XHTML holds an element or attribute that is not allowed (txt-1)',
};
const NO_CONTENT: Fault = {
  code: 'invariant',
  vi: 'Phần văn bản không có nội dung (txt-2)',
  en: 'The narrative has no content (txt-2)',
};

// HTML 4.0 chapters 7 to 11 (except section 4 of chapter 9) and 15, links and images.
const ELEMENTS = new Set(
  (
    'a abbr acronym address b big blockquote br caption center cite code col colgroup dd dfn div dl dt em font h1 h2 ' +
    'h3 h4 h5 h6 hr i img kbd li map area ol p pre q s samp small span strike strong style sub sup table tbody td ' +
    'tfoot th thead tr tt u ul var ins del bdo'
  ).split(' '),
);
const FORBIDDEN_URL = /^\s*(javascript|vbscript):/i;
const TAG = /<(\/?)([A-Za-z][\w.:-]*)((?:\s+[A-Za-z_:][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z_:][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITY = /&(?!(?:[A-Za-z][A-Za-z0-9]*|#\d+|#x[0-9A-Fa-f]+);)/;

function checkAttributes(attributes: string): Fault | undefined {
  if (attributes === '') return undefined;
  for (const m of attributes.matchAll(ATTRIBUTE)) {
    const name = (m[1] ?? '').toLowerCase();
    if (name.startsWith('on')) return NOT_ALLOWED;
    if ((name === 'href' || name === 'src') && FORBIDDEN_URL.test(m[2] ?? m[3] ?? '')) return NOT_ALLOWED;
  }
  return undefined;
}

/** Checks the value of `Narrative.div`. One pass, linear in the length of the text. */
export function checkXhtml(value: string): Fault | undefined {
  if (!value.startsWith('<div')) return NOT_DIV;
  const open: string[] = [];
  let hasContent = false;
  let at = 0;
  while (at < value.length) {
    const next = value.indexOf('<', at);
    const textEnd = next < 0 ? value.length : next;
    if (textEnd > at) {
      const text = value.slice(at, textEnd);
      if (ENTITY.test(text)) return NOT_WELL_FORMED;
      const isBlank = text.trim() === '';
      if (!isBlank) hasContent = true;
      // Only white space may follow the closing div.
      if (open.length === 0 && !isBlank) return NOT_DIV;
    }
    if (next < 0) break;
    if (value.startsWith('<!--', next)) {
      const end = value.indexOf('-->', next + 4);
      if (end < 0) return NOT_WELL_FORMED;
      at = end + 3;
      continue;
    }
    TAG.lastIndex = next;
    const m = TAG.exec(value);
    if (!m) return NOT_WELL_FORMED;
    at = TAG.lastIndex;
    const [, closing, name = '', attributes = '', selfClosing] = m;
    if (closing) {
      if (open.pop() !== name) return NOT_WELL_FORMED;
      continue;
    }
    if (open.length === 0 && next > 0) return NOT_DIV;
    if (!ELEMENTS.has(name.toLowerCase())) return NOT_ALLOWED;
    if (name === 'img') hasContent = true;
    const wrong = checkAttributes(attributes);
    if (wrong) return wrong;
    if (!selfClosing) open.push(name);
  }
  if (open.length > 0) return NOT_WELL_FORMED;
  return hasContent ? undefined : NO_CONTENT;
}
