import { runningEmbedded } from '@mach/server/postgres/embedded.ts';
import pg from 'pg';

/** Looks at the database four times a second, and keeps the texts of statements that have run for longer than `limit` ms. */
export class SlowStatements {
  readonly found = new Map<string, number>();
  private readonly client: pg.Client;
  private readonly limit: number;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  private constructor(client: pg.Client, limit: number) {
    this.client = client;
    this.limit = limit;
  }

  /** @throws Error when no server runs on the folder */
  static async watch(dataDir: string, limit: number): Promise<SlowStatements> {
    const running = runningEmbedded(dataDir);
    if (!running) throw new Error(`no PostgreSQL runs on ${dataDir}`);
    const client = new pg.Client({ connectionString: running.superuserUrl });
    client.on('error', () => undefined);
    await client.connect();
    const watch = new SlowStatements(client, limit);
    watch.timer = setInterval(() => {
      watch.looking = watch.look().catch(() => undefined);
    }, 250);
    return watch;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.client.end();
  }

  private async look(): Promise<void> {
    const { rows } = await this.client.query<{ query: string; ms: number }>(
      `select query, extract(epoch from clock_timestamp() - query_start)::float8 * 1000 as ms from pg_stat_activity
       where state = 'active' and application_name like 'mach/%' and wait_event is distinct from 'ClientRead'
         and query_start < clock_timestamp() - $1::float8 * interval '1 millisecond'`,
      [this.limit],
    );
    for (const { query, ms } of rows)
      this.found.set(query.slice(0, 300), Math.max(ms, this.found.get(query.slice(0, 300)) ?? 0));
  }
}
