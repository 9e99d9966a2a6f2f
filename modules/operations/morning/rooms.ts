import type { TableSource } from '@mach/engine/module.ts';
import { doorName } from '../board/board.ts';
import type { DayFigure, FigureRow, RoomFigure } from '../contract.ts';
import type { Days } from './day.ts';

const VIEWS = { visits: { view: 'reception.today' } };
/** Somebody waits so long and nobody has been called for as long: the room has no doctor, whatever the roster says. */
const IDLE_MINUTES = 30;

/** $1 start of the day, $2 its end, $3 now. Who waits is who has not been called, results ready included. */
const TODAY = `, today as (
    select *, case
        when "state" in ('arrived', 'waiting') then 'waiting'
        when "state" = 'in-exam' then 'inside'
        when "state" in ('awaiting-results', 'results-ready') then 'results'
        when "state" in ('concluded', 'awaiting-payment') then 'paying'
        when "state" in ('settled', 'closed') then 'done'
        else 'other' end as step,
      round(extract(epoch from $3::timestamptz - "arrivedAt") / 60)::int as minutes
    from visits where "arrivedAt" >= $1::timestamptz and "arrivedAt" < $2::timestamptz
      and "state" not in ('booked', 'cancelled')),
  rooms as (
    select coalesce("room", '') as room, min("roomName") as name,
      count(*) filter (where step = 'waiting') as waiting, count(*) filter (where step = 'inside') as inside,
      count(*) filter (where step = 'results') as results,
      count(*) filter (where step in ('paying', 'done', 'other')) as done,
      max(minutes) filter (where step = 'waiting') as longest, max("calledAt") as called
    from today group by 1)`;
const IDLE = `(waiting > 0 and inside = 0 and longest >= ${IDLE_MINUTES}
  and (called is null or called < $3::timestamptz - interval '${IDLE_MINUTES} minutes'))`;

const given = (days: Days): string[] => [days.start(days.today), days.end(days.today), days.now];

/** Where today's people are, and the load of each room now. */
export async function roomFigures(
  source: TableSource,
  days: Days,
): Promise<{ today: DayFigure; rooms: RoomFigure[] } | null> {
  if (!source.sees('reception.today')) return null;
  const [[sum], rooms] = await Promise.all([
    source.figures<Record<string, string>>(
      VIEWS,
      `${TODAY} select count(*) as visits, count(*) filter (where step = 'waiting') as waiting,
         count(*) filter (where step = 'inside') as inside, count(*) filter (where step = 'results') as results,
         count(*) filter (where step = 'paying') as paying, count(*) filter (where step = 'done') as done,
         count(*) filter (where step = 'other') as other, count(*) filter (where "payer" = 'bhyt') as insured from today`,
      given(days),
    ),
    source.figures<Record<string, unknown>>(
      VIEWS,
      `${TODAY} select *, ${IDLE} as idle from rooms order by ${IDLE} desc, waiting desc, name`,
      given(days),
    ),
  ]);
  const n = (name: string): number => Number(sum?.[name] ?? 0);
  return {
    today: {
      visits: n('visits'),
      waiting: n('waiting'),
      inside: n('inside'),
      results: n('results'),
      paying: n('paying'),
      done: n('done'),
      other: n('other'),
      insured: n('insured'),
    },
    rooms: rooms.map((row) => ({
      room: String(row.room),
      name: (row.name as string | null) ?? null,
      waiting: Number(row.waiting),
      inside: Number(row.inside),
      results: Number(row.results),
      done: Number(row.done),
      longest: (row.longest as number | null) ?? null,
      idle: row.idle === true,
    })),
  };
}

const STEPS: Readonly<Record<string, string>> = {
  visits: 'true',
  insured: `"payer" = 'bhyt'`,
  ...Object.fromEntries(['waiting', 'inside', 'results', 'paying', 'done', 'other'].map((s) => [s, `step = '${s}'`])),
};

/** Rows of `day:<step>` and of `room:<step>:<room>`. */
export async function roomRows(source: TableSource, days: Days, [step, room]: readonly string[]): Promise<FigureRow[]> {
  const condition = STEPS[step ?? ''];
  if (!condition || !source.sees('reception.today')) return [];
  const rows = await source.figures<{
    key: string;
    queueNumber: string | null;
    name: string | null;
    visitCode: string;
    roomName: string | null;
    arrivedAt: Date;
    minutes: number;
    step: string;
  }>(
    VIEWS,
    `${TODAY} select key, "queueNumber", "name", "visitCode", "roomName", "arrivedAt", minutes, step from today
     where ${condition} and ($4::text is null or coalesce("room", '') = $4) order by "arrivedAt", key`,
    [...given(days), room ?? null],
  );
  return rows.map((row) => ({
    key: row.key,
    title: [row.queueNumber, row.name ?? row.visitCode].filter(Boolean).join(' '),
    note: [row.visitCode, row.roomName && doorName(row.roomName)].filter(Boolean).join(' · '),
    at: row.arrivedAt.toISOString(),
    value: row.step === 'waiting' ? row.minutes : null,
    unit: 'minutes',
    bad: row.step === 'waiting' && row.minutes >= 60,
  }));
}
