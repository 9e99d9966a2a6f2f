import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { PaletteItem, PaletteSource } from './types.ts';

interface Contribution {
  items: readonly PaletteItem[];
  sources: readonly PaletteSource[];
}

const contributions: Contribution[] = [];
const watchers = new Set<() => void>();
let snapshot: Contribution = { items: [], sources: [] };

function publish(): void {
  const items = new Map(contributions.flatMap((c) => c.items).map((item) => [item.id, item]));
  const sources = new Map(contributions.flatMap((c) => c.sources).map((source) => [source.id, source]));
  snapshot = { items: [...items.values()], sources: [...sources.values()] };
  for (const watcher of watchers) watcher();
}

/** Offers lines and searches in the command palette while the component is mounted. */
export function usePalette(items: readonly PaletteItem[], sources: readonly PaletteSource[] = []): void {
  const mine = useRef<Contribution>({ items: [], sources: [] });
  useEffect(() => {
    const own = mine.current;
    contributions.push(own);
    publish();
    return () => {
      contributions.splice(contributions.indexOf(own), 1);
      publish();
    };
  }, []);
  useEffect(() => {
    const changed =
      names(items) !== names(mine.current.items) ||
      sources.map((s) => s.id).join() !== mine.current.sources.map((s) => s.id).join();
    mine.current.items = items;
    mine.current.sources = sources;
    if (changed) publish();
  });
}

function names(items: readonly PaletteItem[]): string {
  return items.map((item) => `${item.id}\t${item.title}\t${item.detail ?? ''}`).join('\n');
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Everything the palette offers now. */
export function usePaletteContents(): {
  readonly items: readonly PaletteItem[];
  readonly sources: readonly PaletteSource[];
} {
  return useSyncExternalStore(subscribe, () => snapshot);
}
