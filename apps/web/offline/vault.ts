import { finished, read, write } from './database.ts';
import { type Sealed, seal, unseal } from './sealing.ts';

/**
 * `act`: waits to be handed in, outlives a sign-out · `handed`: was handed in, and is kept for a while in case the server
 * is put back to a time before · `view`, `codes`: what can be read while away, does not outlive it.
 */
export type Kind = 'act' | 'handed' | 'view' | 'codes';

interface Entry extends Sealed {
  readonly id: string;
  readonly scope: string;
  readonly kind: Kind;
  readonly at: number;
  /** Of `handed`: the server that took it. */
  readonly house?: string;
}

/** Entries of one kind at most; the oldest answers go first, acts are refused instead. */
const MOST: Readonly<Record<Kind, number>> = { act: 500, handed: 500, view: 200, codes: 40 };
/** Rows of yesterday help nobody; codes and rules change slowly. ms */
const KEEP_MS: Readonly<Record<Kind, number>> = {
  act: Number.POSITIVE_INFINITY,
  // As far as a house is usually put back, and a day.
  handed: 8 * 24 * 3_600_000,
  view: 24 * 3_600_000,
  codes: 30 * 24 * 3_600_000,
};

/** The queue of this desk is full: from here on there is only paper. */
export class VaultFull extends Error {
  override readonly name = 'VaultFull';
}

/**
 * What one person keeps on this device, encrypted under the key that only this person is given. Two people at one desk
 * have two scopes, and neither can read the other's.
 */
export class Vault {
  readonly scope: string;
  /** The server that this person signed in to; undefined: it did not say. */
  readonly house: string | undefined;
  readonly #key: CryptoKey;

  constructor(scope: string, key: CryptoKey, house: string | undefined) {
    this.scope = scope;
    this.#key = key;
    this.house = house;
  }

  #id(kind: Kind, name: string): string {
    return `${this.scope}\n${kind}\n${name}`;
  }

  async #entries(): Promise<Entry[]> {
    return read('sealed', (store) => finished(store.index('scope').getAll(this.scope) as IDBRequest<Entry[]>));
  }

  async put(kind: Kind, name: string, value: unknown, at = Date.now()): Promise<void> {
    const id = this.#id(kind, name);
    const sealed = await seal(this.#key, id, value);
    const house = kind === 'handed' && this.house !== undefined ? { house: this.house } : {};
    const entry: Entry = { id, scope: this.scope, kind, at, ...house, ...sealed };
    const keys = await read('sealed', (store) => finished(store.index('scope').getAllKeys(this.scope)));
    const others = keys.filter((one) => String(one).startsWith(this.#id(kind, '')) && one !== id).length;
    if (others >= MOST[kind] && kind === 'act') throw new VaultFull();
    const known = others < MOST[kind] ? [] : (await this.#entries()).filter((one) => one.kind === kind);
    const old = known.toSorted((a, b) => a.at - b.at).slice(0, Math.max(0, known.length + 1 - MOST[kind]));
    await write('sealed', async (store) => {
      await finished(store.put(entry));
      for (const one of old) await finished(store.delete(one.id));
    });
  }

  async get<T>(kind: Kind, name: string): Promise<{ readonly value: T; readonly at: number } | undefined> {
    const id = this.#id(kind, name);
    const entry = await read('sealed', (store) => finished(store.get(id) as IDBRequest<Entry | undefined>));
    if (!entry || Date.now() - entry.at > KEEP_MS[kind]) return undefined;
    return { value: await unseal<T>(this.#key, id, entry), at: entry.at };
  }

  async all<T>(kind: Kind): Promise<T[]> {
    const entries = (await this.#entries()).filter((one) => one.kind === kind);
    return Promise.all(entries.map((entry) => unseal<T>(this.#key, entry.id, entry)));
  }

  async remove(kind: Kind, name: string): Promise<void> {
    const id = this.#id(kind, name);
    await write('sealed', (store) => finished(store.delete(id)));
  }
}

/** People's rows go when their reader leaves; acts that wait stay, and without the key nobody reads them. */
export async function forgetRows(scope: string): Promise<void> {
  const gone = await read('sealed', (store) => finished(store.index('scope').getAllKeys(scope)));
  await write('sealed', async (store) => {
    for (const id of gone) if (String(id).startsWith(`${scope}\nview\n`)) await finished(store.delete(id));
  });
}

/** What was handed in so long ago that no server is put back before it goes. */
export async function forgetHanded(now = Date.now()): Promise<void> {
  const all = await read('sealed', (store) => finished(store.getAll() as IDBRequest<Entry[]>));
  const old = all.filter((one) => one.kind === 'handed' && now - one.at > KEEP_MS.handed);
  if (old.length === 0) return;
  await write('sealed', async (store) => {
    for (const one of old) await finished(store.delete(one.id));
  });
}

/** How many acts of other people wait on this device, also because the server may have forgotten them. */
export async function actsOfOthers(scope: string, house: string | undefined): Promise<number> {
  const all = await read('sealed', (store) => finished(store.getAll() as IDBRequest<Entry[]>));
  const waits = (one: Entry): boolean =>
    one.kind === 'act' || (one.kind === 'handed' && house !== undefined && one.house !== house);
  return all.filter((one) => one.scope !== scope && waits(one)).length;
}
