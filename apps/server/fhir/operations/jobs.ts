import { type Engine, Jobs } from '@mach/engine';

/** What every job of this door keeps: who asked, and the folder of its files. */
export interface JobArgs {
  readonly actor: string;
  /** Name of the folder that the files go to. */
  readonly folder: string;
}

export interface FhirJob<A, C> {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly args: A;
  readonly cursor: C | null;
  readonly done: number;
  readonly total: number | null;
  readonly error: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

type JobRow<A, C> = Record<string, unknown> & {
  id: string;
  state: FhirJob<A, C>['state'];
  args: A;
  cursor: C | null;
  done_count: string;
  total_count: string | null;
  error: string | null;
  started_at: Date | null;
  finished_at: Date | null;
};

/** Long work of one kind that a partner asked for: a queue in the database, worked off here, one at a time. */
export class FhirJobs<A extends JobArgs, C> {
  private readonly jobs: Jobs;
  private readonly engine: Engine;
  private readonly kind: string;
  private started = false;

  constructor(engine: Engine, kind: string, work: Parameters<Jobs['handle']>[1]) {
    this.engine = engine;
    this.kind = kind;
    this.jobs = new Jobs(engine.database, engine.ids);
    this.jobs.handle(kind, work);
  }

  /** Takes up what is queued, and what a killed process left. */
  start(everyMs?: number): void {
    if (this.started) return;
    this.started = true;
    this.jobs.start(everyMs);
  }

  async stop(): Promise<void> {
    await this.jobs.stop();
  }

  enqueue(tenant: number, args: A): Promise<string> {
    return this.jobs.enqueue(tenant, this.kind, args);
  }

  async find(tenant: number, id: string): Promise<FhirJob<A, C> | undefined> {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
    const { rows } = await this.engine.database.system.query<JobRow<A, C>>({
      name: 'fhir_job',
      text: `select id, state, args, cursor, done_count, total_count, error, started_at, finished_at from system.job
             where id = $1 and tenant = $2 and kind = $3`,
      values: [id, tenant, this.kind],
    });
    const [row] = rows;
    if (!row) return undefined;
    const { id: _id, state, args, cursor, error } = row;
    return {
      id,
      state,
      args,
      cursor,
      error,
      done: Number(row.done_count),
      total: row.total_count === null ? null : Number(row.total_count),
      startedAt: row.started_at?.toISOString() ?? null,
      finishedAt: row.finished_at?.toISOString() ?? null,
    };
  }

  /** How many of an actor's jobs have not ended. */
  async underWay(tenant: number, actor: string): Promise<number> {
    const { rows } = await this.engine.database.system.query<{ n: number }>({
      name: 'fhir_job_count',
      text: `select count(*)::integer as n from system.job
             where kind = $1 and tenant = $2 and args->>'actor' = $3 and state in ('queued', 'running')`,
      values: [this.kind, tenant, actor],
    });
    return rows[0]?.n ?? 0;
  }

  /** Forgets a job; a worker that is at it loses its lease and stops at its next report. */
  async remove(tenant: number, id: string): Promise<void> {
    await this.engine.database.system.query({
      name: 'fhir_job_remove',
      text: 'delete from system.job where id = $1 and tenant = $2 and kind = $3',
      values: [id, tenant, this.kind],
    });
  }

  /** Removes jobs that ended longer ago than that, ms, and gives the names of their folders, so that their files can go too. */
  async expire(kept: number): Promise<string[]> {
    const { rows } = await this.engine.database.system.query<{ folder: string }>({
      name: 'fhir_job_expire',
      text: `delete from system.job where kind = $1 and finished_at < now() - $2 * interval '1 millisecond' returning args->>'folder' as folder`,
      values: [this.kind, kept],
    });
    return rows.map((r) => r.folder);
  }
}
