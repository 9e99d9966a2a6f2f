import type { Engine } from '../engine.ts';
import { seal, sealedUnder, unseal } from './sealing.ts';

/** How a secret stands inside a setting: sealed for its place, so that it opens nowhere else. Base64. */
interface SealedText {
  readonly sealed: string;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSealed = (value: unknown): value is SealedText => isObject(value) && typeof value.sealed === 'string';

/** Whose secret a part of a setting is, for `seal` and `unseal`. */
const ownerOf = (tenant: number, key: string, path: string): string => `setting:${tenant}:${key}:${path}`;

/** Paths of secrets inside settings, by the setting's key: `cashier.bank` → `[['secret']]`. `*` is any name. */
export function secretPaths(engine: Engine): Map<string, string[][]> {
  const found = new Map<string, string[][]>();
  for (const module of engine.modules)
    for (const place of module.secrets ?? []) {
      const [name = '', ...path] = place.split('.');
      const key = `${module.name}.${name}`;
      found.set(key, [...(found.get(key) ?? []), path]);
    }
  return found;
}

/** The value with what stands at the paths changed; `undefined` leaves a part as it is. */
function changed(value: unknown, paths: readonly string[][], change: (part: unknown, path: string) => unknown) {
  const walk = (part: unknown, path: readonly string[], at: readonly string[]): unknown => {
    const [step, ...rest] = path;
    if (step === undefined) return change(part, at.join('.')) ?? part;
    if (!isObject(part)) return part;
    const names = step === '*' ? Object.keys(part) : step in part ? [step] : [];
    return { ...part, ...Object.fromEntries(names.map((name) => [name, walk(part[name], rest, [...at, name])])) };
  };
  return paths.reduce((now, path) => walk(now, path, []), value);
}

export interface SealedSetting {
  value: unknown;
  /** Secrets that were sealed now. */
  sealed: number;
}

/**
 * A setting as it goes into the database: its secrets sealed under the newest data key. Those that are sealed already stay
 * as they are; those under a data key below `below` are sealed anew.
 */
export function sealSetting(engine: Engine, tenant: number, key: string, value: unknown, below = 0): SealedSetting {
  let sealed = 0;
  const done = changed(value, secretPaths(engine).get(key) ?? [], (part, path) => {
    const owner = ownerOf(tenant, key, path);
    const text =
      typeof part === 'string' ? part : isSealed(part) && under(part) < below ? open(engine, owner, part) : undefined;
    if (text === undefined) return undefined;
    sealed++;
    return { sealed: seal(engine, owner, Buffer.from(text)).toString('base64') } satisfies SealedText;
  });
  return { value: done, sealed };
}

/**
 * A facility's setting with its secrets opened: for the one who uses them, at the moment of use.
 * @throws Error when the installation's key is another one
 */
export function openSetting<T>(engine: Engine, tenant: number, key: string): T | undefined {
  return changed(engine.settings(tenant).get(key), secretPaths(engine).get(key) ?? [], (part, path) =>
    isSealed(part) ? open(engine, ownerOf(tenant, key, path), part) : undefined,
  ) as T | undefined;
}

/** A setting for people's eyes: its secrets hidden. */
export const hideSecrets = (engine: Engine, key: string, value: unknown): unknown =>
  changed(value, secretPaths(engine).get(key) ?? [], () => '•••');

const under = (part: SealedText): number => sealedUnder(Buffer.from(part.sealed, 'base64'));

const open = (engine: Engine, owner: string, part: SealedText): string =>
  unseal(engine, owner, Buffer.from(part.sealed, 'base64')).toString('utf8');
