import { useSyncExternalStore } from 'react';
import type { Language } from './texts.ts';

/** How the device shows the product. Kept per device, never per patient or facility. */
export interface Preferences {
  readonly language: Language;
  /** `auto` = dark from 21:00 to 05:30 (ca đêm), light else. */
  readonly theme: 'light' | 'dark' | 'auto';
  /** `auto` = touch on coarse pointers and narrow screens, standard else. */
  readonly density: 'compact' | 'standard' | 'touch' | 'auto';
  readonly sound: boolean;
}

const KEY = 'mach.preferences';
const defaults: Preferences = { language: 'vi', theme: 'auto', density: 'auto', sound: true };
const listeners = new Set<() => void>();

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return stored && typeof stored === 'object' ? { ...defaults, ...stored } : defaults;
  } catch {
    return defaults;
  }
}

let current: Preferences = typeof localStorage === 'undefined' ? defaults : read();

/** The night shift of the design language §8.4, in the device's own clock. */
export function isNight(now: Date): boolean {
  const minutes = now.getHours() * 60 + now.getMinutes();
  return minutes >= 21 * 60 || minutes < 5 * 60 + 30;
}

/** The theme in force at a moment. */
export function themeAt(preferences: Preferences, now: Date): 'light' | 'dark' {
  if (preferences.theme !== 'auto') return preferences.theme;
  return isNight(now) ? 'dark' : 'light';
}

function densityNow(preferences: Preferences): string {
  if (preferences.density !== 'auto') return preferences.density;
  return matchMedia('(pointer: coarse), (max-width: 599px)').matches ? 'touch' : 'standard';
}

/** Writes the preferences to the document element, where the tokens read them. */
export function applyPreferences(now: Date = new Date()): void {
  const root = document.documentElement;
  root.lang = current.language;
  root.dataset.theme = themeAt(current, now);
  root.dataset.density = densityNow(current);
}

/** Changes some preferences, stores them and repaints. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A full or forbidden storage must not stop the change of this session.
  }
  applyPreferences();
  for (const listener of listeners) listener();
}

// Several windows of one device look alike: what is changed in one is seen in all.
if (typeof window !== 'undefined')
  window.addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    current = read();
    applyPreferences();
    for (const listener of listeners) listener();
  });

/** The preferences outside React. */
export function preferences(): Preferences {
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The preferences inside React. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}
