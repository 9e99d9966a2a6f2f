import { commandRef } from '@mach/engine/command-ref.ts';

/** Row of the table `exchange.outbox`. */
export interface OutboxMessageRow {
  key: string;
  destination: string;
  kind: string;
  subject: string;
  patient: string | null;
  state: 'pending' | 'sending' | 'accepted' | 'refused' | 'superseded';
  attempts: number;
  createdAt: string;
  deadline: string;
  owner: string;
  receipt: unknown;
  lastError: {
    reason?: string;
    issues?: { code: string; text: { vi: string; en: string }; remedy?: { vi: string; en: string } }[];
  } | null;
}

interface Text {
  vi: string;
  en: string;
}

/** Row of the table `jobs.list`. */
export interface JobRow {
  key: string;
  kind: string;
  /** Name of the timer that it is a run of. */
  schedule: string | null;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  dueAt: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  leaseUntil: string | null;
  done: number;
  total: number | null;
  attempts: number;
  stopAsked: boolean;
  stoppedBy: string | null;
  notes: { missed?: number; refused?: number; refusals?: { name: string; text: string }[] } | null;
  error: string | null;
}

/** Row of the table `jobs.schedules`. */
export interface ScheduleRow {
  key: string;
  title: Text;
  every: { minutes: number } | { daily: string };
  nextAt: string | null;
  pausedAt: string | null;
  pausedBy: string | null;
  lastState: JobRow['state'] | null;
  lastAt: string | null;
  lastEndedAt: string | null;
  lastJob: string | null;
}

/** Kinds of what can hang (table `operations.stuck`). */
export type StuckKind =
  | 'message'
  | 'job'
  | 'visit'
  | 'order'
  | 'prescription'
  | 'claim'
  | 'e-invoice'
  | 'transfer'
  | 'cancel-asked'
  | 'refund'
  | 'shift'
  | 'cash'
  | 'backup';

/** Something that does not go on by itself. */
export interface StuckRow {
  key: string;
  kind: StuckKind;
  /** Whom or what it is about, by name. */
  title: string;
  note: string;
  /** Role. */
  owner: string;
  /** The person, where one is known. */
  ownerName: string | null;
  since: string | null;
  deadline: string | null;
  reason: Text | null;
  remedy: Text | null;
  /** The command that mends it, for who may. */
  command: { name: string; permission: string; input: object } | null;
  /** Where somebody mends it. */
  path: string | null;
}

/** One row behind a number (table `operations.rows`, filter `figure`). */
export interface FigureRow {
  key: string;
  title: string;
  note: string;
  /** Instant, or a date. */
  at: string | null;
  value: number | null;
  unit: 'minutes' | 'dong' | 'days';
  bad: boolean;
}

export interface PathTimes {
  ended: number;
  /** Minutes over ended visits, nearest rank; null without any. */
  median: number | null;
  p90: number | null;
  /** Ended over the limit. */
  over: number;
  running: number;
  runningOver: number;
  longest: number | null;
}
export interface ClockFigure {
  path: 'exam' | 'one' | 'two' | 'three';
  text: Text;
  limitMinutes: number;
  goalMinutes: number;
  today: PathTimes;
  /** The last day on which the house worked. */
  before: PathTimes;
  /** Medians of the days of two weeks on which anybody came, minutes. */
  trend: number[];
}
export interface DayFigure {
  visits: number;
  waiting: number;
  inside: number;
  results: number;
  paying: number;
  done: number;
  other: number;
  insured: number;
}
export interface RoomFigure {
  room: string;
  name: string | null;
  waiting: number;
  inside: number;
  results: number;
  done: number;
  /** Longest wait now, minutes. */
  longest: number | null;
  /** People wait, nobody is examined or was called for half an hour. */
  idle: boolean;
}
/** Sums of settled bills; money is exact decimal text, đồng. */
export interface MoneySum {
  n: number;
  total: string;
  insurer: string;
  patient: string;
}
export interface MoneyFigure {
  today: MoneySum;
  /** The same weekday of last week until the same hour. */
  todayBefore: MoneySum;
  yesterday: MoneySum;
  /** The same weekday a week before it, whole. */
  yesterdayBefore: MoneySum;
  trend: { date: string; total: string }[];
}
export interface ClaimsFigure {
  returned: { n: number; money: string };
  incomplete: { n: number; money: string };
  late: { n: number; money: string };
  /** Due within 24 hours. */
  soon: { n: number; money: string };
}
export interface StockFigure {
  out: number;
  low: number;
  expiring: number;
  expiringWorth: string;
  expired: number;
  expiredWorth: string;
  /** Days by which use is judged. */
  measured: number;
  worst: { drug: string; name: string; days: number }[];
}
/** The one row of the table `operations.morning`; null: not for the one who asks, or no such module in the house. */
export interface Morning {
  key: string;
  /** When it was counted. */
  at: string;
  today: string;
  yesterday: string;
  clocks: { day: string | null; clocks: ClockFigure[] } | null;
  rooms: { today: DayFigure; rooms: RoomFigure[] } | null;
  money: MoneyFigure | null;
  claims: ClaimsFigure | null;
  stock: StockFigure | null;
  stuck: { n: number; owners: { owner: string; n: number }[]; oldest: string | null };
}

export const retryMessage = commandRef<{ message: string }, { message: string }>('exchange.retry');
export const stopJob = commandRef<{ job: string }, { job: string }>('jobs.stop');
export const retryJob = commandRef<{ job: string }, { job: string }>('jobs.retry');
export const runNow = commandRef<{ schedule: string }, { job: string }>('jobs.runNow');
export const pauseSchedule = commandRef<{ schedule: string; paused: boolean }, { schedule: string }>('jobs.pause');

/**
 * Setting: whether the board of the waiting halls (`/tv`) is shown without sign-in. `true`, `false`, or `demo`: only
 * where the people are made up.
 */
export const BOARD_SETTING = 'operations.publicBoard';
