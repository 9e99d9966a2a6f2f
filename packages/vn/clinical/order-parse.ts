import { foldText, matchesTokens } from '@mach/base/fold.ts';
import type { Text } from '@mach/base/problem.ts';
import type { LabPack } from './lab-pack.ts';

export interface Orderable {
  code: string;
  kind: 'test' | 'service' | 'bundle';
  name: Text;
  /** Tests and services that it stands for; a bundle has several. */
  items: readonly string[];
}

interface Entry extends Orderable {
  /** Folded code and aliases: what a doctor types as one word. */
  exact: readonly string[];
  haystack: string;
}

export interface OrderIndex {
  entries: readonly Entry[];
}

/** Search index over everything that can be ordered; build once per pack edition. */
export function orderIndex(lab: LabPack): OrderIndex {
  const entry = (
    o: { code: string; name: Text; aliases: readonly string[] },
    kind: Orderable['kind'],
    items: readonly string[],
  ): Entry => ({
    code: o.code,
    kind,
    name: o.name,
    items,
    exact: [o.code, ...o.aliases].map(foldText),
    haystack: foldText([o.code, o.name.vi, o.name.en, ...o.aliases].join(' ')),
  });
  return {
    entries: [
      ...[...lab.tests.values()].map((t) => entry(t, 'test', [t.code])),
      ...[...lab.services.values()].map((s) => entry(s, 'service', [s.code])),
      ...[...lab.bundles.values()].map((b) => entry(b, 'bundle', b.items)),
    ],
  };
}

/** Orderables for a query: code or alias as typed first, then those whose code begins so, then names by words. */
export function findOrders(index: OrderIndex, query: string, limit = 20): Orderable[] {
  const folded = foldText(query);
  if (folded === '') return [];
  const rank = (e: Entry): number => {
    if (e.exact[0] === folded) return 0;
    if (e.exact.includes(folded)) return 1;
    if (e.exact[0]?.startsWith(folded)) return 2;
    if (e.exact.some((key) => key.startsWith(folded))) return 3;
    return matchesTokens(e.haystack, query) ? 4 : 9;
  };
  return index.entries
    .map((e) => ({ e, r: rank(e) }))
    .filter(({ r }) => r < 9)
    .sort((a, b) => a.r - b.r || a.e.haystack.length - b.e.haystack.length)
    .slice(0, limit)
    .map(({ e }) => ({ code: e.code, kind: e.kind, name: e.name, items: e.items }));
}

export interface ParsedOrder {
  typed: string;
  /** The one meant, only where code or alias says so without doubt. */
  order?: Orderable;
  /** What it may mean, for the doctor to choose. */
  candidates: Orderable[];
}

/**
 * Reads several orders typed in one go, "hba1c, glu crea ecg": the longest run of words that is a code or an alias is
 * one order. What is not certain is given back with candidates; nothing is ordered by guess.
 */
export function parseOrders(index: OrderIndex, text: string): ParsedOrder[] {
  const orders: ParsedOrder[] = [];
  for (const piece of text.split(/[,;\n]/)) {
    const words = piece
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    for (let from = 0; from < words.length; ) {
      const found = longestExact(index, words, from);
      const typed = words.slice(from, found?.to ?? words.length).join(' ');
      if (found) {
        orders.push({ typed, order: found.one, candidates: found.all });
        from = found.to;
      } else {
        const next = nextExact(index, words, from + 1);
        const unclear = words.slice(from, next).join(' ');
        orders.push({ typed: unclear, candidates: findOrders(index, unclear, 8) });
        from = next;
      }
    }
  }
  return orders;
}

function longestExact(
  index: OrderIndex,
  words: readonly string[],
  from: number,
): { to: number; one?: Orderable; all: Orderable[] } | undefined {
  for (let to = words.length; to > from; to--) {
    const folded = foldText(words.slice(from, to).join(' '));
    const code = index.entries.filter((e) => e.exact[0] === folded);
    const all = code.length > 0 ? code : index.entries.filter((e) => e.exact.includes(folded));
    if (all.length === 0) continue;
    const plain = all.map((e): Orderable => ({ code: e.code, kind: e.kind, name: e.name, items: e.items }));
    return { to, one: plain.length === 1 ? plain[0] : undefined, all: plain };
  }
  return undefined;
}

function nextExact(index: OrderIndex, words: readonly string[], from: number): number {
  for (let at = from; at < words.length; at++) if (longestExact(index, words, at)) return at;
  return words.length;
}

/** Codes to order without repeats; a bundle gives its items. */
export function expandOrders(orders: readonly Orderable[]): string[] {
  return [...new Set(orders.flatMap((order) => order.items))];
}
