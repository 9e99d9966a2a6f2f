/**
 * The invariants on hot paths, written by hand: the general FHIRPath would cost several times the rest of the
 * validation. The keys are those of R4.
 */
import { isCertainlyAfter } from '../dates.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Context } from './context.ts';

type Rule = (node: JsonObject, ctx: Context) => boolean;

const has = (node: JsonObject, key: string): boolean => node[key] !== undefined || node[`_${key}`] !== undefined;

function hasChoice(node: JsonObject, name: string): boolean {
  for (const key in node) {
    if (key.startsWith(name) && isUpper(key.charCodeAt(name.length))) return true;
    if (key.startsWith(`_${name}`) && isUpper(key.charCodeAt(name.length + 1))) return true;
  }
  return false;
}

function isUpper(c: number): boolean {
  return c >= 65 && c <= 90;
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function codings(concept: unknown): JsonObject[] {
  return isObject(concept) ? list(concept.coding) : [];
}

function sharesCoding(a: unknown, b: unknown): boolean {
  const keys = new Set(codings(a).map(codingKey));
  return codings(b).some((c) => keys.has(codingKey(c)));
}

// Equality of FHIRPath compares all elements of the two codings.
function codingKey(c: JsonObject): string {
  return JSON.stringify(Object.entries(c).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isLow(low: unknown, high: unknown): boolean {
  if (!isObject(low) || !isObject(high)) return true;
  if (low.code !== high.code || low.system !== high.system) return true;
  return !(typeof low.value === 'number' && typeof high.value === 'number') || low.value <= high.value;
}

const bundleTypes = (node: JsonObject, ...types: string[]): boolean => types.includes(String(node.type));

/** Rules by the key of the invariant. */
export const HAND_WRITTEN: Readonly<Record<string, Rule>> = {
  'qty-3': (n) => !has(n, 'code') || has(n, 'system'),
  'att-1': (n) => !has(n, 'data') || has(n, 'contentType'),
  'cpt-2': (n) => !has(n, 'value') || has(n, 'system'),
  'per-1': (n) => typeof n.start !== 'string' || typeof n.end !== 'string' || !isCertainlyAfter(n.start, n.end),
  'rng-2': (n) => isLow(n.low, n.high),
  'obs-3': (n) => has(n, 'low') || has(n, 'high') || has(n, 'text'),
  'obs-6': (n) => !has(n, 'dataAbsentReason') || !hasChoice(n, 'value'),
  'obs-7': (n) =>
    n.component === undefined || !hasChoice(n, 'value') || !list(n.component).some((c) => sharesCoding(c.code, n.code)),
  'pat-1': (n) => has(n, 'name') || has(n, 'telecom') || has(n, 'address') || has(n, 'organization'),
  'bdl-1': (n) => !has(n, 'total') || bundleTypes(n, 'searchset', 'history'),
  'bdl-2': (n) => n.type === 'searchset' || list(n.entry).every((e) => !has(e, 'search')),
  'bdl-3': (n) => {
    const wanted = bundleTypes(n, 'batch', 'transaction', 'history');
    return list(n.entry).every((e) => has(e, 'request') === wanted);
  },
  'bdl-4': (n) => {
    const wanted = bundleTypes(n, 'batch-response', 'transaction-response', 'history');
    return list(n.entry).every((e) => has(e, 'response') === wanted);
  },
  'bdl-7': (n) => {
    if (n.type === 'history') return true;
    const seen = new Set<string>();
    return list(n.entry).every((e) => {
      if (typeof e.fullUrl !== 'string') return true;
      const meta = isObject(e.resource) && isObject(e.resource.meta) ? e.resource.meta : undefined;
      const key = `${e.fullUrl} ${meta?.versionId ?? ''}`;
      return !seen.has(key) && seen.add(key) !== undefined;
    });
  },
  'bdl-8': (n) => typeof n.fullUrl !== 'string' || !n.fullUrl.includes('/_history/'),
};
