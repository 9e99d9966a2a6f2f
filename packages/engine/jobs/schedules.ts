import { Problem } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type PlainRow, queryView, type Row, type ViewQuery } from '@mach/store';
import type { CommandRef } from '../command-ref.ts';
import type { Engine } from '../engine.ts';
import { type JobHandle, Jobs } from '../jobs.ts';
import { Leaps } from './leaps.ts';
import type { RunNotes, Schedule, ScheduledRun } from './schedule.ts';
import { plan } from './times.ts';

/** Runs that are written down with their refusals: more are counted only. */
const TOLD = 10;
/** A count is written this often, ms: a thousand quick items are not a thousand writes. */
const REPORT = 1_000;
/** Runs are kept so long. */
const KEEP_DAYS = 30;
/**
 * A run of a time that lies further ahead, ms, was made by a clock that was wrong: when that time comes, it is run. One
 * nearer was made before the clock was set back a little: it has been run.
 */
const MADE_TOO_EARLY = 2 * 3_600_000;
/** Pages of a view; ends a run that would read a house whole. */
const PAGE = 1_000;
const MOST_ROWS = 200_000;

interface Planned extends Row {
  tenant: number;
  name: string;
  planned_to: Date;
  paused_at: Date | null;
}

interface RunArgs {
  due: string;
}

/**
 * The timers of the house. Each program plans them all; a run is one row known by facility, timer and time, so that it is
 * made once, and one of them takes it by lease (see `Jobs`). After hours without a program one run stands for all that
 * were missed. Runs have a worker of their own: they never wait behind long jobs of people.
 */
