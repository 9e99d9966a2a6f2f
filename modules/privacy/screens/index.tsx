import { Tabs, useCan, useRoute, useTexts, type Workspace, WorkspaceFrame } from '@mach/ui';
import type { ReactElement } from 'react';
import { LogExport } from './log-export.tsx';
import { PolicyPage } from './policy.tsx';
import './privacy.css';
import { RegisterPage } from './register.tsx';
import { texts } from './texts.ts';
import { WorkPage } from './work.tsx';

const PARTS = { work: WorkPage, policy: PolicyPage, register: RegisterPage, log: LogExport } as const;
type Part = keyof typeof PARTS;
const REVIEW: readonly Part[] = ['work', 'policy', 'register', 'log'];

/** Data protection: what waits for a review, the policy, the register, the log for an inspector. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const { path, go } = useRoute();
  // Who only tries and switches policies sees that part alone.
  const parts: readonly Part[] = can('privacy.review') ? REVIEW : ['policy'];
  const part = parts.find((one) => one === path[0]) ?? parts[0] ?? 'policy';
  const Page = PARTS[part];
  return (
    <WorkspaceFrame>
      <div className="prv-tabs">
        <Tabs
          label={t('privacy')}
          value={part}
          onChange={(value) => go([value])}
          tabs={parts.map((value) => ({ value, label: t(value) }))}
        />
      </div>
      <div className="prv-page">
        <Page />
      </div>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
