/** A run of words that stayed, went or came. */
export interface DiffPart {
  readonly kind: 'same' | 'out' | 'in';
  readonly text: string;
}

/** Beyond this many words the two texts are shown whole: the table of the comparison would grow with their product. */
const MOST = 600;

/** What changed between two texts, word by word (longest common subsequence of words and the spaces between them). */
export function diffWords(before: string, after: string): readonly DiffPart[] {
  const a = before.match(/\s+|\S+/g) ?? [];
  const b = after.match(/\s+|\S+/g) ?? [];
  if (a.length > MOST || b.length > MOST)
    return before === after
      ? [{ kind: 'same', text: before }]
      : runs([
          { kind: 'out', text: before },
          { kind: 'in', text: after },
        ]);
  const width = b.length + 1;
  // lengths[i * width + j]: longest common run of a[i…] and b[j…].
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      parts.push({ kind: 'same', text: b[j] ?? '' });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1)))
      parts.push({ kind: 'out', text: a[i++] ?? '' });
    else parts.push({ kind: 'in', text: b[j++] ?? '' });
  }
  return runs(parts);
}

/** Joins neighbours: within a change what went stands before what came, and a lone space does not break a change in two. */
function runs(parts: readonly DiffPart[]): readonly DiffPart[] {
  const out: DiffPart[] = [];
  let gone = '';
  let come = '';
  const flush = (): void => {
    if (gone) out.push({ kind: 'out', text: gone });
    if (come) out.push({ kind: 'in', text: come });
    gone = '';
    come = '';
  };
  for (const [i, { kind, text }] of parts.entries()) {
    const inside = (gone || come) && /^\s+$/.test(text) && (parts[i + 1]?.kind ?? 'same') !== 'same';
    if (kind === 'out' || (kind === 'same' && inside)) gone += text;
    if (kind === 'in' || (kind === 'same' && inside)) come += text;
    if (kind !== 'same' || inside) continue;
    flush();
    const last = out.at(-1);
    if (last?.kind === 'same') out[out.length - 1] = { kind, text: last.text + text };
    else out.push({ kind, text });
  }
  flush();
  return out;
}
