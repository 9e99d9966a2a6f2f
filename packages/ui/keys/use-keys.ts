import { useEffect, useRef, useSyncExternalStore } from 'react';
import { stopAtUnread } from '../form/unread.ts';
import type { Text } from '../texts/texts.ts';
import { type Chord, matches, worksInText } from './chord.ts';

/** A key of a screen, a panel or the shell. */
export interface KeyBinding {
  readonly chord: Chord;
  /** What it does; shown on the key card (F1) and in the palette. Left out: not listed. */
  readonly label?: Text;
  readonly run: (event: KeyboardEvent) => void;
  /** `false` lets the key through to an older layer. */
  readonly enabled?: boolean;
  /** Fires in text fields too. Default: only for function keys and Ctrl/Alt chords. */
  readonly inText?: boolean;
}

interface Layer {
  readonly level: number;
  bindings: readonly KeyBinding[];
}

/** Layers by depth; a key belongs to the topmost layer that knows it. */
export const KEY_LEVEL = { shell: 0, screen: 1, panel: 2, drawer: 3, modal: 4 } as const;

const layers: Layer[] = [];
const watchers = new Set<() => void>();
let listed: readonly KeyBinding[] = [];

function changed(): void {
  const seen = new Set<string>();
  listed = [...layers]
    .reverse()
    .flatMap((layer) => layer.bindings)
    .filter((b) => b.label && b.enabled !== false && !seen.has(b.chord) && seen.add(b.chord));
  for (const watcher of watchers) watcher();
}

/** Whether the element takes typed text. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  );
}

/** Whether a bare Enter already means something where the focus is: a button is pressed by it, not passed over. */
const isPressedByEnter = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('button, a[href], summary') !== null;

function dispatch(event: KeyboardEvent): void {
  // 229 and isComposing: an input method is still composing; the key is not the person's command.
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const inText = takesText(event.target);
  const modal = layers.some((layer) => layer.level === KEY_LEVEL.modal);
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i];
    if (!layer || (modal && layer.level < KEY_LEVEL.modal)) continue;
    for (const binding of layer.bindings) {
      if (binding.enabled === false || !matches(binding.chord, event)) continue;
      if (binding.chord === 'Enter' && isPressedByEnter(event.target)) continue;
      if (inText && !(binding.inText ?? worksInText(binding.chord))) continue;
      event.preventDefault();
      // The key that finishes a step everywhere.
      if (binding.chord !== 'Ctrl+Enter' || !stopAtUnread(event.target)) binding.run(event);
      return;
    }
  }
}

/** Starts the one global key listener; returns its end. Called once by the shell. */
export function startKeys(): () => void {
  window.addEventListener('keydown', dispatch);
  return () => window.removeEventListener('keydown', dispatch);
}

/**
 * Binds keys while the component is mounted. The newest layer of the highest level wins, so that a
 * drawer's `Escape` closes the drawer and not the page under it.
 */
export function useKeys(bindings: readonly KeyBinding[], level: number = KEY_LEVEL.screen): void {
  const layer = useRef<Layer | null>(null);
  useEffect(() => {
    const mine: Layer = { level, bindings: [] };
    layer.current = mine;
    const at = layers.findIndex((other) => other.level > level);
    layers.splice(at < 0 ? layers.length : at, 0, mine);
    return () => {
      layers.splice(layers.indexOf(mine), 1);
      layer.current = null;
      changed();
    };
  }, [level]);
  useEffect(() => {
    if (!layer.current) return;
    const before = layer.current.bindings;
    layer.current.bindings = bindings;
    const same = before.length === bindings.length && before.every((b, i) => sameKey(b, bindings[i]));
    if (!same) changed();
  });
}

function sameKey(a: KeyBinding, b: KeyBinding | undefined): boolean {
  return b !== undefined && a.chord === b.chord && a.label?.vi === b.label?.vi && a.enabled === b.enabled;
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The keys that work right now and have a label: the key card of the screen. */
export function useActiveKeys(): readonly KeyBinding[] {
  return useSyncExternalStore(subscribe, () => listed);
}
