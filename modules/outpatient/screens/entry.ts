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
  {
    id: 'kham',
    title: { vi: 'Khám ngoại trú', en: 'Outpatient' },
    icon: 'stethoscope',
    permissions: ['outpatient.write-note'],
    order: 20,
    load: () => import('./doctor/index.tsx'),
  },
] satisfies WorkspaceEntry[];
