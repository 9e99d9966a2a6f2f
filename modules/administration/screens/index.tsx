import { Tabs, useRoute, useTexts, type Workspace, WorkspaceFrame } from '@mach/ui';
import type { ReactElement } from 'react';
import './administration.css';
import { BackupsPage } from './backups.tsx';
import { Devices } from './devices.tsx';
import { Roles } from './roles.tsx';
import { Sessions } from './sessions.tsx';
import { StaffPage } from './staff.tsx';
import { texts } from './texts.ts';

const PARTS = { staff: StaffPage, roles: Roles, sessions: Sessions, devices: Devices, backups: BackupsPage } as const;
type Part = keyof typeof PARTS;

/** The administration: staff, roles, sessions, devices, and how the backups stand. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const part: Part = path[0] !== undefined && path[0] in PARTS ? (path[0] as Part) : 'staff';
  const Page = PARTS[part];
  return (
    <WorkspaceFrame>
      <div className="adm-tabs">
        <Tabs
          label={t('administration')}
          value={part}
          onChange={(value) => go([value])}
          tabs={(['staff', 'roles', 'sessions', 'devices', 'backups'] as const).map((value) => ({
            value,
            label: t(value),
          }))}
        />
      </div>
      <div className="adm-page">
        <Page />
      </div>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
