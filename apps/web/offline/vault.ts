import { finished, read, write } from './database.ts';
import { type Sealed, seal, unseal } from './sealing.ts';

/** `act`: waits to be handed in, outlives a sign-out · `view`, `codes`: what can be read while away, does not. */
export type Kind = 'act' | 'view' | 'codes';

interface Entry extends Sealed {
  readonly id: string;
  readonly scope: string;
  readonly kind: Kind;
  readonly at: number;
}

/** Entries of one kind at most; the oldest answers go first, acts are refused instead. */
const MOST: Readonly<Record<Kind, number>> = { act: 500, view: 200, codes: 40 };
/** Rows of yesterday help nobody; codes and rules change slowly. ms */
const KEEP_MS: Readonly<Record<Kind, number>> = {
  act: Number.POSITIVE_INFINITY,
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
  readonly #key: CryptoKey;

  constructor(scope: string, key: CryptoKey) {
    this.scope = scope;
    this.#key = key;
  }

  #id(kind: Kind, name: string): string {
    return `${this.scope}\n${kind}\n${name}`;
  }

  async #entries(): Promise<Entry[]> {
    return read('sealed', (store) => finished(store.index('scope').getAll(this.scope) as IDBRequest<Entry[]>));
  }

  async put(kind: Kind, name: string, value: unknown, at = Date.now()): Promise<void> {
    const id = this.#id(kind, name);
    const entry: Entry = { id, scope: this.scope, kind, at, ...(await seal(this.#key, id, value)) };
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

/** How many acts of other people wait on this device. */
export async function actsOfOthers(scope: string): Promise<number> {
  const all = await read('sealed', (store) => finished(store.getAll() as IDBRequest<Entry[]>));
  return all.filter((one) => one.kind === 'act' && one.scope !== scope).length;
}
