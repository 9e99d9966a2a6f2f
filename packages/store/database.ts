import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { Conversation } from './burst.ts';
import { Gathering } from './gather.ts';
import type { Queryable } from './query.ts';

export type { Query, Queryable, Row } from './query.ts';

// 64-bit integers and numerics stay text: exact, never a float.
pg.types.setTypeParser(1082, (value) => value);

export interface ConnectionConfig {
  /** A folder for a unix socket, or a host name. */
  host: string;
  port: number;
  database: string;
  user: string;
  password?: string;
  /** How the line is encrypted; absent where it is not. */
  ssl?: true | ConnectionOptions;
  /** Most connections a tenant's pool may open. */
  max?: number;
}

/**
 * The hot path reads by key, always: nested loops over indexes, also on a fresh database whose statistics are still
 * empty (a prepared plan made then would scan whole tables until the first ANALYZE). So a plan needs no look at the
 * parameters, and is made once a connection instead of with each command. Set-based work says `SET_PLANS`.
 */
const POINT_PLANS =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/** First statement of a transaction that works on sets: searches, rebuilds, proofs. */
export const SET_PLANS = `select set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
  set_config('enable_mergejoin', 'on', true), set_config('plan_cache_mode', 'auto', true)`;

/**
 * Connections of the application role. Each pool belongs to one tenant, told to PostgreSQL as the connection starts,
 * so that row-level security costs no round trip; the system pool has no tenant and so sees no tenant's row.
 */
export class Database {
  private readonly pools = new Map<number, pg.Pool>();
  private readonly relaxedPools = new Map<number, pg.Pool>();
  private readonly readings = new Map<number, Queryable>();
  private readonly config: ConnectionConfig;
  constructor(config: ConnectionConfig) {
    this.config = config;
  }

  private pool(tenant: number): pg.Pool {
    const known = this.pools.get(tenant);
    if (known) return known;
    const pool = new pg.Pool({
      ...this.config,
      max: this.config.max ?? 10,
      idleTimeoutMillis: 60_000,
      pipeline: true,
      options: tenant === 0 ? '' : `-c mach.tenant=${tenant} -c timezone=UTC -c datestyle=ISO ${POINT_PLANS}`,
      application_name: `mach/${tenant}`,
    });
    // An idle connection that breaks is replaced by the pool; the query that follows reports any real fault.
    pool.on('error', () => undefined);
    // A connection that breaks while it is in use fails its query; the event itself must not end the program.
    pool.on('connect', (client) => client.on('error', () => undefined));
    this.pools.set(tenant, pool);
    return pool;
  }

  /** The tenant's rows, one statement a transaction. */
  tenant(tenant: number): Queryable {
    if (!Number.isInteger(tenant) || tenant <= 0) throw new RangeError('a tenant is a positive integer');
    return this.pool(tenant) as unknown as Queryable;
  }

  /** For reads of single records by key: what several requests ask at the same time travels together. */
  reading(tenant: number): Queryable {
    const known = this.readings.get(tenant);
    if (known) return known;
    const made = new Gathering((work) => this.withClient(tenant, work));
    this.readings.set(tenant, made);
    return made;
  }

  /**
   * Connections whose commits do not wait for the disk: counters, positions of the feed, cursors of its followers. They
   * need not: what depends on such a row commits later, and its flush carries the earlier log record with it; or the
   * row can be made again.
   */
  relaxed(tenant: number): Queryable {
    const known = this.relaxedPools.get(tenant);
    if (known) return known as unknown as Queryable;
    const options = `-c mach.tenant=${tenant} -c timezone=UTC -c datestyle=ISO ${POINT_PLANS} -c synchronous_commit=off`;
    const pool = new pg.Pool({
      ...this.config,
      max: 3,
      idleTimeoutMillis: 60_000,
      options,
      application_name: `mach/${tenant}/relaxed`,
    });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    this.relaxedPools.set(tenant, pool);
    return pool as unknown as Queryable;
  }

  /** Whether the one who asks sees a part of the records only. */
  get isLimited(): boolean {
    return false;
  }

  /** The system plane. */
  get system(): Queryable {
    return this.pool(0) as unknown as Queryable;
  }

  /** Takes one connection of the tenant for the time of `work`, and gives it back (or destroys it after a fault). */
  async withClient<T>(tenant: number, work: (client: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool(tenant).connect();
    let broken = true;
    try {
      const result = await work(client as unknown as Queryable);
      broken = false;
      return result;
    } catch (error) {
      // A refused statement leaves the connection whole; the caller has rolled back.
      broken = !(error instanceof Error && 'code' in error) && !(error instanceof Rollback);
      throw error instanceof Rollback ? error.cause : error;
    } finally {
      client.release(broken);
    }
  }

  /** One connection for several questions; those of the same turn of the program leave together. */
  async conversing<T>(tenant: number, work: (on: Queryable & { processID?: number }) => Promise<T>): Promise<T> {
    return this.withClient(tenant, (client) => {
      const together = new Conversation(client);
      return work({ query: (query) => together.query(query), ...processOf(client) });
    });
  }

  /** One transaction; rolled back whatever is thrown. */
  async transaction<T>(tenant: number, work: (client: Queryable) => Promise<T>): Promise<T> {
    return this.withClient(tenant, async (client) => {
      await client.query({ text: 'begin' });
      try {
        const result = await work(client);
        await client.query({ text: 'commit' });
        return result;
      } catch (error) {
        await client.query({ text: 'rollback' });
        throw new Rollback(error);
      }
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values(), ...this.relaxedPools.values()].map((pool) => pool.end()));
    this.pools.clear();
    this.relaxedPools.clear();
  }
}

/** The process of a connection, by which what it does can be cancelled. */
export function processOf(client: Queryable): { processID?: number } {
  return 'processID' in client && typeof client.processID === 'number' ? { processID: client.processID } : {};
}

/** Carries a fault out of a transaction that was rolled back properly, so that its connection is kept. */
export class Rollback extends Error {
  constructor(cause: unknown) {
    super('rolled back', { cause });
  }
}

/** SQLSTATE of a database fault, if it is one. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
