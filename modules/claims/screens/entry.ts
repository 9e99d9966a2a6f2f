import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'claims',
    title: { vi: 'Giám định BHYT', en: 'Insurance claims' },
    icon: 'shield',
    permissions: ['claims.check'],
    order: 65,
    load: () => import('./index.tsx'),
  },
] satisfies WorkspaceEntry[];
