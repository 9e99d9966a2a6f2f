/**
 * JSON text that is the same for the same value (RFC 8785): keys sorted by UTF-16 code units, no spaces. What is
 * hashed or signed is this text. Throws `TypeError` on what JSON cannot carry (NaN, infinity, bigint, cycles).
 */
export function canonicalJson(value: unknown): string {
  const text = write(value, new Set());
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

function write(raw: unknown, above: Set<object>): string | undefined {
  const value = hasToJson(raw) ? raw.toJSON() : raw;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value === 'bigint') throw new TypeError('JSON has no bigint');
  if (typeof value !== 'object') return undefined;
  if (above.has(value)) throw new TypeError('a value that contains itself');
  above.add(value);
  const text = Array.isArray(value) ? writeArray(value, above) : writeObject(value, above);
  above.delete(value);
  return text;
}

function writeArray(items: readonly unknown[], above: Set<object>): string {
  return `[${Array.from(items, (item) => write(item, above) ?? 'null').join(',')}]`;
}

function writeObject(value: object, above: Set<object>): string {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const text = write((value as Record<string, unknown>)[key], above);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';
}

/** Equality of JSON-like values: order of keys is irrelevant, a key that is `undefined` counts as absent. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (hasToJson(a) || hasToJson(b)) {
    return hasToJson(a) && hasToJson(b) && deepEqual(a.toJSON(), b.toJSON());
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => deepEqual(item, b[i]));
  }
  return sameMembers(a as Record<string, unknown>, b as Record<string, unknown>);
}

function sameMembers(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]));
}
