import '@mach/ui/tokens/fonts.css';
import '@mach/ui/tokens/colour.css';
import '@mach/ui/tokens/scale.css';
import '@mach/ui/tokens/reset.css';
import { createRoot } from 'react-dom/client';
import { openTransport } from './api/transport.ts';
import { App } from './app.tsx';
import { registerWorker } from './offline/register.ts';
import { workspaces } from './workspaces.ts';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App workspaces={workspaces} openTransport={openTransport} />);
registerWorker();