export class Schedules {
  readonly jobs: Jobs;
  private readonly engine: Engine;
  private readonly list: readonly Schedule[];
  private readonly log: (line: string, error?: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private current: Promise<unknown> = Promise.resolve();
  /** Day on which old runs were last taken away. */
  private swept = '';
  private readonly leaps = new Leaps();
  private readonly steady: (() => number) | undefined;

  /** `steady`: ms that have passed, asleep or awake, whatever the clock says: with it, a leap of the clock is noticed. */
  constructor(engine: Engine, log: (line: string, error?: unknown) => void = () => undefined, steady?: () => number) {
    this.engine = engine;
    this.log = log;
    this.steady = steady;
    this.list = engine.modules.flatMap((module) => module.schedules ?? []);
    this.jobs = new Jobs(engine.database, engine.ids);
    for (const schedule of this.list)
      this.jobs.handle(schedule.name, (job, tenant) => this.work(schedule, job, tenant));
  }

  start(everyMs = 5_000): void {
    const round = (): void => {
      if (this.stopped) return;
      this.current = this.plan()
        .catch((error: unknown) => this.log('schedules', error))
        .finally(() => {
          this.timer = setTimeout(round, everyMs);
          this.timer.unref();
        });
    };
    round();
    this.jobs.start();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all([this.current, this.jobs.stop()]);
  }

  /** Writes down the runs that are due now. @returns how many this program has added */
  async plan(): Promise<number> {
    if (this.isHeld()) return 0;
    const { rows } = await this.engine.database.system.query<Planned>({
      name: 'schedule_list',
      text: 'select tenant, name, planned_to, paused_at from system.schedule',
    });
    const known = new Map(rows.map((row) => [`${row.tenant} ${row.name}`, row]));
    const now = this.engine.clock.now().toISOString();
    let added = 0;
    for (const { tenant } of this.engine.allFacilities)
      for (const schedule of this.list) {
        const row = known.get(`${tenant} ${schedule.name}`);
        if (row && row.planned_to.getTime() > Date.parse(now)) await this.putAside(tenant, schedule, now);
        const next = plan(schedule.every, row?.planned_to.toISOString() ?? null, now);
        if (!next) continue;
        const paused = row?.paused_at != null;
        added += await this.write(tenant, schedule, paused ? { ...next, due: null } : next);
      }
    if (this.swept !== localDate(now)) {
      this.swept = localDate(now);
      await this.engine.database.system.query({
        name: 'schedule_sweep',
        text: `delete from system.job where schedule is not null and state in ('done', 'cancelled', 'failed')
                 and finished_at < now() - $1 * interval '1 day'`,
        values: [KEEP_DAYS],
      });
    }
    return added;
  }

  private isHeld(): boolean {
    if (!this.steady) return false;
    const { held, leap } = this.leaps.look(this.engine.clock.now().getTime(), this.steady());
    if (leap !== 0) {
      const hours = (leap / 3_600_000).toFixed(1);
      this.log(
        `đồng hồ máy bị chỉnh ${hours} giờ${held ? ': hẹn giờ chờ 15 phút' : ''} · the clock was set by ${hours} h${held ? ': timers hold for 15 minutes' : ''}`,
      );
    }
    return held;
  }

  /** The clock was set back: runs of times that are still far away keep them free. They stand as made now. */
  private async putAside(tenant: number, { name }: Schedule, now: string): Promise<void> {
    await this.engine.database.system.query({
      name: 'schedule_put_aside',
      text: `update system.job j set due_at = $3::timestamptz - early.n * interval '1 millisecond'
             from (select id, row_number() over (order by due_at) as n from system.job
                   where tenant = $1 and schedule = $2 and due_at > $3::timestamptz + $4 * interval '1 millisecond') early
             where j.id = early.id`,
      values: [tenant, name, now, MADE_TOO_EARLY],
    });
  }

  private async write(
    tenant: number,
    { name }: Schedule,
    { to, due, missed }: { to: string; due: string | null; missed: number },
  ): Promise<number> {
    const notes: RunNotes = { missed };
    // One statement: a run is never lost between the plan and the queue. A run that still waits or works is enough.
    const { rows } = await this.engine.database.system.query<{ n: string }>({
      name: 'schedule_plan',
      text: `with planned as (
               insert into system.schedule (tenant, name, planned_to) values ($1, $2, $3)
               on conflict (tenant, name) do update set planned_to = excluded.planned_to returning 1),
             run as (
               insert into system.job (id, tenant, kind, schedule, due_at, args, cursor)
               select $4, $1, $2, $2, $5::timestamptz, $6::jsonb, $7::jsonb
               from planned where $5::timestamptz is not null and not exists (
                 select 1 from system.job j where j.tenant = $1 and j.schedule = $2 and j.state in ('queued', 'running'))
               on conflict (tenant, schedule, due_at) where schedule is not null do nothing returning 1)
             select count(*) as n from run`,
      values: [tenant, name, to, this.engine.ids(), due, JSON.stringify({ due }), JSON.stringify(notes)],
    });
    return Number(rows[0]?.n ?? 0);
  }

  private async work(schedule: Schedule, job: JobHandle, tenant: number): Promise<void> {
    const { engine } = this;
    const actor = engine.systemActor(tenant, schedule.name, ['system']);
    const notes: RunNotes = { ...(job.progress.cursor as RunNotes | null) };
    // A run that is tried again counts its refusals again.
    delete notes.refused;
    delete notes.refusals;
    let [done, total] = [0, 0];
    let told = 0;
    const tell = async (): Promise<void> => {
      told = Date.now();
      await job.report({ cursor: notes, done, total });
    };
    const run: ScheduledRun = {
      tenant,
      due: (job.args as RunArgs).due,
      get now() {
        return engine.clock.now().toISOString();
      },
      signal: job.signal,
      setting: <T>(key: string, fallback: T): T => (engine.settings(tenant).get(key) as T | undefined) ?? fallback,
      rows: <R = PlainRow>(name: string, query: ViewQuery) => this.rows(tenant, name, query) as Promise<R[]>,
      send: async <I, R>(command: CommandRef<I, R>, input: I, key: string) =>
        (await engine.sendByName(command.name, input, actor, { key })).result as R,
      each: async (items, work, nameOf) => {
        total += items.length;
        await tell();
        for (const item of items) {
          if (job.signal.aborted) return;
          try {
            await work(item);
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            notes.refused = (notes.refused ?? 0) + 1;
            notes.refusals ??= [];
            const text = error.issues[0]?.text.vi ?? error.message;
            if (notes.refusals.length < TOLD) notes.refusals.push({ name: nameOf?.(item) ?? '', text });
          }
          done++;
          if (Date.now() - told > REPORT) await tell();
        }
      },
    };
    await schedule.run(run);
    await tell();
  }

  private async rows(tenant: number, name: string, query: ViewQuery): Promise<PlainRow[]> {
    const view = this.engine.views.get(name);
    if (!view) return [];
    const found: PlainRow[] = [];
    for (let after: string | undefined; found.length < MOST_ROWS; ) {
      const page = await queryView(this.engine.database.tenant(tenant), view.definition, {
        ...query,
        limit: PAGE,
        ...(after ? { after } : {}),
      });
      found.push(...page.rows);
      if (page.next === null) break;
      after = page.next;
    }
    return found;
  }
}
