import type { Table, TableSource } from '@mach/engine/module.ts';
import type { PlainRow, ViewQuery } from '@mach/store';
import type { FigureRow, Morning } from '../contract.ts';
import { claimFigures, claimRows } from './claims.ts';
import { clockFigures, clockRows } from './clocks.ts';
import { type Days, daysAt } from './day.ts';
import { moneyFigures, moneyRows } from './money.ts';
import { roomFigures, roomRows } from './rooms.ts';
import { stockFigures, stockRows } from './stock.ts';
import { stuckRows } from './stuck.ts';

/** What hangs, as rows that a number opens. */
const stuckFigure = async (source: TableSource, days: Days, [owner]: readonly string[]): Promise<FigureRow[]> =>
  (await stuckRows(source, days))
    .filter((row) => !owner || row.owner === owner)
    .map((row) => ({
      key: row.key,
      title: row.title || row.note,
      note: row.note,
      at: row.since,
      value: null,
      unit: 'minutes',
      bad: row.deadline !== null && row.deadline < days.now,
    }));

const ROWS: Readonly<Record<string, (source: TableSource, days: Days, of: readonly string[]) => Promise<FigureRow[]>>> =
  {
    clocks: clockRows,
    day: (source, days, [step]) => roomRows(source, days, [step ?? '']),
    room: roomRows,
    money: moneyRows,
    claims: claimRows,
    stock: stockRows,
    stuck: stuckFigure,
  };

async function morning(source: TableSource): Promise<Morning> {
  const days = daysAt(source.now);
  const [clocks, rooms, money, claims, stock, stuck] = await Promise.all([
    clockFigures(source, days),
    roomFigures(source, days),
    moneyFigures(source, days),
    claimFigures(source, days),
    stockFigures(source, days),
    stuckRows(source, days),
  ]);
  const owners = new Map<string, number>();
  for (const { owner } of stuck) owners.set(owner, (owners.get(owner) ?? 0) + 1);
  return {
    key: 'morning',
    at: days.now,
    today: days.today,
    yesterday: days.yesterday,
    clocks,
    rooms,
    money,
    claims,
    stock,
    stuck: {
      n: stuck.length,
      owners: [...owners].map(([owner, n]) => ({ owner, n })).sort((a, b) => b.n - a.n),
      oldest: stuck[0]?.since ?? null,
    },
  };
}

const value = (query: ViewQuery, column: string): string =>
  query.filters?.find((filter) => filter.column === column)?.values[0] ?? '';

export const tables: readonly Table[] = [
  {
    name: 'operations.morning',
    permission: 'operations.overview',
    title: { vi: 'Buổi sáng của giám đốc', en: "The director's morning" },
    read: async (source): Promise<PlainRow[]> => [{ ...(await morning(source)) }],
  },
  {
    /** Rows that a number of the page counts: `figure=claims:returned`. */
    name: 'operations.rows',
    permission: 'operations.overview',
    title: { vi: 'Dòng của một con số', en: 'Rows of a number' },
    read: async (source, query): Promise<PlainRow[]> => {
      const [group = '', ...of] = value(query, 'figure').split(':');
      const rows = await ROWS[group]?.(source, daysAt(source.now), of);
      return (rows ?? []).map((row) => ({ ...row }));
    },
  },
  {
    name: 'operations.stuck',
    permission: 'exchange.read',
    title: { vi: 'Việc treo', en: 'What hangs' },
    read: async (source): Promise<PlainRow[]> =>
      (await stuckRows(source, daysAt(source.now))).map((row) => ({ ...row })),
  },
];
