import { type Engine, Jobs } from '@mach/engine';
import type { ExportArgs, ExportCursor } from './run.ts';

const KIND = 'fhir.export';

export interface ExportJob {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly args: ExportArgs;
  readonly cursor: ExportCursor | null;
  readonly done: number;
  readonly total: number | null;
  readonly error: string | null;
  readonly finishedAt: string | null;
}

type JobRow = Record<string, unknown> & {
  id: string;
  state: ExportJob['state'];
  args: ExportArgs;
  cursor: ExportCursor | null;
  done_count: string;
  total_count: string | null;
  error: string | null;
  finished_at: Date | null;
};

/** The exports of this server: a queue in the database, worked off here, one at a time. */
export class ExportJobs {
  private readonly jobs: Jobs;
  private readonly engine: Engine;
  private started = false;

  constructor(engine: Engine, work: Parameters<Jobs['handle']>[1]) {
    this.engine = engine;
    this.jobs = new Jobs(engine.database, engine.ids);
    this.jobs.handle(KIND, work);
  }

  /** Takes up what is queued, and what a killed process left. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.jobs.start();
  }

  async stop(): Promise<void> {
    await this.jobs.stop();
  }

  enqueue(tenant: number, args: ExportArgs): Promise<string> {
    return this.jobs.enqueue(tenant, KIND, args);
  }

  async find(tenant: number, id: string): Promise<ExportJob | undefined> {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
    const { rows } = await this.engine.database.system.query<JobRow>({
      name: 'export_job',
      text: `select id, state, args, cursor, done_count, total_count, error, finished_at from system.job
             where id = $1 and tenant = $2 and kind = $3`,
      values: [id, tenant, KIND],
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
      finishedAt: row.finished_at?.toISOString() ?? null,
    };
  }

  /** Forgets a job; a worker that is at it loses its lease and stops at its next report. */
  async remove(tenant: number, id: string): Promise<void> {
    await this.engine.database.system.query({
      name: 'export_job_remove',
      text: 'delete from system.job where id = $1 and tenant = $2 and kind = $3',
      values: [id, tenant, KIND],
    });
  }

  /** Removes jobs that ended before that instant and gives the names of their folders, so that their files can go too. */
  async expire(before: string): Promise<string[]> {
    const { rows } = await this.engine.database.system.query<{ folder: string }>({
      name: 'export_job_expire',
      text: `delete from system.job where kind = $1 and finished_at < $2 returning args->>'folder' as folder`,
      values: [KIND, before],
    });
    return rows.map((r) => r.folder);
  }
}
