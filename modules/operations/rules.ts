import type { TodayRow } from '@mach/reception/contract.ts';

export interface RoomLoad {
  room: string;
  waiting: number;
  examining: number;
  results: number;
  done: number;
  /** Longest wait of somebody who is still waiting, minutes. */
  longest: number;
}

export interface Overview {
  visits: number;
  waiting: number;
  inside: number;
  results: number;
  paying: number;
  done: number;
  insured: number;
  /** Minutes from arrival to the first call, of those who were called; null when nobody was. */
  waitMedian: number | null;
  waitP90: number | null;
  rooms: RoomLoad[];
}

const WAITING = new Set(['arrived', 'waiting']);
const RESULTS = new Set(['awaiting-results', 'results-ready']);
const PAYING = new Set(['concluded', 'awaiting-payment']);
const DONE = new Set(['settled', 'closed']);

const minutes = (from: string, to: string): number =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));

/** Value below which a share of the sorted numbers lies (nearest rank); null of nothing. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** The day in one look, from the rows that the reception desk sees: every number opens the same rows. */
export function overview(rows: readonly TodayRow[], now: string): Overview {
  const rooms = new Map<string, RoomLoad>();
  const waits: number[] = [];
  const total: Overview = {
    visits: rows.length,
    waiting: 0,
    inside: 0,
    results: 0,
    paying: 0,
    done: 0,
    insured: 0,
    waitMedian: null,
    waitP90: null,
    rooms: [],
  };
  for (const row of rows) {
    const name = row.roomName ?? '—';
    const load = rooms.get(name) ?? { room: name, waiting: 0, examining: 0, results: 0, done: 0, longest: 0 };
    rooms.set(name, load);
    if (row.payer === 'bhyt') total.insured++;
    if (row.calledAt) waits.push(minutes(row.arrivedAt, row.calledAt));
    if (WAITING.has(row.state)) {
      total.waiting++;
      load.waiting++;
      load.longest = Math.max(load.longest, minutes(row.arrivedAt, now));
    } else if (row.state === 'in-exam') {
      total.inside++;
      load.examining++;
    } else if (RESULTS.has(row.state)) {
      total.results++;
      load.results++;
    } else {
      if (PAYING.has(row.state)) total.paying++;
      if (DONE.has(row.state)) total.done++;
      load.done++;
    }
  }
  waits.sort((a, b) => a - b);
  total.waitMedian = percentile(waits, 0.5);
  total.waitP90 = percentile(waits, 0.9);
  total.rooms = [...rooms.values()].sort((a, b) => b.waiting - a.waiting || (a.room < b.room ? -1 : 1));
  return total;
}
