import { hash } from 'node:crypto';
import { indexedAs } from './search-aliases.ts';

/*
 * The short numbers of the search index. They are derived from names alone (first bytes of SHA-256), so a rebuild,
 * another process or PostgreSQL's own sha256() gives the same ones.
 */

const cache32 = new Map<string, number>();

/** Signed 32-bit number of a name: a search parameter `Observation.code`, a token's system, a reference's type. */
export function number32(name: string): number {
  const known = cache32.get(name);
  if (known !== undefined) return known;
  const value = hash('sha256', name, 'buffer').readInt32BE(0);
  // Systems can come from outside: keep the cache from growing with them.
  if (cache32.size < 20_000) cache32.set(name, value);
  return value;
}

/** The keys of several values of one parameter. */
export const keysOf = (param: string, values: readonly string[]): Set<string> =>
  new Set(values.map((value) => searchKey(param, value)));

/** Keys are asked for again and again within a visit; two generations of them are kept. */
const GENERATION = 20_000;
let young = new Map<string, string>();
let old = new Map<string, string>();

const nameOf = (param: string, value: string): string => `${indexedAs(param)}\u001f${value}`;
const first = new DataView(new ArrayBuffer(8));

/** A digest as text of one byte a sign costs a third of one in a buffer of its own: a compartment asks a hundred keys. */
function keyOf(name: string): string {
  const digest = hash('sha256', name, 'binary');
  for (let i = 0; i < 8; i++) first.setUint8(i, digest.charCodeAt(i));
  return first.getBigInt64(0).toString();
}

/** The same as {@link searchKey}, for a list of many that are not asked for again. */
export const freshKey = (param: string, value: string): string => keyOf(nameOf(param, value));

/** Signed 64-bit key of one value of one parameter, as text for the driver. */
export function searchKey(param: string, value: string): string {
  const name = nameOf(param, value);
  const known = young.get(name) ?? old.get(name);
  if (known !== undefined) return known;
  const key = keyOf(name);
  if (young.size >= GENERATION) {
    old = young;
    young = new Map();
  }
  young.set(name, key);
  return key;
}
