import { localDate, startOfLocalDay } from '@mach/base/time.ts';
import type { TodayRow } from '@mach/reception/contract.ts';
import { Empty, Section, Table, useNow, useTexts, useView, type Workspace, WorkspaceFrame } from '@mach/ui';
import type { ReactElement } from 'react';
import { doorName } from '../board/board.ts';
import { overview, type RoomLoad } from '../rules.ts';
import './overview.css';
import { texts } from './texts.ts';

/** The director's morning: where the day's patients are, and how long they wait. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const now = new Date(useNow()).toISOString();
  const day = startOfLocalDay(`${localDate(now)}T12:00:00.000Z`);
  const today = useView<TodayRow>('reception.today', { 'arrivedAt.from': day }, { sort: 'arrivedAt', limit: 1000 });
  const sums = overview(today.rows, now);
  const wait = (minutes: number | null): string => (minutes === null ? '—' : t('minutes', { n: minutes }));
  const tiles: [string, string | number][] = [
    [t('visits'), sums.visits],
    [t('waiting'), sums.waiting],
    [t('inside'), sums.inside],
    [t('results'), sums.results],
    [t('paying'), sums.paying],
    [t('done'), sums.done],
    [t('insured'), sums.visits === 0 ? '—' : `${Math.round((sums.insured / sums.visits) * 100)} %`],
    [t('waitMedian'), wait(sums.waitMedian)],
    [t('waitP90'), wait(sums.waitP90)],
  ];
  return (
    <WorkspaceFrame>
      <Section anchor={1} title={t('today')}>
        <dl className="ops-tiles">
          {tiles.map(([name, value]) => (
            <div className="ops-tile" key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section anchor={2} title={t('rooms')}>
        <Table<RoomLoad>
          label={t('rooms')}
          rows={sums.rooms}
          keyOf={(room) => room.room}
          state={today.state === 'loading' ? 'loading' : 'ready'}
          empty={<Empty title={t('noVisits')} hint={t('noVisitsHint')} />}
          columns={[
            {
              key: 'room',
              head: t('room'),
              rowHead: true,
              cell: (r) => <span title={r.room}>{doorName(r.room)}</span>,
            },
            { key: 'waiting', head: t('waiting'), align: 'right', width: '84px', cell: (r) => r.waiting },
            { key: 'inside', head: t('inside'), align: 'right', width: '96px', wide: true, cell: (r) => r.examining },
            { key: 'results', head: t('results'), align: 'right', width: '140px', wide: true, cell: (r) => r.results },
            { key: 'done', head: t('done'), align: 'right', width: '96px', wide: true, cell: (r) => r.done },
            {
              key: 'longest',
              head: t('longest'),
              align: 'right',
              width: '100px',
              cell: (r) => (r.waiting === 0 ? '—' : t('minutes', { n: r.longest })),
            },
          ]}
          tone={(r) => (r.longest > 60 ? 'warn' : undefined)}
        />
      </Section>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
