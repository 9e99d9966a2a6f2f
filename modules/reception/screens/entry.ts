import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'reception',
    title: { vi: 'Tiếp đón', en: 'Reception' },
    icon: 'desk',
    permissions: ['reception.check-in'],
    order: 10,
    load: () => import('./index.tsx'),
    everywhere: () => import('./everywhere.tsx'),
  },
] satisfies WorkspaceEntry[];
