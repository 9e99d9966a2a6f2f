import { comparePosition } from '@mach/base';
import type { LiveEvent, Row, ViewFilters, ViewPage } from './transport.ts';

/** The key of a view row. */
export function keyOf(row: Row): string {
  return String(row.key ?? '');
}

function known(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Whether a row belongs to a list with these filters; the same conditions as the server's view door. */
export function matchesFilters(row: Row, filters: ViewFilters = {}): boolean {
  return Object.entries(filters).every(([name, wanted]) => {
    if (wanted === undefined) return true;
    const match = /^(.+)\.(from|to|missing)$/.exec(name);
    const value = row[match?.[1] ?? name];
    if (match?.[2] === 'missing') return known(value) === (String(wanted) === 'false');
    if (!known(value)) return false;
    if (match) return match[2] === 'from' ? compareCells(value, wanted) >= 0 : compareCells(value, wanted) <= 0;
    const all = typeof wanted === 'object' ? wanted : String(wanted).split(',');
    return all.includes(String(value));
  });
}

function compareCells(a: unknown, b: unknown): number {
  if (typeof a === 'number') return a - Number(b);
  const [x, y] = [String(a), String(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The server's order: one column, missing values last, the key between equals. */
export function compareRows(a: Row, b: Row, sort: string): number {
  const descending = sort.startsWith('-');
  const column = descending ? sort.slice(1) : sort;
  const [x, y] = [a[column], b[column]];
  const sign = descending ? -1 : 1;
  if (known(x) !== known(y)) return known(x) ? -1 : 1;
  const order = known(x) ? compareCells(x, y) : 0;
  return sign * (order !== 0 ? order : compareCells(keyOf(a), keyOf(b)));
}

/**
 * What a live event makes of a loaded list: a new page, the same page, or "load again" (a reset,
 * or a list whose order only the server knows).
 */
export function applyEvent(
  page: ViewPage<Row>,
  event: LiveEvent,
  filters: ViewFilters,
  sort: string | undefined,
): ViewPage<Row> | 'reload' {
  // A command that changes several rows tells of each at the same position: only what is older is known already.
  if (page.asOf && event.op !== 'reset' && comparePosition(event.position, page.asOf) < 0) return page;
  if (event.op === 'reset') return 'reload';
  const asOf = event.position;
  const at = page.rows.findIndex((row) => keyOf(row) === event.key);
  const belongs = event.op === 'put' && matchesFilters(event.row, filters);
  if (event.op === 'remove' || !belongs)
    return at < 0 ? { ...page, asOf } : { ...page, asOf, rows: page.rows.toSpliced(at, 1) };
  if (!sort) return 'reload';
  const row = event.row;
  const others = at < 0 ? page.rows : page.rows.toSpliced(at, 1);
  const place = others.findIndex((other) => compareRows(row, other, sort) < 0);
  if (place >= 0) return { ...page, asOf, rows: others.toSpliced(place, 0, row) };
  // Behind the last loaded row of a longer list: it belongs to a page not loaded yet.
  return { ...page, asOf, rows: page.next ? others : [...others, row] };
}
