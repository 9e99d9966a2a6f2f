import { foldText, matchesTokens } from '@mach/base';
import type { CodeRow, ViewPage, ViewQuery } from '@mach/ui';
import type { QueryClient } from '@tanstack/react-query';
import type { Vault } from './vault.ts';

/**
 * The only answers that are kept: worklists that a desk without its server works from, and the allergies of the people
 * on them. Nothing else of a patient is written to the device.
 */
const VIEWS: ReadonlySet<string> = new Set([
  'reception.today',
  'reception.rooms',
  'outpatient.queue',
  'outpatient.allergies',
  'cashier.queue',
  'cashier.shifts',
]);
/** Code rows that a desk has seen lately; enough for what it usually writes. */
const CODES = 400;
/** A list that is changing is written down when it has been quiet for so long, ms. */
const QUIET_MS = 1500;

type Kept = Pick<ViewPage<object>, 'rows' | 'asOf'>;

const nameOf = (view: string, filters: string, sort: string, limit: number): string =>
  JSON.stringify([view, filters, sort, limit]);

/** Writes the kept views down as they stand on the screen, live changes included. */
export function rememberViews(client: QueryClient, vault: Vault, online: () => boolean): () => void {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const stop = client.getQueryCache().subscribe(({ type, query }) => {
    const [what, view, filters, sort, limit] = query.queryKey as [string, string, string, string, number];
    if (type !== 'updated' || what !== 'view' || !VIEWS.has(view)) return;
    const name = nameOf(view, filters, sort, limit);
    clearTimeout(timers.get(name));
    const write = (): void => {
      timers.delete(name);
      const pages = (query.state.data as { pages?: ViewPage<object>[] } | undefined)?.pages;
      const [first] = pages ?? [];
      if (!online() || !pages || !first || first.takenAt !== undefined) return;
      const kept: Kept = { rows: pages.flatMap((page) => page.rows), asOf: first.asOf };
      void vault.put('view', name, kept).catch(() => undefined);
    };
    timers.set(name, setTimeout(write, QUIET_MS));
  });
  return () => {
    stop();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

/** Whether a cached answer came from the device. */
export const isKept = (data: unknown): boolean =>
  (data as { pages?: readonly { takenAt?: string }[] } | undefined)?.pages?.[0]?.takenAt !== undefined;

/** The rows of a view as they were last seen here, with the instant; undefined where none were kept. */
export async function keptView<R>(
  vault: Vault,
  view: string,
  { filters = {}, sort, limit }: ViewQuery,
): Promise<ViewPage<R> | undefined> {
  if (!VIEWS.has(view)) return undefined;
  const found = await vault.get<Kept>('view', nameOf(view, JSON.stringify(filters), sort ?? '', limit ?? 100));
  if (!found) return undefined;
  const { rows, asOf } = found.value;
  return { rows: rows as readonly R[], asOf, takenAt: new Date(found.at).toISOString() };
}

/** Rule packs are asked for by their names, not searched. */
const isWhole = (list: string): boolean => list.endsWith('-rules');

/** Remembers what a code search answered. */
export async function rememberCodes(vault: Vault, list: string, q: string, rows: readonly CodeRow[]): Promise<void> {
  if (isWhole(list)) {
    await vault.put('codes', `${list}\n${q}`, rows);
    return;
  }
  const known = (await vault.get<readonly CodeRow[]>('codes', list))?.value ?? [];
  const fresh = new Set(rows.map((row) => row.code));
  await vault.put('codes', list, [...rows, ...known.filter((row) => !fresh.has(row.code))].slice(0, CODES));
}

/** Answers a code search from what this desk has seen. */
export async function keptCodes(vault: Vault, list: string, q: string, limit = 20): Promise<readonly CodeRow[]> {
  const name = isWhole(list) ? `${list}\n${q}` : list;
  const rows = (await vault.get<readonly CodeRow[]>('codes', name))?.value ?? [];
  if (isWhole(list) || q === '') return rows.slice(0, isWhole(list) ? rows.length : limit);
  return rows.filter((row) => matchesTokens(foldText(`${row.code} ${row.display}`), q)).slice(0, limit);
}
