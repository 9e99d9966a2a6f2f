import type { Query } from '@mach/store';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../command.ts';
import { commandRef } from '../command-ref.ts';
import { HandlerContext } from '../context.ts';
import { commands, defineModule } from '../module.ts';
import type { RunNotes } from './schedule.ts';
import { nextTime } from './times.ts';

const also = (ctx: CommandContext, query: Query): void => {
  if (!(ctx instanceof HandlerContext)) throw new TypeError('commands of jobs run in the engine only');
  ctx.transaction.also(query);
};
const job = z.strictObject({ job: z.uuid() });
const schedule = z.strictObject({ schedule: z.string().min(3).max(80) });

export const stopJob = commandRef<z.input<typeof job>, { job: string }>('jobs.stop');
export const retryJob = commandRef<z.input<typeof job>, { job: string }>('jobs.retry');
export const runNow = commandRef<z.input<typeof schedule>, { job: string }>('jobs.runNow');
export const pauseSchedule = commandRef<z.input<typeof schedule> & { paused: boolean }, { schedule: string }>(
  'jobs.pause',
);

/** Asks a job to stop: one that waits is cancelled, one that works hears of it within seconds and keeps its place. */
const stop = defineCommand({
  name: 'jobs.stop',
  kind: 'intent',
  permission: 'jobs.manage',
  title: { vi: 'Dừng công việc nền', en: 'Stop a background job' },
  input: job,
  async handle(input, ctx) {
    also(ctx, {
      text: `with u as (update system.job set stop_asked = true, stopped_by = $3,
               finished_at = case when state = 'queued' then now() else finished_at end,
               state = case when state = 'queued' then 'cancelled' else state end
             where id = $1 and tenant = $2 and state in ('queued', 'running') returning 1)
             select mach_expect((select count(*) from u), 1, 'job')`,
      values: [input.job, ctx.facility.tenant, ctx.actor.name],
    });
    return { job: input.job };
  },
});

/** Lets a failed or stopped job go on where it stopped. */
const retry = defineCommand({
  name: 'jobs.retry',
  kind: 'intent',
  permission: 'jobs.manage',
  title: { vi: 'Chạy lại công việc nền', en: 'Run a background job again' },
  input: job,
  async handle(input, ctx) {
    also(ctx, {
      text: `with u as (update system.job set state = 'queued', stop_asked = false, stopped_by = null, attempts = 0,
               error = null, finished_at = null, run_at = now()
             where id = $1 and tenant = $2 and state in ('failed', 'cancelled') returning 1)
             select mach_expect((select count(*) from u), 1, 'job')`,
      values: [input.job, ctx.facility.tenant],
    });
    return { job: input.job };
  },
});

/** One run now, beside those that are planned. */
const run = defineCommand({
  name: 'jobs.runNow',
  kind: 'intent',
  permission: 'jobs.manage',
  title: { vi: 'Chạy ngay', en: 'Run now' },
  input: schedule,
  async handle(input, ctx) {
    const id = ctx.id();
    // Only a timer that this house has: the planner has written its row.
    also(ctx, {
      text: `with i as (
               insert into system.job (id, tenant, kind, schedule, due_at, args)
               select $1, s.tenant, s.name, s.name, $4::timestamptz, jsonb_build_object('due', $4::text)
               from system.schedule s where s.tenant = $2 and s.name = $3 and not exists (
                 select 1 from system.job j where j.tenant = $2 and j.schedule = $3 and j.state in ('queued', 'running'))
               returning 1)
             select mach_expect((select count(*) from i), 1, 'schedule')`,
      values: [id, ctx.facility.tenant, input.schedule, ctx.now],
    });
    return { job: id };
  },
});

/** Keeps a timer from going off, until it is let go on; what it misses meanwhile is not caught up. */
const pause = defineCommand({
  name: 'jobs.pause',
  kind: 'intent',
  permission: 'jobs.manage',
  title: { vi: 'Tạm ngưng lịch chạy', en: 'Pause a schedule' },
  input: schedule.extend({ paused: z.boolean() }),
  async handle(input, ctx) {
    also(ctx, {
      text: `with u as (update system.schedule set paused_at = case when $3 then now() end, paused_by = case when $3 then $4 end
             where tenant = $1 and name = $2 returning 1)
             select mach_expect((select count(*) from u), 1, 'schedule')`,
      values: [ctx.facility.tenant, input.schedule, input.paused, ctx.actor.name],
    });
    return { schedule: input.schedule };
  },
});

export default defineModule({
  name: 'jobs',
  title: { vi: 'Công việc nền', en: 'Background work' },
  commands: commands(stop, retry, run, pause),
  roles: { administrator: ['jobs.read', 'jobs.manage'], director: ['jobs.read'] },
  tables: [
    {
      name: 'jobs.list',
      permission: 'jobs.read',
      title: { vi: 'Công việc nền', en: 'Background work' },
      read: async (source) =>
        (await source.jobs()).map((r) => ({
          key: String(r.id),
          kind: String(r.kind),
          schedule: (r.schedule as string | null) ?? null,
          state: String(r.state),
          dueAt: instant(r.due_at),
          createdAt: instant(r.created_at),
          startedAt: instant(r.started_at),
          finishedAt: instant(r.finished_at),
          leaseUntil: instant(r.lease_until),
          done: Number(r.done_count),
          total: r.total_count === null ? null : Number(r.total_count),
          attempts: Number(r.attempts),
          stopAsked: r.stop_asked === true,
          stoppedBy: (r.stopped_by as string | null) ?? null,
          notes: r.schedule === null ? null : ((r.cursor as RunNotes | null) ?? null),
          error: (r.error as string | null) ?? null,
        })),
    },
    {
      name: 'jobs.schedules',
      permission: 'jobs.read',
      title: { vi: 'Lịch chạy', en: 'Schedules' },
      read: async (source) =>
        (await source.schedules()).map(({ schedule: s, row }) => ({
          key: s.name,
          title: s.title,
          every: s.every,
          nextAt: row?.paused_at ? null : nextTime(s.every, source.now),
          pausedAt: instant(row?.paused_at),
          pausedBy: (row?.paused_by as string | null) ?? null,
          lastState: (row?.state as string | null) ?? null,
          lastAt: instant(row?.due_at),
          lastEndedAt: instant(row?.finished_at),
          lastJob: (row?.job as string | null) ?? null,
        })),
    },
  ],
});

const instant = (value: unknown): string | null => (value instanceof Date ? value.toISOString() : null);
