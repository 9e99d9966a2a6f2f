import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'cashier',
    title: { vi: 'Thu ngân', en: 'Cashier' },
    icon: 'cash',
    // The treasurer and the director come for the work list: cash to receive, receipts to cancel.
    permissions: ['cashier.settle', 'cashier.receive-cash'],
    order: 60,
    load: () => import('./index.tsx'),
  },
] satisfies WorkspaceEntry[];
