import { addDays } from '@mach/base/time.ts';
import type { TableSource } from '@mach/engine/module.ts';
import type { FigureRow, MoneyFigure } from '../contract.ts';
import { type Days, trendDates } from './day.ts';

const VIEWS = { invoices: { view: 'cashier.invoices' } };
/** Bills as they stand now: what was cancelled is out, what came back has lessened its bill. */
const STANDING = `"status" is distinct from 'cancelled'`;

interface Sum extends Record<string, unknown> {
  n: string;
  total: string;
  insurer: string;
  patient: string;
}

const within = async (source: TableSource, from: string, to: string) => {
  const [row] = await source.figures<Sum>(
    VIEWS,
    `select count(*) as n, coalesce(sum("total"), 0) as total, coalesce(sum("insurer"), 0) as insurer,
       coalesce(sum("patientTotal"), 0) as patient
     from invoices where "date" >= $1::timestamptz and "date" < $2::timestamptz and ${STANDING}`,
    [from, to],
  );
  return {
    n: Number(row?.n ?? 0),
    total: row?.total ?? '0',
    insurer: row?.insurer ?? '0',
    patient: row?.patient ?? '0',
  };
};

/**
 * Settled bills by the time of settlement. Today until now stands against the same weekday of last week until the same
 * hour; yesterday, whole, against its own.
 */
export async function moneyFigures(source: TableSource, days: Days): Promise<MoneyFigure | null> {
  if (!source.sees('cashier.invoices')) return null;
  const weekAgo = (date: string): string => addDays(date, -7);
  const trend = trendDates(days.today);
  const sameHour = new Date(Date.parse(days.now) - 7 * 86_400_000).toISOString();
  const [today, todayBefore, yesterday, yesterdayBefore, daily] = await Promise.all([
    within(source, days.start(days.today), days.end(days.today)),
    within(source, days.start(weekAgo(days.today)), sameHour),
    within(source, days.start(days.yesterday), days.start(days.today)),
    within(source, days.start(weekAgo(days.yesterday)), days.end(weekAgo(days.yesterday))),
    source.figures<{ day: string; total: string }>(
      VIEWS,
      `select ("date" + interval '7 hours')::date::text as day, sum("total") as total from invoices
       where "date" >= $1::timestamptz and "date" < $2::timestamptz and ${STANDING} group by 1`,
      [days.start(trend[0] ?? days.today), days.start(days.today)],
    ),
  ]);
  return {
    today,
    todayBefore,
    yesterday,
    yesterdayBefore,
    trend: trend.slice(0, -1).map((date) => ({ date, total: daily.find((row) => row.day === date)?.total ?? '0' })),
  };
}

/** Rows of `money:<date>`. */
export async function moneyRows(source: TableSource, days: Days, [date]: readonly string[]): Promise<FigureRow[]> {
  if (!date || !source.sees('cashier.invoices')) return [];
  const rows = await source.figures<{
    key: string;
    number: string | null;
    name: string | null;
    date: Date;
    total: string | null;
    insurer: string | null;
  }>(
    VIEWS,
    `select key, "number", "name", "date", "total", "insurer" from invoices
     where "date" >= $1::timestamptz and "date" < $2::timestamptz and ${STANDING} order by "date" desc, key`,
    [days.start(date), days.end(date)],
  );
  return rows.map((row) => ({
    key: row.key,
    title: row.name ?? row.number ?? row.key,
    note: [row.number, Number(row.insurer ?? 0) > 0 ? 'BHYT' : 'Viện phí'].filter(Boolean).join(' · '),
    at: row.date.toISOString(),
    value: row.total === null ? null : Number(row.total),
    unit: 'dong',
    bad: false,
  }));
}
