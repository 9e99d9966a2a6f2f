import { useSyncExternalStore } from 'react';

const watchers = new Set<() => void>();
let now = new Date().toISOString();
let timer: ReturnType<typeof setInterval> | undefined;
const TICK_MS = 15_000;

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = new Date().toISOString();
    for (const one of watchers) one();
  }, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present moment (ISO instant), renewed every 15 s; one timer for the whole page. */
export function useNow(): string {
  return useSyncExternalStore(subscribe, () => now);
}
