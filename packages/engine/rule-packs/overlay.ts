import { createHash } from 'node:crypto';
import { canonicalJson } from '@mach/base/json.ts';
import { localDate } from '@mach/base/time.ts';

/**
 * What a facility says differently from a rule pack: its own prices, its own drugs, a correction of an entry. Dated in
 * valid and in known time, like the packs themselves; nothing here is ever changed, only added to or ended.
 */

export type OverlayCell = string | number | boolean | null | readonly string[];

/** One place of a pack's data: a row of a table, an item of a list, or an object. */
export interface OverlayEntry {
  subject: string;
  /** Where in the data: `prices`, `exams/steps/1`. */
  path: string;
  /** Which row or item: the columns that name it. Empty for an object. */
  key: Readonly<Record<string, string>>;
  /** `add` makes the row where there is none; `set` changes what is there and is nothing where it is not. */
  op: 'add' | 'set';
  cells: Readonly<Record<string, OverlayCell>>;
  /** What the proposer saw there; absent where there was nothing. */
  was?: Readonly<Record<string, OverlayCell>>;
}

/** Entries that hold over the same days. */
export interface OverlayPart {
  validFrom: string;
  /** Last day, inclusive; null: until something later takes their place. */
  validTo: string | null;
  entries: readonly OverlayEntry[];
}

export interface OverlaySource {
  document: string;
  article?: string;
  certainty: 'H' | 'M' | 'L';
}

/** A decision of the facility as the packs see it. */
export interface Overlay {
  id: string;
  source: OverlaySource;
  /** Instant from which it counts. */
  knownFrom: string;
  /** Ended on a day, said at an instant. */
  ended: readonly { from: string; at: string }[];
  parts: readonly OverlayPart[];
}

/** What a pack answers with: all entries of one part about one subject. */
export interface OverlaySlice {
  id: string;
  source: OverlaySource;
  knownFrom: string;
  validFrom: string;
  validTo: string | null;
  ended: Overlay['ended'];
  entries: readonly OverlayEntry[];
  hash: string;
}

/** Slices by subject, in the order in which they are laid over the pack: the later start wins, then the later known. */
export function slicesOf(overlays: readonly Overlay[]): Map<string, OverlaySlice[]> {
  const found = new Map<string, OverlaySlice[]>();
  for (const { id, source, knownFrom, ended, parts } of overlays)
    for (const { validFrom, validTo, entries } of parts)
      for (const [subject, own] of Map.groupBy(entries, (entry) => entry.subject)) {
        const hash = sha256(canonicalJson([id, validFrom, validTo, own]));
        const slice = { id, source, knownFrom, validFrom, validTo, ended, entries: own, hash };
        found.set(subject, [...(found.get(subject) ?? []), slice]);
      }
  for (const list of found.values())
    list.sort((a, b) => compare(a.validFrom, b.validFrom) || compare(a.knownFrom, b.knownFrom) || compare(a.id, b.id));
  return found;
}

/** Whether a slice speaks of a day, as known at an instant (or by the end of a day; undefined: now). */
export function isInForce(slice: OverlaySlice, day: string, knownAt?: string): boolean {
  if (slice.validFrom > day || (slice.validTo !== null && slice.validTo < day)) return false;
  if (!isKnown(slice.knownFrom, knownAt)) return false;
  return !slice.ended.some((end) => end.from <= day && isKnown(end.at, knownAt));
}

/** A day of knowledge is its end, in Vietnam. */
function isKnown(instant: string, knownAt: string | undefined): boolean {
  if (knownAt === undefined) return true;
  return knownAt.length === 10 ? localDate(instant) <= knownAt : Date.parse(instant) <= Date.parse(knownAt);
}

interface Table {
  columns: readonly string[];
  rows: readonly (readonly unknown[])[];
}
type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTable = (value: unknown): value is Table & Fields =>
  isFields(value) && Array.isArray(value.columns) && Array.isArray(value.rows);

/** The data with the entries laid over it. What is not touched is shared with the original, which is never changed. */
export function layOver<T>(data: T, slices: readonly OverlaySlice[]): T {
  const byPath = Map.groupBy(
    slices.flatMap((slice) => slice.entries),
    (entry) => entry.path,
  );
  let result: unknown = data;
  for (const [path, entries] of byPath) result = replaced(result, path.split('/'), (place) => changed(place, entries));
  return result as T;
}

