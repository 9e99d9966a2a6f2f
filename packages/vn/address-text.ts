import { foldText } from '@mach/base';

/** The word before a unit's name, which says its kind. */
export type UnitMarker = 'tinh' | 'thanh-pho' | 'quan' | 'huyen' | 'thi-xa' | 'phuong' | 'xa' | 'thi-tran' | 'dac-khu';

export interface UnitText {
  marker?: UnitMarker;
  /** Comparison key of the name without its marker. */
  key: string;
  /** The name without its marker, as written. */
  bare: string;
}

export interface Segment {
  text: string;
  /** Where it begins in the whole address. */
  start: number;
}

const WORDS: readonly (readonly [string, UnitMarker])[] = [
  ['thành phố', 'thanh-pho'],
  ['tỉnh', 'tinh'],
  ['quận', 'quan'],
  ['huyện', 'huyen'],
  ['thị xã', 'thi-xa'],
  ['thị trấn', 'thi-tran'],
  ['thi trấn', 'thi-tran'],
  ['đặc khu', 'dac-khu'],
  ['phường', 'phuong'],
  ['xã', 'xa'],
];
const SHORT: Readonly<Record<string, UnitMarker>> = {
  tp: 'thanh-pho',
  t: 'tinh',
  q: 'quan',
  h: 'huyen',
  tx: 'thi-xa',
  tt: 'thi-tran',
  p: 'phuong',
  f: 'phuong',
  x: 'xa',
  đk: 'dac-khu',
};
/** A full marker word inside a segment begins a new unit: "Xã Ea Tul Huyện Cư M'gar". "xã" of "thị xã" does not. */
const INNER = new RegExp(
  `(?<=[^\\s,])(?<!(?:^|\\s)th[iị])\\s+(?=(?:${WORDS.map(([word]) => word).join('|')}|t\\.?p\\.?|tx\\.|tt\\.|[pqhxt]\\.)[\\s.]*\\S|[pq]\\.?\\d)`,
  'giu',
);

/**
 * What unit names are compared by: letters and digits only, without marks, with the spellings that vary made one
 * (y as i, k as c except in kh, no zero before a number): "Đắc Lắc" meets "Đắk Lắk", "Phường 01" meets "P1".
 */
export function unitKey(name: string): string {
  return foldText(name)
    .replace(/\d+/g, (digits) => String(Number(digits)))
    .replace(/[^a-z0-9]/g, '')
    .replace(/y/g, 'i')
    .replace(/k(?!h)/g, 'c');
}

/**
 * The ways to read a segment as a unit, the likeliest first: with its marker taken off, then as a bare name ("Quản Bạ"
 * typed without marks is no "quận"). Marker words without marks count only where the whole segment has none.
 */
export function readUnit(segment: string): UnitText[] {
  const text = segment
    .normalize('NFC')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
  const bare: UnitText = { key: unitKey(text), bare: text };
  const marked = stripWord(text) ?? stripShort(text);
  return marked && marked.key !== '' ? [marked, bare] : [bare];
}

function stripWord(text: string): UnitText | undefined {
  const lower = text.toLowerCase();
  const unmarked = foldText(text) === lower;
  for (const [word, marker] of WORDS) {
    const head = unmarked ? foldText(word) : word;
    if (!lower.startsWith(head)) continue;
    const rest = text.slice(head.length).replace(/^[\s.]+/, '');
    if (rest !== '' && /[\s.\d]/.test(text.charAt(head.length))) return { marker, key: unitKey(rest), bare: rest };
  }
  return undefined;
}

function stripShort(text: string): UnitText | undefined {
  const match =
    /^(t\.?p|tx|tt|đk|[tqhpfx])(?:\.\s*|\s+)(?=\S)/iu.exec(text) ??
    /^([pqf])(?=\d)/iu.exec(text) ??
    /^(tp)(?=hcm)/iu.exec(text);
  const marker = SHORT[(match?.[1] ?? '').toLowerCase().replace('.', '')];
  if (!match || marker === undefined) return undefined;
  const rest = text.slice(match[0].length);
  return { marker, key: unitKey(rest), bare: rest };
}

/** Splits an address at commas, else at dashes, and before marker words; "Việt Nam" at the end is dropped. */
export function segments(address: string): Segment[] {
  const found = split(address, /[,;\n]+/g);
  const parts = found.length > 1 ? found : split(address, /\s+[-–]\s+/g);
  const units = parts.flatMap((part) =>
    split(part.text, INNER).map((inner) => ({ text: inner.text, start: part.start + inner.start })),
  );
  return /^viet ?nam$|^vn$/.test(foldText(units.at(-1)?.text ?? '')) ? units.slice(0, -1) : units;
}

function split(text: string, separator: RegExp): Segment[] {
  const out: Segment[] = [];
  let start = 0;
  const push = (end: number): void => {
    const raw = text.slice(start, end);
    const trimmed = raw.trim().replace(/\.$/, '');
    if (trimmed !== '') out.push({ text: trimmed, start: start + raw.indexOf(trimmed) });
  };
  for (const match of text.matchAll(separator)) {
    push(match.index);
    start = match.index + match[0].length;
  }
  push(text.length);
  return out;
}
