import type { AccountPage } from '@mach/engine/identity/account.ts';
import { Button, formatDateTime, Section, Skeleton, useTexts, type Workspace, WorkspaceFrame } from '@mach/ui';
import type { ReactElement } from 'react';
import '../administration.css';
import { call, useAct, useRemote } from '../api.ts';
import { Issues } from '../issues.tsx';
import { texts } from '../texts.ts';
import { Badge } from './badge.tsx';
import { Confirm } from './confirm.tsx';
import { Factors } from './factors.tsx';
import { Links } from './links.tsx';
import type { PartProps } from './part.ts';
import { Password } from './password.tsx';

/** "Tài khoản của tôi": how one signs in, and where one is signed in. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { data: page, issues, reload } = useRemote<AccountPage>('/api/account');
  if (!page)
    return (
      <WorkspaceFrame>
        <Issues of={issues} />
        <Skeleton count={6} />
      </WorkspaceFrame>
    );
  const part = { page, reload };
  return (
    <WorkspaceFrame>
      {page.confirmedUntil === null && <Confirm onDone={reload} />}
      <Section anchor={1} title={t('factors')}>
        <Factors {...part} />
      </Section>
      <Section anchor={2} title={t('changePassword')}>
        <Password {...part} />
      </Section>
      <Section anchor={3} title={t('badge')}>
        <Badge {...part} />
      </Section>
      <Section anchor={4} title={t('mySessions')}>
        <MySessions {...part} />
      </Section>
      {page.links.length + page.providers.length > 0 && (
        <Section anchor={5} title={t('links')}>
          <Links {...part} />
        </Section>
      )}
    </WorkspaceFrame>
  );
}

function MySessions({ page, reload }: PartProps): ReactElement {
  const t = useTexts(texts);
  const act = useAct();
  const end = (path: string): void =>
    void act.run(async () => {
      await call('DELETE', path);
      await reload();
    });
  return (
    <div className="adm-column">
      <ul className="adm-list">
        {page.sessions.map((row) => (
          <li key={row.key}>
            <span>
              {row.via && t(`via.${row.via}`)} · {row.place && t(`place.${row.place}`)}
              <span className="adm-two">
                {[row.device ?? row.address, `${t('lastSeen')} ${formatDateTime(row.lastSeenAt)}`].join(' · ')}
              </span>
            </span>
            {row.current ? (
              <b>{t('thisOne')}</b>
            ) : (
              <Button size="small" onClick={() => end(`/api/account/sessions/${row.key}`)}>
                {t('end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Issues of={act.issues} />
      {page.sessions.length > 1 && (
        <div className="adm-row">
          <Button icon="leave" busy={act.busy} onClick={() => end('/api/account/sessions')}>
            {t('endOthers')}
          </Button>
        </div>
      )}
    </div>
  );
}

export default { Home } satisfies Workspace;
