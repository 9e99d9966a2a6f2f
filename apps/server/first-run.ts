import { ManualClock } from '@mach/base/clock.ts';
import { addDays, fromLocal, localDate, startOfLocalDay } from '@mach/base/time.ts';
import { receiveStock, STOCK_LEDGER } from '@mach/pharmacy/contract.ts';
import { type OpeningPack, openingStock } from '@mach/pharmacy/opening.ts';
import { type RunOptions, type RunProgress, runFollowers, simulate, weekday } from '@mach/simulation';
import { readBalances, typeNumber } from '@mach/store';
import type { House } from './boot.ts';
import type { ServerOptions } from './options.ts';
import { asOwner } from './owner.ts';

/** The demo hospital is this facility, and always the same one. */
const TENANT = 1;
const SEED = 20_260_101;
const JOB = 'simulate-history';
/** People of the running day, and of each day before it. */
const TODAY = 150;
const HISTORY = 120;
const HISTORY_DAYS = 15;
/** The doors open after this time at the latest, ms; the job does the rest of the day behind them. */
const PATIENCE = 40_000;
/** Between these times of a working day the hospital is simply where the plan has it. */
const OPEN = [
  ['08:30', '11:30'],
  ['13:45', '16:00'],
] as const;
/** Moment of a full morning that "now" is, at any other time. */
const FULL_MORNING = '10:20';

/** Kept with the job, so that a second start continues the very same day. */
interface HistoryArgs {
  seed: number;
  /** Instant of the first start. */
  now: string;
}
interface HistoryCursor {
  /** Days that are done, the first start's own among them. */
  days: number;
  visits: number;
}

/** The running day up to `now`, as it is at that hour or as a full morning that has just come to `now`. */
function today(args: HistoryArgs): Omit<RunOptions, 'engine' | 'tenant'> {
  const { seed, now } = args;
  const day = localDate(now);
  const open = weekday(day) < 7 && OPEN.some(([from, to]) => fromLocal(day, from) <= now && now <= fromLocal(day, to));
  const base = { seed, days: [day], until: now, fixed: true };
  if (open) return { ...base, visits: TODAY };
  const midnight = Date.parse(startOfLocalDay(now)) + 2 * 60_000;
  // Shortly after midnight there was time for few.
  const visits = Math.max(8, Math.min(TODAY, Math.floor((Date.parse(now) - midnight) / 45_000)));
  return {
    ...base,
    visits,
    hours: [6, 12],
    shift: Date.parse(now) - Date.parse(fromLocal(day, FULL_MORNING)),
    notBefore: new Date(midnight).toISOString(),
  };
}

/**
 * Brings in the opening stock of the demo pharmacy, once. It was received the day before `day`, the first on which
 * somebody may ask for it; its lots expire as counted from now.
 */
export async function openStock(house: House, day: string): Promise<void> {
  const { engine } = house;
  if (!engine.commands.has(receiveStock.name)) return;
  const shelves = await readBalances(engine.database.tenant(TENANT), STOCK_LEDGER, 'stock:');
  if (shelves.length > 0) return;
  const now = engine.clock.now().toISOString();
  const pack = engine.packs.at<OpeningPack['data']>('demo-hospital', localDate(now));
  const actor = {
    ...engine.systemActor(TENANT, 'ds.kho', ['pharmacist'], 'prac-ds.kho'),
    name: 'DSCĐ. Bạch Công Định',
  };
  const clock = new ManualClock(fromLocal(addDays(day, -1), '15:00'));
  for (const { key, input } of openingStock(pack, localDate(now)))
    await engine.sendByName(receiveStock.name, input, actor, { key, clock });
}

async function isEmpty(house: House): Promise<boolean> {
  const { rowCount } = await house.engine.database.tenant(TENANT).query({
    text: 'select 1 from record where tenant = mach_tenant() and type = $1 limit 1',
    values: [typeNumber('Encounter')],
  });
  return rowCount === 0;
}

