import type { Database, Row } from '@mach/store';

/** How far a long work has got; kept in the database, so that it goes on where it stopped. */
export interface Progress<C = unknown> {
  cursor: C | null;
  done: number;
  total: number | null;
}

export interface JobHandle<C = unknown> {
  readonly args: unknown;
  readonly progress: Progress<C>;
  /** The house is closing, or somebody asked this job to stop. */
  readonly signal: AbortSignal;
  /** Writes the progress and renews the lease; throws when the lease was lost to another worker, or to stop. */
  report(progress: Progress<C>): Promise<void>;
}

export type JobHandler = (job: JobHandle, tenant: number) => Promise<void>;

interface JobRow extends Row {
  id: string;
  tenant: number;
  kind: string;
  args: unknown;
  cursor: unknown;
  done_count: string;
  total_count: string | null;
  attempts: number;
  stop_asked: boolean;
}

/** A dead worker's job is taken over when its lease is over. */
const LEASE = 30_000;
/** Between two renewals of the lease; by then a job has also heard that it is to stop. */
const HEARTBEAT = 5_000;
const ATTEMPTS = 5;
/** No job is planned, and no lease given, so far ahead: the database's clock was set back since, and nobody waits for it. */
const NEVER_AHEAD = `interval '2 minutes'`;

/**
 * Long work with a lease and a heartbeat. A job whose worker dies is taken over within half a minute and resumes from
 * its cursor; a job that fails is tried again a few times, then stays `failed` with its error.
 */
export class Jobs {
  private readonly handlers = new Map<string, JobHandler>();
  private readonly database: Database;
  private readonly worker: string;
  private readonly ids: () => string;
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> = Promise.resolve();
  private readonly abort = new AbortController();

  constructor(database: Database, ids: () => string) {
    this.database = database;
    this.ids = ids;
    this.worker = ids();
  }

  handle(kind: string, handler: JobHandler): void {
    this.handlers.set(kind, handler);
  }

  async enqueue(tenant: number, kind: string, args: unknown): Promise<string> {
    const id = this.ids();
    await this.database.system.query({
      name: 'job_enqueue',
      text: 'insert into system.job (id, tenant, kind, args) values ($1, $2, $3, $4)',
      values: [id, tenant, kind, JSON.stringify(args)],
    });
    return id;
  }

  start(everyMs = 1_000): void {
    const tick = (): void => {
      if (this.abort.signal.aborted) return;
      this.current = this.runDue()
        .catch(() => undefined)
        .finally(() => {
          this.timer = setTimeout(tick, everyMs);
          this.timer.unref();
        });
    };
    tick();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    clearTimeout(this.timer);
    await this.current;
  }

  /** Runs what is due, one job after the other. */
  async runDue(): Promise<void> {
    for (;;) {
      const job = await this.take();
      if (!job || this.abort.signal.aborted) return;
      await this.run(job);
    }
  }

  private async take(): Promise<JobRow | undefined> {
    const { rows } = await this.database.system.query<JobRow>({
      name: 'job_take',
      text: `update system.job j set state = 'running', worker = $1, lease_until = now() + $2 * interval '1 millisecond',
               started_at = coalesce(started_at, now()), attempts = attempts + 1
             from (select id from system.job where kind = any($3) and (run_at <= now() or run_at > now() + ${NEVER_AHEAD})
                     and (state = 'queued'
                       or (state = 'running' and (lease_until < now() or lease_until > now() + ${NEVER_AHEAD})))
                   order by run_at limit 1 for update skip locked) due
             where j.id = due.id returning j.id, j.tenant, j.kind, j.args, j.cursor, j.done_count, j.total_count,
               j.attempts, j.stop_asked`,
      values: [this.worker, LEASE, [...this.handlers.keys()]],
    });
    return rows[0];
  }

  private async run(job: JobRow): Promise<void> {
    const handler = this.handlers.get(job.kind);
    if (!handler) return;
    // Asked to stop while its worker was dead.
    if (job.stop_asked) return this.end(job.id, 'cancelled', null);
    const stop = new AbortController();
    const progress: Progress = {
      cursor: job.cursor,
      done: Number(job.done_count),
      total: job.total_count === null ? null : Number(job.total_count),
    };
    const report = async (next: Progress): Promise<void> => {
      Object.assign(progress, next);
      const { rows } = await this.database.system.query<{ stop_asked: boolean }>({
        name: 'job_report',
        text: `update system.job set cursor = $3, done_count = $4, total_count = $5, lease_until = now() + $6 * interval '1 millisecond'
               where id = $1 and worker = $2 and state = 'running' returning stop_asked`,
        values: [job.id, this.worker, JSON.stringify(next.cursor ?? null), next.done, next.total, LEASE],
      });
      if (rows[0]?.stop_asked) stop.abort();
      if (rows.length !== 1 || stop.signal.aborted) {
        stop.abort();
        throw new Error(rows.length === 1 ? 'somebody asked this job to stop' : 'the lease of this job was lost');
      }
    };
    const signal = AbortSignal.any([this.abort.signal, stop.signal]);
    const endAs = (finished: 'done' | 'failed'): 'queued' | 'done' | 'failed' | 'cancelled' =>
      stop.signal.aborted ? 'cancelled' : this.abort.signal.aborted ? 'queued' : finished;
    const heartbeat = setInterval(() => void report(progress).catch(() => undefined), HEARTBEAT);
    try {
      await handler({ args: job.args, progress, signal, report }, job.tenant);
      await this.end(job.id, endAs('done'), null);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const state = endAs('failed');
      const again = state === 'failed' && job.attempts < ATTEMPTS;
      await this.end(job.id, again ? 'queued' : state, state === 'cancelled' ? null : text);
    } finally {
      clearInterval(heartbeat);
    }
  }

  private async end(
    id: string,
    state: 'queued' | 'done' | 'failed' | 'cancelled',
    error: string | null,
  ): Promise<void> {
    await this.database.system.query({
      name: 'job_end',
      text: `update system.job set state = $3, error = $4, worker = null, lease_until = null,
               run_at = case when $3 = 'queued' and $4::text is not null then now() + interval '10 seconds' else run_at end,
               finished_at = case when $3 <> 'queued' then now() end
             where id = $1 and worker = $2`,
      values: [id, this.worker, state, error],
    });
  }
}
