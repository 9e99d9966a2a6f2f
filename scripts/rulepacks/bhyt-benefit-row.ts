import type { RouteRow } from '../../packages/vn/bhyt/benefit-pack.ts';

/** A route row as it is written here: texts flat, improper unless said. */
export type Row = Omit<RouteRow, 'text' | 'properRoute'> & { vi: string; en: string; proper?: boolean };
export const build = (rows: readonly Row[]): RouteRow[] =>
  rows.map(({ vi, en, proper, ...row }) => ({ ...row, properRoute: proper ?? false, text: { vi, en } }));
