import type { WorkspaceEntry } from '@mach/ui/shell/types.ts';

export default [
  {
    id: 'lab',
    title: { vi: 'Xét nghiệm', en: 'Laboratory' },
    icon: 'flask',
    permissions: ['lab.enter', 'lab.collect'],
    order: 40,
    load: () => import('./index.tsx'),
  },
  {
    id: 'imaging',
    title: { vi: 'Chẩn đoán hình ảnh', en: 'Imaging' },
    icon: 'image',
    permissions: ['lab.report-imaging'],
    order: 45,
    load: () => import('./imaging/index.tsx'),
  },
] satisfies WorkspaceEntry[];
