import '@mach/ui/tokens/fonts.css';
import '@mach/ui/tokens/colour.css';
import '@mach/ui/tokens/scale.css';
import '@mach/ui/tokens/reset.css';
import type { WorkspaceEntry } from '@mach/ui';
import { createRoot } from 'react-dom/client';
import { App } from '../app.tsx';
import { fixtureTransport } from './fixture-transport.ts';

const permissions = ['workbench'];
const workspaces: WorkspaceEntry[] = [
  {
    id: 'reception',
    title: { vi: 'Tiếp đón', en: 'Reception' },
    icon: 'desk',
    permissions,
    order: 10,
    load: () => import('./reception.tsx'),
  },
  {
    id: 'outpatient',
    title: { vi: 'Khám ngoại trú', en: 'Outpatient' },
    icon: 'stethoscope',
    permissions,
    order: 20,
    load: () => import('./outpatient.tsx'),
  },
  {
    id: 'dispense',
    title: { vi: 'Phát thuốc', en: 'Dispensing' },
    icon: 'pill',
    permissions,
    order: 50,
    load: () => import('./dispense.tsx'),
  },
  {
    id: 'cashier',
    title: { vi: 'Thu ngân', en: 'Cashier' },
    icon: 'cash',
    permissions,
    order: 60,
    load: () => import('./cashier.tsx'),
  },
  {
    id: 'gallery',
    title: { vi: 'Thành phần', en: 'Components' },
    icon: 'grid',
    permissions,
    order: 90,
    load: () => import('./gallery.tsx'),
  },
];

const root = document.getElementById('root');
if (root) createRoot(root).render(<App workspaces={workspaces} openTransport={fixtureTransport} />);
