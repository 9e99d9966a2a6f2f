import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'vitals',
    title: { vi: 'Sinh hiệu', en: 'Vital signs' },
    icon: 'pulse',
    permissions: ['outpatient.triage'],
    order: 15,
    load: () => import('./vitals/index.tsx'),
  },
] satisfies WorkspaceEntry[];
