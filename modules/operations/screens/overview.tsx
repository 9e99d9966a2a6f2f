import { formatTime } from '@mach/base/time.ts';
import {
  Button,
  ErrorState,
  Skeleton,
  useDrawer,
  useLanguage,
  useTexts,
  useView,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { Morning } from '../contract.ts';
import { ClaimsPanel, MoneyPanel, StockPanel } from './money-panels.tsx';
import './overview.css';
import type { Open } from './panel.tsx';
import { ClocksPanel, DayPanel, RoomsPanel, StuckPanel } from './people-panels.tsx';
import { type Opened, ROWS_DRAWER, RowsDrawer } from './rows-drawer.tsx';
import { texts } from './texts.ts';

/** The page is counted anew so often while somebody looks at it, ms. */
const RENEW = 60_000;
const DEFINITIONS = ['day', 'clocks', 'rooms', 'money', 'claims', 'stock', 'stuck'] as const;

/** The director's morning: is it safe, is it stuck, is there money, whom to call. Each number opens what it counts. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const { rows, state, error, reload } = useView<Morning>('operations.morning', {}, { live: false });
  const page = rows[0];
  const [opened, setOpened] = useState<Opened | null>(null);
  const drawer = useDrawer(ROWS_DRAWER);
  const open: Open = (figure, title) => {
    setOpened({ figure, title });
    drawer.open();
  };
  const renew = useRef(reload);
  renew.current = reload;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && renew.current(), RENEW);
    return () => clearInterval(timer);
  }, []);
  return (
    <WorkspaceFrame>
      <div className="ops-page">
        {page && (
          <header className="ops-head">
            <h1>{dayName(page.today, language)}</h1>
            <p>
              {t('countedAt', { time: formatTime(page.at) })}
              <Button look="quiet" size="small" icon="sync" onClick={() => reload()}>
                {t('recount')}
              </Button>
            </p>
          </header>
        )}
        {state === 'loading' && <Skeleton shape="lines" count={12} />}
        {state === 'error' && <ErrorState error={error} onRetry={reload} />}
        {page && (
          <>
            <div className="ops-columns">
              <div className="ops-column">
                <DayPanel page={page} open={open} />
                <StuckPanel page={page} open={open} />
              </div>
              <div className="ops-column">
                <ClocksPanel page={page} open={open} />
                <RoomsPanel page={page} open={open} />
              </div>
              <div className="ops-column">
                <MoneyPanel page={page} open={open} />
                <ClaimsPanel page={page} open={open} />
                <StockPanel page={page} open={open} />
              </div>
            </div>
            <details className="ops-definitions">
              <summary>{t('definitions')}</summary>
              <dl>
                {DEFINITIONS.map((name) => (
                  <div key={name}>
                    <dt>{t(`panel.${name}`)}</dt>
                    <dd>{t(`define.${name}`)}</dd>
                  </div>
                ))}
              </dl>
            </details>
          </>
        )}
      </div>
      <RowsDrawer opened={opened} />
    </WorkspaceFrame>
  );
}

/** "Thứ ba 24/11/2026". */
function dayName(date: string, language: 'vi' | 'en'): string {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(
    Date.UTC(2026, 1, 1 + day),
  );
  return `${name.charAt(0).toLocaleUpperCase(language)}${name.slice(1)} ${date.split('-').reverse().join('/')}`;
}

export default { Home } satisfies Workspace;
