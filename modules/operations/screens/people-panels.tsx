import { Button, Chip, Sparkline, span, useCan, useLanguage, useRoute, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { doorName } from '../board/board.ts';
import type { ClockFigure, Morning } from '../contract.ts';
import { Parts } from './bars.tsx';
import { useOwnerName } from './owner.ts';
import { Line, type Open, Panel } from './panel.tsx';
import { texts } from './texts.ts';

interface Props {
  readonly page: Morning;
  readonly open: Open;
}

const STEPS = ['waiting', 'inside', 'results', 'paying', 'done'] as const;
/** Rooms on the page; the rest stand behind the number. */
const ROOMS = 6;
const dayMonth = (date: string): string => date.slice(5).split('-').reverse().join('/');

/** Where the people of today are. */
export function DayPanel({ page, open }: Props): ReactElement | null {
  const t = useTexts(texts);
  const day = page.rooms?.today;
  if (!day) return null;
  return (
    <Panel name="day" title={t('panel.day')} definition={t('define.day')}>
      <button
        type="button"
        className="ops-press ops-big"
        data-figure="day:visits"
        data-n={day.visits}
        onClick={() => open('day:visits', t('visits'))}
      >
        <strong>{day.visits}</strong>
        <span>{t('visitsToday')}</span>
        {day.visits > 0 && <small>{t('insuredShare', { n: Math.round((day.insured / day.visits) * 100) })}</small>}
      </button>
      <Parts parts={STEPS.map((step) => ({ key: step, n: day[step] }))} />
      <div className="ops-steps">
        {STEPS.map((step) => (
          <button
            type="button"
            className="ops-press ops-step"
            key={step}
            data-figure={`day:${step}`}
            data-n={day[step]}
            onClick={() => open(`day:${step}`, t(`step.${step}`))}
          >
            <strong>{day[step]}</strong>
            <span data-part={step}>{t(`step.${step}`)}</span>
          </button>
        ))}
      </div>
    </Panel>
  );
}

/** What has not gone on, by who minds it. */
export function StuckPanel({ page, open }: Props): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const ownerName = useOwnerName();
  const { goTo } = useRoute();
  const can = useCan();
  const { n, owners, oldest } = page.stuck;
  return (
    <Panel
      name="stuck"
      title={t('panel.stuck')}
      definition={t('define.stuck')}
      side={
        can('exchange.read') && (
          <Button look="quiet" size="small" icon="right" onClick={() => goTo('pending')}>
            {t('openPending')}
          </Button>
        )
      }
    >
      <button
        type="button"
        className="ops-press ops-big"
        data-figure="stuck"
        data-n={n}
        onClick={() => open('stuck', t('panel.stuck'))}
      >
        <strong>{n}</strong>
        <span>{n === 0 ? t('nothingStuck') : t('stuckThings')}</span>
        {oldest && <small>{t('oldest', { time: span(Date.parse(page.at) - Date.parse(oldest), language) })}</small>}
      </button>
      {owners.map((one) => (
        <Line key={one.owner} figure={`stuck:${one.owner}`} name={ownerName(one.owner)} n={one.n} open={open} />
      ))}
    </Panel>
  );
}

