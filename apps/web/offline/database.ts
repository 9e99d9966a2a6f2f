const NAME = 'mach-desk';
/** `seats`: who works here, with the key · `sealed`: what only its writer reads · `blocks`: paper numbers, no person. */
export type StoreName = 'seats' | 'sealed' | 'blocks';

export function finished<T>(asking: IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    asking.onsuccess = () => done(asking.result);
    asking.onerror = () => fail(asking.error);
  });
}

let opening: Promise<IDBDatabase> | undefined;

/** The one database of the desk. Rejects where the browser keeps nothing (private window, full disk). */
export function openDatabase(): Promise<IDBDatabase> {
  opening ??= new Promise((done, fail) => {
    const asking = indexedDB.open(NAME, 1);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore('seats', { keyPath: 'id' });
      asking.result.createObjectStore('sealed', { keyPath: 'id' }).createIndex('scope', 'scope');
      asking.result.createObjectStore('blocks', { keyPath: 'id' });
    };
    asking.onsuccess = () => done(asking.result);
    asking.onerror = () => fail(asking.error);
  });
  opening.catch(() => {
    opening = undefined;
  });
  return opening;
}

/** One transaction over one store; answers when it is on the disk, not before. */
export async function write<T>(name: StoreName, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await openDatabase();
  const transaction = database.transaction(name, 'readwrite', { durability: 'strict' });
  const kept = new Promise<void>((done, fail) => {
    transaction.oncomplete = () => done();
    transaction.onerror = () => fail(transaction.error);
    transaction.onabort = () => fail(transaction.error);
  });
  kept.catch(() => undefined);
  const result = await work(transaction.objectStore(name));
  await kept;
  return result;
}

export async function read<T>(name: StoreName, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await openDatabase();
  return work(database.transaction(name).objectStore(name));
}
