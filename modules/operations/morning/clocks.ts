import type { TableSource } from '@mach/engine/module.ts';
import { CLOCK_PACK, type ClockPath, type ClockRules } from '@mach/reception/contract.ts';
import { doorName } from '../board/board.ts';
import type { ClockFigure, FigureRow } from '../contract.ts';
import { type Days, trendDates } from './day.ts';

const VIEWS = { clocks: { view: 'reception.clocks' } };

/**
 * A visit and its clock: from the registration to the hand-out of drugs, or to the conclusion; the same as `visitClock` of
 * reception, set-based. $1 paths as JSON, $2 now, $3 and $4 the first and the last instant of arrival.
 */
const CLOCKED = `, path as (
    select * from jsonb_to_recordset($1::jsonb) as p(path text, kinds int, "limitMinutes" int)),
  ended as (
    select c.*, ("lab" > 0)::int + ("imaging" > 0)::int + ("functional" > 0)::int as n,
      case when "handedAt" > coalesce("endedAt", '-infinity') then "handedAt" else "endedAt" end as ended
    from clocks c where "arrivedAt" >= $3::timestamptz and "arrivedAt" < $4::timestamptz
      and "state" not in ('booked', 'cancelled', 'left', 'admitted')),
  clocked as (
    select e.*, p.path, p."limitMinutes",
      greatest(0, round(extract(epoch from coalesce(ended, $2::timestamptz) - "arrivedAt") / 60))::int as minutes
    from ended e join path p on p.kinds = e.n)`;

const pathsOf = (source: TableSource, { today }: Days): ClockPath[] =>
  source.rules<ClockRules>(CLOCK_PACK, today).data.paths;

interface PathSum extends Record<string, unknown> {
  path: string;
  ended: string;
  median: number | null;
  p90: number | null;
  over: string;
  running: string;
  running_over: string;
  longest: number | null;
}

const sums = (source: TableSource, days: Days, from: string, to: string): Promise<PathSum[]> =>
  source.figures<PathSum>(
    VIEWS,
    `${CLOCKED} select path, count(*) filter (where ended is not null) as ended,
       percentile_disc(0.5) within group (order by minutes) filter (where ended is not null) as median,
       percentile_disc(0.9) within group (order by minutes) filter (where ended is not null) as p90,
       count(*) filter (where ended is not null and minutes > "limitMinutes") as over,
       count(*) filter (where ended is null) as running,
       count(*) filter (where ended is null and minutes > "limitMinutes") as running_over,
       max(minutes) filter (where ended is null) as longest
     from clocked group by path`,
    [JSON.stringify(pathsOf(source, days)), days.now, from, to],
  );

/** The last day before today on which anybody came, within two weeks; none: a house that has just opened. */
async function lastDay(source: TableSource, days: Days): Promise<string | null> {
  const [row] = await source.figures<{ day: string | null }>(
    VIEWS,
    `select (max("arrivedAt") + interval '7 hours')::date::text as day from clocks
     where "arrivedAt" < $1::timestamptz and "arrivedAt" >= $2::timestamptz`,
    [days.start(days.today), days.start(trendDates(days.today)[0] ?? days.today)],
  );
  return row?.day ?? null;
}

/** The four official clocks: today so far, the last day on which the house worked, and the medians of two weeks. */
export async function clockFigures(
  source: TableSource,
  days: Days,
): Promise<{ day: string | null; clocks: ClockFigure[] } | null> {
  if (!source.sees('reception.clocks')) return null;
  const trend = trendDates(days.today);
  const tomorrow = days.end(days.today);
  const day = await lastDay(source, days);
  const [today, before, medians] = await Promise.all([
    sums(source, days, days.start(days.today), tomorrow),
    day === null ? Promise.resolve([]) : sums(source, days, days.start(day), days.end(day)),
    source.figures<{ path: string; day: string; median: number }>(
      VIEWS,
      `${CLOCKED} select path, ("arrivedAt" + interval '7 hours')::date::text as day,
         percentile_disc(0.5) within group (order by minutes) as median
       from clocked where ended is not null group by 1, 2`,
      [JSON.stringify(pathsOf(source, days)), days.now, days.start(trend[0] ?? days.today), tomorrow],
    ),
  ]);
  const figure = (list: readonly PathSum[], path: string) => {
    const row = list.find((one) => one.path === path);
    return {
      ended: Number(row?.ended ?? 0),
      median: row?.median ?? null,
      p90: row?.p90 ?? null,
      over: Number(row?.over ?? 0),
      running: Number(row?.running ?? 0),
      runningOver: Number(row?.running_over ?? 0),
      longest: row?.longest ?? null,
    };
  };
  return {
    day,
    clocks: pathsOf(source, days).map(({ path, text, limitMinutes, goalMinutes }) => ({
      path,
      text,
      limitMinutes,
      goalMinutes,
      today: figure(today, path),
      before: figure(before, path),
      trend: trend.flatMap((date) => medians.find((row) => row.path === path && row.day === date)?.median ?? []),
    })),
  };
}

const WHICH: Readonly<Record<string, string>> = {
  ended: 'ended is not null',
  over: 'ended is not null and minutes > "limitMinutes"',
  running: 'ended is null',
  runningOver: 'ended is null and minutes > "limitMinutes"',
};

/** Rows of `clocks:<path>:<which>:<date>`. */
export async function clockRows(
  source: TableSource,
  days: Days,
  [path, which, date]: readonly string[],
): Promise<FigureRow[]> {
  const condition = WHICH[which ?? ''];
  if (!condition || !date || !source.sees('reception.clocks')) return [];
  const named = source.sees('reception.today');
  const rows = await source.figures<{
    key: string;
    visitCode: string | null;
    name: string | null;
    roomName: string | null;
    arrivedAt: Date;
    minutes: number;
    limitMinutes: number;
  }>(
    { ...VIEWS, ...(named ? { visits: { view: 'reception.today' } } : {}) },
    `${CLOCKED} select c.key, c."visitCode", ${named ? 'v."name"' : 'null as name'}, c."roomName", c."arrivedAt", c.minutes, c."limitMinutes"
     from clocked c ${named ? 'left join visits v on v.key = c.key' : ''}
     where c.path = $5 and ${condition} order by c.minutes desc, c.key`,
    [JSON.stringify(pathsOf(source, days)), days.now, days.start(date), days.end(date), path],
  );
  return rows.map((row) => ({
    key: row.key,
    title: row.name ?? row.visitCode ?? row.key,
    note: [row.visitCode, row.roomName && doorName(row.roomName)].filter(Boolean).join(' · '),
    at: row.arrivedAt.toISOString(),
    value: row.minutes,
    unit: 'minutes',
    bad: row.minutes > row.limitMinutes,
  }));
}
