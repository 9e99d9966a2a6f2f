import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'cashier',
    title: { vi: 'Thu ngân', en: 'Cashier' },
    icon: 'cash',
    permissions: ['cashier.settle'],
    order: 60,
    load: () => import('./index.tsx'),
  },
] satisfies WorkspaceEntry[];