function replaced(data: unknown, path: readonly string[], change: (place: unknown) => unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return change(data);
  if (Array.isArray(data)) {
    const at = Number(head);
    return data.map((item, i) => (i === at ? replaced(item, rest, change) : item));
  }
  if (!isFields(data) || !Object.hasOwn(data, head)) return data;
  return { ...data, [head]: replaced(data[head], rest, change) };
}

function changed(place: unknown, entries: readonly OverlayEntry[]): unknown {
  if (isTable(place)) return changedTable(place, entries);
  if (Array.isArray(place)) {
    const items: unknown[] = [...place];
    for (const { key, cells, op } of entries) {
      let found = false;
      for (const [i, item] of items.entries()) {
        if (!isFields(item) || !matches((name) => item[name], key)) continue;
        items[i] = { ...item, ...cells };
        found = true;
      }
      if (!found && op === 'add') items.push({ ...key, ...cells });
    }
    return items;
  }
  return isFields(place) ? Object.assign({ ...place }, ...entries.map((entry) => entry.cells)) : place;
}

const matches = (cell: (name: string) => unknown, key: OverlayEntry['key']): boolean =>
  Object.entries(key).every(([name, value]) => String(cell(name) ?? '') === value);

function changedTable(table: Table & Fields, entries: readonly OverlayEntry[]): Fields {
  const columns = [
    ...new Set([...table.columns, ...entries.flatMap((e) => [...Object.keys(e.key), ...Object.keys(e.cells)])]),
  ];
  const at = new Map(columns.map((name, i) => [name, i]));
  const rows = [...table.rows];
  const indexes = new Map<string, Map<string, number[]>>();
  const keyOf = (row: readonly unknown[], names: readonly string[]): string =>
    names.map((name) => String(row[at.get(name) ?? -1] ?? '')).join('\u0000');
  const indexOf = (names: readonly string[]): Map<string, number[]> => {
    const known = indexes.get(names.join());
    if (known) return known;
    const index = new Map<string, number[]>();
    for (const [i, row] of rows.entries()) push(index, keyOf(row, names), i);
    indexes.set(names.join(), index);
    return index;
  };
  for (const { key, cells, op } of entries) {
    const names = Object.keys(key).sort();
    const wanted = names.map((name) => key[name]).join('\u0000');
    const found = indexOf(names).get(wanted) ?? [];
    for (const i of found) rows[i] = withCells(rows[i] ?? [], cells, at);
    if (found.length > 0 || op !== 'add') continue;
    const row = withCells([], { ...key, ...cells }, at);
    rows.push(row);
    for (const [list, index] of indexes) push(index, keyOf(row, list.split(',')), rows.length - 1);
  }
  return { ...table, columns, rows };
}

function withCells(row: readonly unknown[], cells: OverlayEntry['cells'], at: ReadonlyMap<string, number>): unknown[] {
  const next = Array.from({ length: at.size }, (_, i) => row[i] ?? null);
  for (const [name, value] of Object.entries(cells)) next[at.get(name) ?? 0] = value;
  return next;
}

function push(index: Map<string, number[]>, key: string, value: number): void {
  const list = index.get(key);
  if (list) list.push(value);
  else index.set(key, [value]);
}

/** What stands in a place now: the cells that an entry names. Undefined where there is no such place. */
export function cellsAt(
  data: unknown,
  entry: Pick<OverlayEntry, 'path' | 'key'>,
  names: readonly string[],
): Record<string, OverlayCell> | undefined {
  let place: unknown = data;
  for (const step of entry.path.split('/')) {
    const inside: unknown = Array.isArray(place)
      ? place[Number(step)]
      : isFields(place) && Object.hasOwn(place, step)
        ? place[step]
        : undefined;
    place = inside;
  }
  if (place === undefined) return undefined;
  const pick = (cell: (name: string) => unknown): Record<string, OverlayCell> =>
    Object.fromEntries(names.map((name) => [name, (cell(name) ?? null) as OverlayCell]));
  if (isTable(place)) {
    const { columns, rows } = place;
    const row = rows.find((one) => matches((name) => one[columns.indexOf(name)], entry.key));
    return row && pick((name) => row[columns.indexOf(name)]);
  }
  if (Array.isArray(place)) {
    const item = (place as unknown[]).find((one) => isFields(one) && matches((name) => one[name], entry.key));
    return item === undefined ? undefined : pick((name) => (item as Fields)[name]);
  }
  const fields = place;
  return isFields(fields) ? pick((name) => fields[name]) : undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
