import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'clinic',
    title: { vi: 'Phòng khám', en: 'Clinic' },
    icon: 'stethoscope',
    permissions: ['clinic.work'],
    order: 1,
    load: () => import('./index.tsx'),
  },
] satisfies WorkspaceEntry[];
