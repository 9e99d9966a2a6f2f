/**
 * Turns the guidance column of the 2026 list into synonym lines. The column is prose with a nesting of its own:
 * "- Bao gồm: bệnh tiểu đường:" followed by "+ khởi phát ở người lớn" means "bệnh tiểu đường khởi phát ở người lớn".
 * Exclusions, notes and instructions are left out: a synonym line must name the condition itself.
 */

/** Longer lines are explanations (chapter V describes each disorder), not names. */
const LONGEST_NAME = 110;
const MOST_WORDS = 18;

const INSTRUCTION_VI =
  /^(nếu|sử dụng|không được|không nên|không dùng|có thể sử dụng|có thể được|lưu ý|xem |tham khảo|chú thích|mã này|các mã|những mã|nhóm này|mục này|phân loại|được sử dụng|đối với|khi |người bệnh |một rối loạn|rối loạn này|là )/i;
const INSTRUCTION_EN =
  /^(use |if |note|see |this |these |the following|codes |category|for |when |a disorder|the patient|in this|not to be|should|it is|where )/i;

/** "(A22.8†)", "(I60-I67)", "(M01.3-*)": where else to look, not part of the name. */
const CODE_REFERENCE =
  /\s*[([]\s*(?:[A-Z]\d{2}(?:\.\d{0,2})?\.?-?[†*]?(?:\s*(?:[-–,;]|và|and|với|with)\s*)*)+[†*]?\s*[)\]]/g;

/** A reference without † or * at the end of a line sends the reader to another code: an exclusion, wherever it stands. */
const POINTS_ELSEWHERE = /[([]\s*[A-Z]\d{2}[^†*()]*\)\s*$/;

export function cleanName(text: string): string {
  return text
    .replace(CODE_REFERENCE, '')
    .replace(/[†*]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/\s+([,;:.)])/g, '$1')
    .trim();
}

interface Level {
  depth: number;
  prefix: string;
}

function collect(lines: { depth: number; text: string }[], instruction: RegExp): string[] {
  const names = new Set<string>();
  let parents: Level[] = [];
  for (const [i, { depth, text }] of lines.entries()) {
    parents = parents.filter((p) => p.depth < depth);
    const name = cleanName(text);
    if (name === '' || instruction.test(name)) continue;
    const prefix = parents.at(-1)?.prefix ?? '';
    const full = `${prefix}${prefix && !/^[(,]/.test(name) ? ' ' : ''}${name}`;
    // Some heads lost their colon: "+ Tắc nghẽn" before "++ hen phế quản".
    const heads = depth > 0 && (lines[i + 1]?.depth ?? 0) > depth;
    if (name.endsWith(':') || heads) {
      parents.push({ depth, prefix: full.replace(/:$/, '').replace(/\s*\((do|ở|in|due to|of|with|kèm)\)$/i, '') });
      continue;
    }
    const tidy = full.replace(/[.;,]+$/, '');
    const words = tidy.split(' ').length;
    if (tidy.length > LONGEST_NAME || words > MOST_WORDS) continue;
    // "Háng", "congenital": a site or an adjective whose head was lost is no name of the condition.
    if (words === 1 && (tidy.length < 5 || tidy === tidy.toLowerCase())) continue;
    names.add(tidy);
  }
  return [...names];
}

/** Names that the Vietnamese guidance gives as included in the code. */
export function inclusionsVi(guidance: string): string[] {
  const lines: { depth: number; text: string }[] = [];
  let taking = true;
  for (const raw of guidance.split('\n')) {
    const line = raw.trim();
    const [, marks = '', rest = ''] = /^([-–+]*)\s*(.*)$/.exec(line) ?? [];
    const depth = marks.startsWith('+') ? marks.length : 0;
    if (/^\[|^(xem|tham khảo) /i.test(rest)) continue;
    if (/^lưu ý/i.test(rest)) taking = false;
    else if (/^loại trừ/i.test(rest)) taking = false;
    else if (/^bao gồm\s*:?/i.test(rest)) taking = true;
    if (!taking || POINTS_ELSEWHERE.test(rest)) continue;
    const text = rest.replace(/^bao gồm\s*:?\s*/i, '');
    if (text !== '') lines.push({ depth, text });
  }
  return collect(lines, INSTRUCTION_VI);
}

/**
 * The English guidance marks nesting only by a blank at the start of the line, so one level is understood. What stands
 * under a second head is left out: "chronic: / obstructive: / bronchitis" would otherwise claim chronic bronchitis.
 */
export function inclusionsEn(guidance: string): string[] {
  const lines: { depth: number; text: string }[] = [];
  let taking = true;
  let open = false;
  let lost = false;
  for (const raw of guidance.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('[')) continue;
    if (/^(excl\.|note|use additional)/i.test(line)) taking = false;
    else if (/^incl\./i.test(line)) taking = true;
    if (!taking || POINTS_ELSEWHERE.test(line)) continue;
    const text = line.replace(/^incl\.:?\s*/i, '');
    if (text === '') continue;
    const nested = open && /^\s|^[a-z(]/.test(raw);
    if (!nested) lost = false;
    else if (text.endsWith(':')) lost = true;
    if (lost) continue;
    lines.push({ depth: nested ? 1 : 0, text });
    if (!nested) open = text.endsWith(':');
  }
  return collect(lines, INSTRUCTION_EN);
}
