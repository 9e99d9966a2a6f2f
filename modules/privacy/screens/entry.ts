import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'privacy',
    title: { vi: 'Bảo mật dữ liệu', en: 'Data protection' },
    icon: 'shield',
    // Whoever simulates and switches policies finds that here too.
    permissions: ['privacy.review', 'access.simulate'],
    order: 82,
    load: () => import('./index.tsx'),
  },
  {
    id: 'consent',
    title: { vi: 'Đồng ý, yêu cầu', en: 'Consent, requests' },
    icon: 'sign',
    permissions: ['privacy.open-request'],
    order: 83,
    load: () => import('./consent.tsx'),
  },
  {
    id: 'glass',
    title: { vi: 'Mở khẩn cấp', en: 'Emergency access' },
    icon: 'lock',
    permissions: ['access.break-glass'],
    order: 90,
    load: () => import('./glass.tsx'),
    everywhere: () => import('./everywhere.tsx'),
  },
] satisfies WorkspaceEntry[];