/**
 * Makes the demo hospital look alive on its first start: opening stock, then the running day up to now. The days before
 * follow behind open doors, as a job. Returns after less than a minute; on every later start at once.
 */
export async function firstRun(house: House, demo: ServerOptions['demo'], log: (line: string) => void): Promise<void> {
  if (!house.demo || demo === '0') return;
  const { engine } = house;
  const now = engine.clock.now().toISOString();
  await openStock(house, addDays(localDate(now), -HISTORY_DAYS));
  if (demo !== '1' || !(await isEmpty(house))) return;
  const args: HistoryArgs = { seed: SEED, now };
  await house.jobs.enqueue(TENANT, JOB, args);
  const started = Date.now();
  let told = started;
  const report = await simulate({
    engine,
    tenant: TENANT,
    ...today(args),
    together: true,
    follow: (batch) => runFollowers(engine, TENANT, house, batch),
    analyze: () => analyze(house),
    stopped: () => Date.now() - started > PATIENCE,
    onProgress: (progress) => {
      if (Date.now() - told < 2_000) return;
      told = Date.now();
      log(`bệnh viện mẫu: ${describe(progress, started)}`);
    },
  });
  log(`bệnh viện mẫu: ${describe(report, started)}; ${HISTORY_DAYS} ngày trước được dựng trong nền`);
  for (const refusal of report.refusals)
    log(`bệnh viện mẫu: ${refusal.count} × ${refusal.command} bị từ chối (${refusal.code}): ${refusal.text}`);
}

function describe(progress: RunProgress, started: number): string {
  const seconds = Math.max((Date.now() - started) / 1000, 0.001);
  return `${progress.visits}/${progress.total} lượt · ${progress.commands} lệnh · ${(progress.commands / seconds).toFixed(0)}/s`;
}

/** Statistics for the planner, as the owner of the tables. */
export async function analyze(house: House): Promise<void> {
  await asOwner(house.urls, (owner) => owner.query('analyze'));
}

/** The job that makes the days before the first start. It gives way to people who work. */
export function registerSimulationJobs(house: House): void {
  house.jobs.handle(JOB, async (job, tenant) => {
    const args = job.args as HistoryArgs;
    const first = localDate(args.now);
    const days = Array.from({ length: HISTORY_DAYS }, (_, i) => addDays(first, -i - 1));
    const total = TODAY + days.filter((day) => weekday(day) < 7).length * HISTORY;
    const done: HistoryCursor = { days: 0, visits: 0, ...(job.progress.cursor as HistoryCursor | null) };
    const parts = [today(args), ...days.map((day) => ({ seed: args.seed, days: [day], visits: HISTORY }))];
    const pace = giveWay(house, tenant);
    try {
      for (const part of parts.slice(done.days)) {
        let reported = 0;
        const report = await simulate({
          engine: house.engine,
          tenant,
          ...part,
          pace,
          stopped: () => job.signal.aborted,
          onProgress: ({ visits }) => {
            if (visits < reported + 20) return;
            reported = visits;
            void job.report({ cursor: done, done: done.visits + visits, total }).catch(() => undefined);
          },
        });
        if (!report.complete) return;
        done.days++;
        done.visits += report.visits;
        await job.report({ cursor: { ...done }, done: done.visits, total: Math.max(total, done.visits) });
      }
    } finally {
      pace.stop();
    }
  });
}

/** Shortest pause after a command, ms; while people work, and for how long after their last deed. */
const PAUSE = 10;
const STAND_BACK = 150;
const ACTIVE = 3_000;

/** Leaves at least half of the time to others, and nearly all of it while somebody works. */
function giveWay(house: House, tenant: number): { after(ms: number): Promise<void>; stop(): void } {
  let lastDeed = 0;
  const stop = house.engine.relay(tenant).onEntries((entries) => {
    if (entries.some((entry) => !entry.actor.startsWith('system:'))) lastDeed = Date.now();
  });
  const after = (ms: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, Date.now() - lastDeed < ACTIVE ? STAND_BACK : Math.max(PAUSE, ms)));
  return { after, stop };
}
