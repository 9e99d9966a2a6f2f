import {
  Button,
  formatTime,
  Icon,
  useCommand,
  useLanguage,
  useNow,
  useRoute,
  useSession,
  useTexts,
  waited,
} from '@mach/ui';
import { request } from '@mach/ui/data/request.ts';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import './broken-glass.css';
import { texts } from './texts.ts';

/** How often the state is asked for while nothing else says that it has changed, ms. */
const OFTEN = 60_000;

interface Broken {
  readonly task: string;
  readonly patient: string;
  readonly name: string;
  readonly until: string;
}

/** While somebody has broken the glass, it stands over every screen: for whom, until when, and the way to end it. */
export function BrokenGlass(): ReactElement | null {
  const t = useTexts(texts);
  const language = useLanguage();
  const now = Date.parse(useNow());
  const { goTo } = useRoute();
  const { user } = useSession();
  const state = useQuery({
    queryKey: ['access', 'state', user.account],
    queryFn: () => request<{ broken: readonly Broken[] }>('/api/access/state'),
    enabled: user.permissions.includes('access.break-glass'),
    refetchInterval: OFTEN,
  });
  const mend = useCommand<{ task: string }>('access.mendGlass', { onDone: () => void state.refetch() });
  const broken = (state.data?.broken ?? []).filter((one) => Date.parse(one.until) > now);
  if (broken.length === 0) return null;
  return (
    <div role="status">
      <ul className="w-glass">
        {broken.map(({ task, patient, name, until }) => (
          <li key={task}>
            <span>
              <Icon name="lock" size={16} /> {t('open')} <strong>{name}</strong>{' '}
              {t('until', { at: formatTime(until), left: waited(Date.parse(until) - now, language) })}
            </span>
            <Button size="small" look="quiet" onClick={() => goTo('glass', [patient])}>
              {t('show')}
            </Button>
            <Button size="small" disabled={mend.running} onClick={() => void mend.run({ task })}>
              {t('mend')}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
