import { startOfLocalDay } from '@mach/base';
import type { CashierQueueRow } from '@mach/cashier/contract.ts';
import { VISIT_LABELS } from '@mach/encounter/contract.ts';
import {
  age,
  Button,
  Chip,
  Empty,
  formatTime,
  ListFrame,
  openPatient,
  PersonName,
  Skeleton,
  useCan,
  useLanguage,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  WorkRow,
  type Workspace,
} from '@mach/ui';
import { type ReactElement, useEffect } from 'react';
import type { HouseRow } from '../contract.ts';
import { Arrive } from './arrive.tsx';
import './clinic.css';
import { DayClose } from './day-close.tsx';
import { texts } from './texts.ts';
import { Visit } from './visit.tsx';
import { Wizard } from './wizard.tsx';

/** The clinic's one screen (journey d): who is here today, and the whole visit of the one who is open. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const language = useLanguage();
  const now = useNow();
  const { path, go } = useRoute();
  const house = useView<HouseRow>('clinic.house', {}, { sort: 'name', limit: 1 });
  const list = useView<CashierQueueRow>(
    'cashier.queue',
    { 'arrivedAt.from': startOfLocalDay(now) },
    { sort: 'rank', limit: 1_000 },
  );
  const [place = '', id] = path;
  const row = place === 'visit' ? list.rows.find((one) => one.key === id) : undefined;
  const wizard = place === 'set-up';
  const fresh = house.state === 'ready' && house.rows.length === 0;
  // An address of its own: the steps after the one that saves stay where they are.
  useEffect(() => {
    if (fresh && place !== 'set-up') go(['set-up'], { replace: true });
  }, [fresh, place, go]);

  useEffect(() => {
    if (row)
      openPatient({
        key: row.patient,
        name: row.name,
        place: row.queueNumber ?? '',
        workspace: 'clinic',
        path: ['visit', row.key],
      });
  }, [row]);

  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <ListFrame
      listTitle={house.rows[0]?.name ?? t('today')}
      view={list}
      tools={
        <>
          <Button size="small" look="primary" icon="plus" chord="F10" onClick={() => go(['new'])}>
            {t('arrive')}
          </Button>
          <Chip pressed={place === 'day'} onClick={() => go(['day'])}>
            {t('dayClose')}
          </Chip>
          {can('clinic.set-up') && (
            <Chip pressed={place === 'set-up'} onClick={() => go(['set-up'])}>
              {t('setUp')}
            </Chip>
          )}
        </>
      }
      worklist={{
        label: t('today'),
        keyOf: (one) => one.key,
        textOf: (one) => one.name,
        selected: id ?? null,
        onOpen: (one) => go(['visit', one.key]),
        empty: <Empty title={t('noVisits')} hint={t('noVisitsHint')} />,
        render: (one) => (
          <WorkRow
            lead={one.queueNumber ?? ''}
            name={one.name}
            age={one.birthDate ? age(one.birthDate, now, language) : undefined}
            next={pick(VISIT_LABELS[one.state])}
            clock={one.arrivedAt ? formatTime(one.arrivedAt) : undefined}
            clockTitle={one.arrivedAt ? t('arrived', { time: formatTime(one.arrivedAt) }) : undefined}
          />
        ),
      }}
      open={path.length > 0 || wizard}
      onBack={() => go([])}
      banner={
        row && (
          <header className="m-head">
            <span className="m-head-name">
              <PersonName name={row.name} />
            </span>
            <span className="m-head-facts">
              {[row.birthDate ? age(row.birthDate, now, language) : '', row.patientCode ?? '', row.visitCode]
                .filter((fact) => fact !== '')
                .map((fact) => (
                  <span key={fact}>{fact}</span>
                ))}
            </span>
          </header>
        )
      }
      finish={finish}
      keys={[
        {
          chord: 'F10',
          label: { vi: texts.vi.arrive, en: texts.en.arrive },
          run: () => go(['new']),
        },
      ]}
    >
      {page}
    </ListFrame>
  );

  if (house.state === 'loading') return frame(<Skeleton shape="lines" count={4} />);
  if (wizard) return <Wizard onDone={() => go(['new'])}>{frame}</Wizard>;
  if (place === 'new') return <Arrive onArrived={({ encounter }) => go(['visit', encounter])}>{frame}</Arrive>;
  if (place === 'day') return <DayClose visits={list.rows}>{frame}</DayClose>;
  if (place === 'visit')
    return row ? (
      <Visit key={row.key} row={row} onDone={() => go(['new'])}>
        {frame}
      </Visit>
    ) : (
      frame(<Skeleton shape="lines" count={6} />)
    );
  return frame(<Empty icon="stethoscope" title={t('choose')} />);
}

export default { Home } satisfies Workspace;
