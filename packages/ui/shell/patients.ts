import { useSyncExternalStore } from 'react';
import type { PatientTab } from './types.ts';

/** At most five people are open at once: more cannot be told apart at a glance. */
export const MAX_TABS = 5;

interface State {
  readonly tabs: readonly (PatientTab & { readonly edge: number })[];
  readonly active: string | null;
}

let state: State = { tabs: [], active: null };
const watchers = new Set<() => void>();

function set(next: State): void {
  state = next;
  for (const watcher of watchers) watcher();
}

function freeEdge(tabs: State['tabs']): number {
  for (let edge = 1; edge <= MAX_TABS; edge++) if (!tabs.some((tab) => tab.edge === edge)) return edge;
  return 1;
}

/** Opens a patient in the strip, or renews the tab that is open. The oldest without a draft gives way. */
export function openPatient(tab: PatientTab): void {
  const known = state.tabs.find((one) => one.key === tab.key);
  if (known) {
    set({ tabs: state.tabs.map((one) => (one.key === tab.key ? { ...tab, edge: one.edge } : one)), active: tab.key });
    return;
  }
  let tabs = state.tabs;
  if (tabs.length >= MAX_TABS) {
    const leaving = tabs.find((one) => !one.draft) ?? tabs[0];
    tabs = tabs.filter((one) => one !== leaving);
  }
  set({ tabs: [...tabs, { ...tab, edge: freeEdge(tabs) }], active: tab.key });
}

/** Closes a tab; its drafts stay on the device. */
export function closePatient(key: string): void {
  set({ tabs: state.tabs.filter((tab) => tab.key !== key), active: state.active === key ? null : state.active });
}

/** No patient in front (the list is). */
export function leavePatient(): void {
  if (state.active !== null) set({ ...state, active: null });
}

/** Closes all tabs: another person signs in. */
export function closeAllPatients(): void {
  set({ tabs: [], active: null });
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The open patients and which is in front. */
export function usePatients(): State {
  return useSyncExternalStore(subscribe, () => state);
}

/** CSS colour of the active patient's edge: banner, composer and sign button carry it. */
export function useEdgeColour(): string | undefined {
  const { tabs, active } = usePatients();
  const edge = tabs.find((tab) => tab.key === active)?.edge;
  return edge === undefined ? undefined : `var(--tab-${edge})`;
}
