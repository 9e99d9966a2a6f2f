/** Runs days of the simulated hospital, with progress. */
import { Random } from '@mach/base/random.ts';
import { fromLocal } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine/engine.ts';
import { Batch } from '@mach/store';
import { type DayPlan, planDay } from './day-plan.ts';
import { readWorld } from './pack.ts';
import { type Pace, type Refusal, Sender } from './sender.ts';
import { replenish } from './stock.ts';
import { VisitDay } from './visit-day.ts';

export interface RunOptions {
  engine: Engine;
  tenant: number;
  seed: number;
  /** People of a usual Wednesday. */
  visits: number;
  days: readonly string[];
  /** The count is meant exactly, whatever the weekday. */
  fixed?: boolean;
  /** Hours of arrival; default: all day. */
  hours?: readonly [number, number];
  /** Moves the plan in time, ms. */
  shift?: number;
  /** Nothing happens after this instant: people stay where they are. */
  until?: string;
  /** Nobody comes before this instant: arrivals between it and `until` move closer together. */
  notBefore?: string;
  pace?: Pace;
  /** Runs what follows from events; with the batch, where there is one. */
  follow?(batch: Batch | undefined): Promise<void>;
  /** Nobody else works in the hospital meanwhile, and `follow` uses the batch: commands go to the database in groups. */
  together?: boolean;
  /**
   * Gathers the database's statistics. A fresh database has none, and its planner then reads whole indexes for one
   * record; waiting for the database to notice by itself would cost the first half minute.
   */
  analyze?(): Promise<void>;
  stopped?(): boolean;
  /** After each visit that ends, and after each day. */
  onProgress?(progress: RunProgress): void;
  onDay?(day: string, progress: RunProgress): Promise<void>;
}

export interface RunProgress {
  day: string;
  visits: number;
  /** Visits of the whole run. */
  total: number;
  commands: number;
}

export interface RunReport extends RunProgress {
  refusals: Refusal[];
  /** False: stopped before the end. */
  complete: boolean;
}

/** Statistics are gathered when the followers run for these times: with the first records, and with some of each kind. */
const ANALYZE_AT: readonly number[] = [6, 24];

/** Most people a day: the generators number so many. */
export const MOST_VISITS = 1_000;

/**
 * Works the days off in order, each command under a key made of seed, size and place in the plan: running the same again
 * repeats nothing and goes on where it stopped.
 * @throws RangeError when a rule pack has no edition for one of the days
 */
export async function simulate(options: RunOptions): Promise<RunReport> {
  const { engine, tenant, seed, visits } = options;
  const random = new Random(seed);
  const run = [seed, visits, options.fixed ? 'f' : 'w', ...(options.hours ?? [])].join('.');
  const batch = options.together ? new Batch(engine.database, tenant, engine.viewSet) : undefined;
  const sender = new Sender({ engine, tenant, random, run, pace: options.pace, batch });
  const code = engine.facility(tenant).code;
  const plans = options.days.map((day) => {
    const world = readWorld(engine.packs, day, code);
    const plan = planDay(random, day, visits, world, { fixed: options.fixed, hours: options.hours });
    for (const visit of plan.visits) visit.at += options.shift ?? 0;
    squeeze(plan, options.notBefore, options.until);
    return { world, plan };
  });
  const total = plans.reduce((sum, { plan }) => sum + plan.visits.length, 0);
  const until = options.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(options.until);
  const progress: RunProgress = { day: options.days[0] ?? '', visits: 0, total, commands: 0 };
  const report = (complete: boolean): RunReport => ({
    ...progress,
    commands: sender.commands,
    refusals: [...sender.refusals.values()].sort((a, b) => b.count - a.count),
    complete,
  });
  let followed = 0;
  const follow = async (): Promise<void> => {
    await batch?.flush();
    await options.follow?.(batch);
    if (ANALYZE_AT.includes(++followed)) await options.analyze?.();
  };
  for (const { world, plan } of plans) {
    progress.day = plan.day;
    await sender.begin(plan.day);
    const opening = Math.min(
      Date.parse(fromLocal(plan.day, '06:00')) + (options.shift ?? 0),
      plan.visits[0]?.at ?? Number.POSITIVE_INFINITY,
    );
    if (plan.visits.length > 0) await replenish(engine, tenant, sender, world, { day: plan.day, at: opening, visits });
    const day = new VisitDay(
      {
        world,
        random,
        sender,
        follow,
        stopped: options.stopped,
        onVisit: () => {
          progress.visits++;
          progress.commands = sender.commands;
          options.onProgress?.(progress);
        },
      },
      plan,
      options.shift,
    );
    if (!(await day.run(until))) {
      await batch?.end();
      return report(false);
    }
    progress.commands = sender.commands;
    await options.onDay?.(plan.day, progress);
  }
  await batch?.end();
  return report(true);
}

/** Moves arrivals that lie before `from` into the time between it and `until`, in proportion. */
function squeeze(plan: DayPlan, from: string | undefined, until: string | undefined): void {
  const first = plan.visits[0]?.at;
  if (from === undefined || until === undefined || first === undefined) return;
  const [start, end] = [Date.parse(from), Date.parse(until)];
  if (first >= start || end <= start) return;
  const factor = (end - start) / (end - first);
  for (const visit of plan.visits) visit.at = Math.round(start + (visit.at - first) * factor);
}