/** The four official clocks: today once somebody is through, else the last day on which the house worked. */
export function ClocksPanel({ page, open }: Props): ReactElement | null {
  const t = useTexts(texts);
  if (!page.clocks) return null;
  const { clocks, day } = page.clocks;
  const begun = clocks.some((clock) => clock.today.ended > 0);
  const shown = (clock: ClockFigure) => (begun ? clock.today : clock.before);
  const date = begun ? page.today : day;
  const running = clocks.reduce((sum, clock) => sum + clock.today.runningOver, 0);
  return (
    <Panel
      name="clocks"
      title={t('panel.clocks')}
      definition={t('define.clocks')}
      side={date && (begun ? t('todaySoFar') : t('onDay', { day: dayMonth(date) }))}
    >
      <table className="ops-clocks">
        <thead>
          <tr>
            <th scope="col">{t('path')}</th>
            <th scope="col">{t('median')}</th>
            <th scope="col" className="ops-wide">
              {t('p90')}
            </th>
            <th scope="col">{t('limit')}</th>
            <th scope="col">{t('overLimit')}</th>
            <th scope="col" className="ops-wide">
              {t('trend')}
            </th>
          </tr>
        </thead>
        <tbody>
          {clocks.map((clock) => {
            const times = shown(clock);
            const name = t(`path.${clock.path}`);
            return (
              <tr key={clock.path}>
                <th scope="row">
                  <button
                    type="button"
                    className="ops-press ops-path"
                    data-figure={`clocks:${clock.path}:ended:${date}`}
                    data-n={times.ended}
                    onClick={() => open(`clocks:${clock.path}:ended:${date}`, name)}
                  >
                    {name}
                    <small className="ops-small">{t('ended', { n: times.ended })}</small>
                  </button>
                </th>
                <td className="ops-strong">{times.median === null ? '—' : `${times.median}′`}</td>
                <td className="ops-wide">{times.p90 === null ? '—' : `${times.p90}′`}</td>
                <td className="ops-muted">{`${clock.limitMinutes}′`}</td>
                <td>
                  <button
                    type="button"
                    className="ops-press ops-over"
                    data-figure={`clocks:${clock.path}:over:${date}`}
                    data-n={times.over}
                    data-tone={times.over > 0 ? 'bad' : undefined}
                    onClick={() => open(`clocks:${clock.path}:over:${date}`, `${name} · ${t('overLimit')}`)}
                  >
                    {times.over}
                  </button>
                </td>
                <td className="ops-wide">
                  <Sparkline values={clock.trend} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {running > 0 &&
        clocks
          .filter((clock) => clock.today.runningOver > 0)
          .map((clock) => (
            <Line
              key={clock.path}
              figure={`clocks:${clock.path}:runningOver:${page.today}`}
              name={t('runningOver', { path: t(`path.${clock.path}`) })}
              n={clock.today.runningOver}
              note={clock.today.longest !== null && t('longestNow', { n: clock.today.longest })}
              tone="bad"
              open={open}
            />
          ))}
    </Panel>
  );
}

/** The load of the rooms now; first the rooms where people wait and nobody calls. */
export function RoomsPanel({ page, open }: Props): ReactElement | null {
  const t = useTexts(texts);
  if (!page.rooms) return null;
  const busy = page.rooms.rooms.filter((room) => room.waiting > 0);
  const calm = page.rooms.rooms.filter((room) => room.waiting === 0 && room.inside + room.results > 0).length;
  const most = Math.max(1, ...busy.map((room) => room.waiting));
  const idle = busy.filter((room) => room.idle).length;
  return (
    <Panel
      name="rooms"
      title={t('panel.rooms')}
      definition={t('define.rooms')}
      side={idle > 0 && <Chip tone="warn">{t('idleRooms', { n: idle })}</Chip>}
    >
      {busy.length === 0 && <p className="ops-quiet">{t('noRooms')}</p>}
      {busy.slice(0, ROOMS).map((room) => (
        <button
          type="button"
          className="ops-press ops-room"
          key={room.room}
          data-figure={`room:waiting:${room.room}`}
          data-n={room.waiting}
          data-tone={room.idle || (room.longest ?? 0) >= 60 ? 'warn' : undefined}
          onClick={() => open(`room:waiting:${room.room}`, `${room.name ?? '—'} · ${t('step.waiting')}`)}
        >
          <span className="ops-room-name" title={room.name ?? undefined}>
            {room.name === null ? t('noRoom') : doorName(room.name)}
            {room.idle && <small className="ops-idle">{t('idle')}</small>}
          </span>
          <span className="ops-room-bar" aria-hidden="true">
            <span style={{ width: `${(room.waiting / most) * 100}%` }} />
          </span>
          <span className="ops-room-n">{room.waiting}</span>
          <span className="ops-room-longest">{room.longest === null ? '' : `${room.longest}′`}</span>
        </button>
      ))}
      {busy.length > ROOMS && <p className="ops-quiet">{t('moreRooms', { n: busy.length - ROOMS })}</p>}
      {calm > 0 && <p className="ops-quiet">{t('calmRooms', { n: calm })}</p>}
    </Panel>
  );
}
