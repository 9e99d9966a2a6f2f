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
  {
    id: 'appointments',
    title: { vi: 'Lịch hẹn', en: 'Appointments' },
    icon: 'calendar',
    permissions: ['appointment.book'],
    order: 70,
    load: () => import('./appointments/index.tsx'),
  },
  {
    id: 'queue',
    title: { vi: 'Hàng đợi', en: 'Queues' },
    icon: 'users',
    permissions: ['reception.queue'],
    order: 71,
    load: () => import('./queue/index.tsx'),
  },
] satisfies WorkspaceEntry[];
