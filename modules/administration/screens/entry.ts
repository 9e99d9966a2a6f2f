import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'administration',
    title: { vi: 'Quản trị', en: 'Admin' },
    icon: 'users',
    permissions: ['administration.staff'],
    order: 85,
    load: () => import('./index.tsx'),
  },
  {
    id: 'house',
    title: { vi: 'Cơ sở', en: 'Facility' },
    icon: 'desk',
    permissions: ['administration.house', 'administration.approve'],
    order: 84,
    load: () => import('./house/index.tsx'),
  },
  {
    id: 'record-access',
    title: { vi: 'Ai đã xem', en: 'Who looked' },
    icon: 'eye',
    permissions: ['administration.record-access'],
    order: 86,
    load: () => import('./record-access.tsx'),
  },
  {
    id: 'account',
    title: { vi: 'Tài khoản của tôi', en: 'My account' },
    icon: 'user',
    // Everybody's; reached by the menu of the user.
    permissions: [],
    order: 99,
    load: () => import('./account/index.tsx'),
    everywhere: () => import('./everywhere.tsx'),
  },
] satisfies WorkspaceEntry[];
