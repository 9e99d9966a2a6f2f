import type { DraftStore } from '@mach/ui';

const DATABASE = 'mach-drafts';
const STORE = 'drafts';
/** Drafts that nobody came back to are dropped after this many days. */
const KEEP_DAYS = 30;

interface Kept {
  readonly id: string;
  readonly account: string;
  readonly key: string;
  readonly value: unknown;
  readonly at: number;
}

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'id' });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(opening.error);
  });
}

function all(database: IDBDatabase): Promise<readonly Kept[]> {
  return new Promise((done, fail) => {
    const reading = database.transaction(STORE).objectStore(STORE).getAll();
    reading.onsuccess = () => done(reading.result as Kept[]);
    reading.onerror = () => fail(reading.error);
  });
}

/**
 * Drafts of one account on this device (journeys R7). Read at once from memory; written behind, so
 * that a crash loses at most the last half second. Where the browser has no storage, they live as
 * long as the page.
 */
export async function openDrafts(account: string): Promise<DraftStore> {
  const memory = new Map<string, unknown>();
  const database = await open().catch(() => null);
  if (database) {
    const oldest = Date.now() - KEEP_DAYS * 86_400_000;
    for (const kept of await all(database).catch(() => [])) {
      if (kept.at < oldest) database.transaction(STORE, 'readwrite').objectStore(STORE).delete(kept.id);
      else if (kept.account === account) memory.set(kept.key, kept.value);
    }
  }
  const write = (change: (store: IDBObjectStore) => void): void => {
    if (database) change(database.transaction(STORE, 'readwrite').objectStore(STORE));
  };
  return {
    get: (key) => memory.get(key),
    set: (key, value) => {
      memory.set(key, value);
      write((store) => store.put({ id: `${account}\n${key}`, account, key, value, at: Date.now() } satisfies Kept));
    },
    remove: (key) => {
      memory.delete(key);
      write((store) => store.delete(`${account}\n${key}`));
    },
  };
}
