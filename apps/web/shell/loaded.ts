import type { Workspace, WorkspaceEntry } from '@mach/ui';
import { use } from 'react';

const loads = new Map<string, Promise<Workspace>>();

/** Loads the screens of a workspace once; a failed load (server away) is tried again next time. */
export function loadWorkspace(entry: WorkspaceEntry): Promise<Workspace> {
  const known = loads.get(entry.id);
  if (known) return known;
  const loading = entry.load().then((module) => module.default);
  loads.set(entry.id, loading);
  loading.catch(() => loads.delete(entry.id));
  return loading;
}

/** The loaded workspace; suspends while it is loading. */
export function useWorkspace(entry: WorkspaceEntry): Workspace {
  return use(loadWorkspace(entry));
}
