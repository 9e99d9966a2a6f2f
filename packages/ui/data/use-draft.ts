import { useCallback, useEffect, useRef, useState } from 'react';

/** Where drafts rest on the device; the app injects one that outlives a crash. */
export interface DraftStore {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

const memory = new Map<string, unknown>();
let store: DraftStore = {
  get: (key) => memory.get(key),
  set: (key, value) => void memory.set(key, value),
  remove: (key) => void memory.delete(key),
};

/** Sets the store of drafts; called by the app after sign-in. */
export function setDraftStore(next: DraftStore): void {
  store = next;
}

export interface Draft<T> {
  readonly value: T;
  readonly set: (next: T | ((before: T) => T)) => void;
  /** Forgets the draft (after the command took it) and starts again from the initial value. */
  readonly discard: () => void;
  /** Differs from the initial value: something would be lost without the draft. */
  readonly dirty: boolean;
  /** When it was last kept on the device (ISO instant). */
  readonly savedAt: string | undefined;
}

const SAVE_MS = 400;

interface Kept<T> {
  readonly key: string;
  readonly value: T;
  readonly dirty: boolean;
  readonly savedAt?: string;
}

/**
 * State of a form that survives a crash, a sign-out and a power cut (journeys R7: kept within 1 s).
 * The key names the person and the form: `note:${encounterId}`.
 */
export function useDraft<T>(key: string, initial: T): Draft<T> {
  const start = (of: string): Kept<T> => {
    const found = store.get(of);
    return found === undefined
      ? { key: of, value: initial, dirty: false }
      : { key: of, value: found as T, dirty: true };
  };
  const [kept, setKept] = useState<Kept<T>>(() => start(key));
  const current = kept.key === key ? kept : start(key);
  if (current !== kept) setKept(current);

  const pending = useRef<{ key: string; value: unknown } | null>(null);
  const flush = useCallback(() => {
    if (!pending.current) return;
    store.set(pending.current.key, pending.current.value);
    pending.current = null;
  }, []);

  useEffect(() => {
    if (!current.dirty) return;
    pending.current = { key: current.key, value: current.value };
    const timer = setTimeout(() => {
      if (pending.current?.key !== current.key) return;
      flush();
      setKept((now) => (now.key === current.key ? { ...now, savedAt: new Date().toISOString() } : now));
    }, SAVE_MS);
    return () => clearTimeout(timer);
  }, [current.key, current.value, current.dirty, flush]);

  useEffect(() => {
    window.addEventListener('pagehide', flush);
    return () => window.removeEventListener('pagehide', flush);
  }, [flush]);

  const keyNow = current.key;
  useEffect(() => {
    // What is typed under this key must not wait for a timer that the next key cancels.
    return () => {
      if (pending.current?.key === keyNow) flush();
    };
  }, [keyNow, flush]);

  const set = useCallback(
    (next: T | ((before: T) => T)) =>
      setKept((now) => ({
        ...now,
        value: typeof next === 'function' ? (next as (before: T) => T)(now.value) : next,
        dirty: true,
      })),
    [],
  );
  const discard = useCallback(() => {
    pending.current = null;
    store.remove(key);
    setKept({ key, value: initial, dirty: false });
  }, [key, initial]);

  return { value: current.value, set, discard, dirty: current.dirty, savedAt: current.savedAt };
}
