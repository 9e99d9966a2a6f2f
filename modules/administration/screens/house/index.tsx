import { Tabs, useCan, useRoute, useTexts, type Workspace, WorkspaceFrame } from '@mach/ui';
import type { ReactElement } from 'react';
import { HOUSE } from '../../contract.ts';
import '../administration.css';
import { Corrections } from './corrections.tsx';
import { Drugs } from './drugs.tsx';
import './house.css';
import { ImportPage } from './import.tsx';
import { Places } from './places.tsx';
import { Prices } from './prices.tsx';
import { Printers } from './printers.tsx';
import { Rosters } from './rosters.tsx';
import { texts } from './texts.ts';

const PARTS = {
  places: Places,
  prices: Prices,
  drugs: Drugs,
  rosters: Rosters,
  printers: Printers,
  import: ImportPage,
  corrections: Corrections,
} as const;
type Part = keyof typeof PARTS;

/** What a facility is and charges: set up by its own administrator, by date. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const { path, go } = useRoute();
  const parts = (Object.keys(PARTS) as Part[]).filter((part) => can(HOUSE) || part === 'corrections');
  const part = parts.find((one) => one === path[0]) ?? parts[0] ?? 'corrections';
  const Page = PARTS[part];
  return (
    <WorkspaceFrame>
      <div className="adm-tabs">
        <Tabs
          label={t('house')}
          value={part}
          onChange={(value) => go([value])}
          tabs={parts.map((value) => ({ value, label: t(value) }))}
        />
      </div>
      <div className="adm-page">
        <Page key={part} />
      </div>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
