import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'emergency',
    title: { vi: 'Cấp cứu', en: 'Emergency' },
    icon: 'warn',
    permissions: ['emergency.triage'],
    order: 25,
    load: () => import('./index.tsx'),
  },
] satisfies WorkspaceEntry[];
