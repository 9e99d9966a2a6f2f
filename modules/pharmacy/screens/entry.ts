import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'pharmacy',
    title: { vi: 'Dược', en: 'Pharmacy' },
    icon: 'pill',
    permissions: ['pharmacy.dispense'],
    order: 50,
    load: () => import('./index.tsx'),
  },
] satisfies WorkspaceEntry[];
