import { refuse, type Text } from '@mach/base/problem.ts';
import { cellsAt, type OverlayCell, type OverlayEntry } from '@mach/engine/rule-packs/overlay.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';

/** Who may sign in and see what, and what is made up for demonstrations, is not corrected here. */
const CLOSED = new Set(['access-policy', 'identity', 'demo-hospital', 'simulation', 'names', 'vn-core']);

export const mayCorrect = (subject: string): boolean => !CLOSED.has(subject);

interface Rules {
  rules(subject: string, date?: string): RulePack;
}

/** An entry with what stands in its place now. @throws Problem 422 when it does not fit the pack of that day */
export function present(rules: Rules, entry: OverlayEntry, from: string, field: string): OverlayEntry {
  const fail = (code: string, where: string, text: Text): never => {
    throw refuse(422, code, text, { field: `${field}${where}` });
  };
  if (!mayCorrect(entry.subject))
    fail('closed-pack', '.subject', {
      vi: `Bộ quy tắc ${entry.subject} không đính chính ở đây`,
      en: `The rule pack ${entry.subject} is not corrected here`,
    });
  const pack = packOn(rules, entry.subject, from);
  if (!pack)
    return fail('no-edition', '.subject', {
      vi: `Không có bộ quy tắc ${entry.subject} vào ngày ${from}`,
      en: `No rule pack ${entry.subject} on ${from}`,
    });
  const names = Object.keys(entry.cells);
  const was = cellsAt(pack.data, entry, names);
  const columns = columnsOf(pack.data, entry.path);
  const strange = columns && [...names, ...Object.keys(entry.key)].find((name) => !columns.includes(name));
  if (strange)
    fail('no-column', `.cells.${strange}`, {
      vi: `Bảng ${entry.path} không có cột ${strange}`,
      en: `The table ${entry.path} has no column ${strange}`,
    });
  if (entry.op === 'add') {
    if (was) fail('exists', '.key', { vi: 'Mục này đã có: hãy sửa', en: 'The entry exists: change it' });
    if (!columns) return fail('no-table', '.path', { vi: 'Chỉ thêm được vào bảng', en: 'Only tables take new rows' });
    if (Object.keys(entry.key).length === 0 || Object.values(entry.key).some((value) => value.trim() === ''))
      fail('no-key', '.key', { vi: 'Dòng mới phải có mã riêng', en: 'A new row needs the code that names it' });
    for (const name of names) {
      const usual = usualKind(pack.data, entry.path, name);
      const kind = kindOf(entry.cells[name] ?? null);
      if (usual !== 'none' && kind !== 'none' && kind !== usual) fail('type', `.cells.${name}`, typeText(name, usual));
    }
    return { ...entry };
  }
  if (!was)
    return fail('no-entry', '.key', {
      vi: `Không tìm thấy ${Object.values(entry.key).join(' ') || entry.path}`,
      en: `${Object.values(entry.key).join(' ') || entry.path} was not found`,
    });
  for (const name of names) {
    const [before, after] = [was[name] ?? null, entry.cells[name] ?? null];
    if (kindOf(before) !== kindOf(after) && before !== null && after !== null)
      fail('type', `.cells.${name}`, typeText(name, kindOf(before)));
  }
  if (names.every((name) => JSON.stringify(was[name] ?? null) === JSON.stringify(entry.cells[name] ?? null)))
    fail('no-change', '.cells', { vi: 'Chưa có gì thay đổi', en: 'Nothing is changed' });
  return { ...entry, was };
}

function packOn(rules: Rules, subject: string, day: string): RulePack | undefined {
  try {
    return rules.rules(subject, day);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Kind = 'text' | 'number' | 'yes' | 'list' | 'none';
const KINDS: Readonly<Record<Kind, Text>> = {
  text: { vi: 'chữ', en: 'text' },
  number: { vi: 'số', en: 'a number' },
  yes: { vi: 'có/không', en: 'yes or no' },
  list: { vi: 'danh sách', en: 'a list' },
  none: { vi: 'trống', en: 'empty' },
};
const typeText = (name: string, kind: Kind): Text => ({
  vi: `${name} là ${KINDS[kind].vi}`,
  en: `${name} is ${KINDS[kind].en}`,
});

/** What the other rows of a table have in a column; "none" where none has anything. */
function usualKind(data: unknown, path: string, column: string): Kind {
  const place = placeOf(data, path) as { rows?: readonly (readonly OverlayCell[])[] } | null | undefined;
  const at = columnsOf(data, path)?.indexOf(column) ?? -1;
  const first = place?.rows?.map((row) => row[at] ?? null).find((cell) => cell !== null);
  return kindOf(first ?? null);
}

function kindOf(cell: OverlayCell): Kind {
  if (cell === null) return 'none';
  if (typeof cell === 'number') return 'number';
  if (typeof cell === 'boolean') return 'yes';
  return typeof cell === 'string' ? 'text' : 'list';
}

const placeOf = (data: unknown, path: string): unknown =>
  path.split('/').reduce<unknown>((at, step) => (at as Record<string, unknown> | null)?.[step], data);

/** Columns of the table at a path; undefined where there is none. */
export function columnsOf(data: unknown, path: string): readonly string[] | undefined {
  const columns = (placeOf(data, path) as { columns?: unknown } | null | undefined)?.columns;
  return Array.isArray(columns) ? (columns as string[]) : undefined;
}
