import { useEffect, useRef } from 'react';
import type { Text } from '../texts/texts.ts';
import { ScanDetector } from './scan-detector.ts';
import { scanSound } from './sound.ts';

/** What a screen does with a kind of scanned code. */
export interface ScanRoute {
  /** The kind, as it is told to the person ("Mẫu bệnh phẩm"). */
  readonly label: Text;
  /** Whether the code is of this kind. */
  readonly accepts: (code: string) => boolean;
  readonly run: (code: string) => void;
}

interface Layer {
  routes: readonly ScanRoute[];
}

const layers: Layer[] = [];

/**
 * Sends a code to the newest screen or panel that knows its kind. Answers the label of the kind,
 * or null when nobody does (the caller says so; the code never lands in a note).
 */
export function routeScan(code: string): Text | null {
  for (let i = layers.length - 1; i >= 0; i--) {
    for (const route of layers[i]?.routes ?? []) {
      if (!route.accepts(code)) continue;
      scanSound(true);
      route.run(code);
      return route.label;
    }
  }
  scanSound(false);
  return null;
}

/** Takes scans while the component is mounted. */
export function useScan(routes: readonly ScanRoute[]): void {
  const layer = useRef<Layer>({ routes });
  useEffect(() => {
    layer.current.routes = routes;
  });
  useEffect(() => {
    const mine = layer.current;
    layers.push(mine);
    return () => {
      layers.splice(layers.indexOf(mine), 1);
    };
  }, []);
}

type Field = HTMLInputElement | HTMLTextAreaElement;

function focusedField(target: EventTarget | null): Field | null {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
}

function restore(field: Field, value: string): void {
  const proto = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(proto, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/**
 * Starts the global scan catcher. Keys are only watched, never held back (an input method would
 * break); when a burst proves to be a scan, the field it ran into gets its former text back.
 */
export function startScans(onCode: (code: string) => void): () => void {
  const detector = new ScanDetector();
  let before: { field: Field; value: string } | null = null;

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.isComposing) {
      detector.reset();
      return;
    }
    const { fresh, code } = detector.press(event.key, event.timeStamp);
    const field = focusedField(event.target);
    if (fresh) before = field ? { field, value: field.value } : null;
    if (code === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (before && before.field === field) restore(before.field, before.value);
    before = null;
    onCode(code);
  }

  window.addEventListener('keydown', onKey, true);
  return () => window.removeEventListener('keydown', onKey, true);
}
