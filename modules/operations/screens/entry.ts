import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'overview',
    title: { vi: 'Điều hành', en: 'Overview' },
    icon: 'chart',
    permissions: ['operations.overview'],
    order: 70,
    load: () => import('./overview.tsx'),
  },
  {
    id: 'pending',
    title: { vi: 'Việc treo', en: 'Pending' },
    icon: 'clock',
    permissions: ['exchange.read'],
    order: 80,
    load: () => import('./pending.tsx'),
  },
  {
    id: 'jobs',
    title: { vi: 'Công việc nền', en: 'Jobs' },
    icon: 'settings',
    permissions: ['jobs.manage'],
    order: 82,
    load: () => import('./jobs.tsx'),
  },
] satisfies WorkspaceEntry[];
