import type { WorkspaceEntry } from '@mach/ui';

/**
 * Every workspace of the house: the small entries of all modules are part of the first load, their
 * screens are loaded when opened. A module becomes visible by having `screens/entry.ts`; nothing is
 * registered here.
 */
const found = import.meta.glob<readonly WorkspaceEntry[]>('../../modules/*/screens/entry.ts', {
  eager: true,
  import: 'default',
});

export const workspaces: readonly WorkspaceEntry[] = Object.values(found)
  .flat()
  .toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
