import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Problem, refuse } from '@mach/base/problem.ts';
import type { Database, Queryable, Row } from '@mach/store';

/** How long one waits for another process's turn to end, ms. */
const PATIENCE = 15_000;
/** Between two looks whether a turn of another process has ended, ms. */
const SHORTEST = 4;
const LONGEST = 60;

interface Session {
  readonly client: Promise<Queryable>;
  readonly leave: () => void;
  holders: number;
}

/**
 * Work that must not be done twice at the same time under the same key, in this process and in any other on the same
 * database. In this process each waits for the one before; across processes an advisory lock says who is at work. The
 * locks of all keys are held by one connection, which is given back when none is held: who waits holds none, so that a
 * crowd cannot take all connections and then wait for one.
 */
class Turns {
  private readonly database: Database;
  private readonly tenant: number;
  private readonly running = new Map<string, Promise<unknown>>();
  private session: Session | undefined;

  constructor(database: Database, tenant: number) {
    this.database = database;
    this.tenant = tenant;
  }

  /** Under several keys at once: all of them or none, whatever the order in which others ask. */
  async take<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const sorted = [...new Set(keys)].sort();
    return this.inProcess(sorted, () => this.acrossProcesses(sorted.map(numberOf), work));
  }

  private inProcess<T>([key, ...rest]: readonly string[], work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work();
    const before = this.running.get(key) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => this.inProcess(rest, work));
    this.running.set(key, mine);
    const done = (): void => {
      if (this.running.get(key) === mine) this.running.delete(key);
    };
    mine.then(done, done);
    return mine;
  }

  private async acrossProcesses<T>(locks: readonly string[], work: () => Promise<T>): Promise<T> {
    const session = this.enter();
    try {
      const on = await session.client;
      await this.lock(on, locks);
      try {
        return await work();
      } finally {
        // Nobody waits for it; a connection that broke has let go by itself.
        this.unlock(on, locks).catch(() => this.forget(session));
      }
    } catch (error) {
      // What is refused by us leaves the connection sound; with anything else it may be the one that broke.
      if (!(error instanceof Problem)) this.forget(session);
      throw error;
    } finally {
      session.holders--;
      if (session.holders === 0) {
        this.forget(session);
        session.leave();
      }
    }
  }

  /** The connection that holds the locks, for as long as somebody needs it. */
  private enter(): Session {
    const session = this.session ?? this.open();
    this.session = session;
    session.holders++;
    return session;
  }

  private open(): Session {
    let leave = (): void => undefined;
    const until = new Promise<void>((end) => {
      leave = end;
    });
    const client = new Promise<Queryable>((resolve, reject) => {
      this.database
        .withClient(this.tenant, (on) => {
          resolve(on);
          return until;
        })
        .catch(reject);
    });
    return { client, leave, holders: 0 };
  }

  /** Who comes next opens another connection. */
  private forget(session: Session): void {
    if (this.session === session) this.session = undefined;
  }

  private async lock(on: Queryable, locks: readonly string[]): Promise<void> {
    const until = performance.now() + PATIENCE;
    for (let wait = SHORTEST; ; wait = Math.min(LONGEST, wait * 2)) {
      const held = await ask(on, 'turn_lock', 'pg_try_advisory_lock', locks);
      if (held.every((is) => is)) return;
      // Half of them would make two wait for each other.
      const some = locks.filter((_, i) => held[i]);
      if (some.length > 0) await this.unlock(on, some);
      if (performance.now() > until)
        throw refuse(503, 'turn-taken', {
          vi: 'Một yêu cầu khác với cùng điều kiện chưa xong: thử lại sau',
          en: 'Another request with the same condition has not ended: try again later',
        });
      // Not in step with whoever else waits.
      await pause(wait / 2 + Math.random() * wait);
    }
  }

  private async unlock(on: Queryable, locks: readonly string[]): Promise<void> {
    await ask(on, 'turn_unlock', 'pg_advisory_unlock', locks);
  }
}

async function ask(on: Queryable, name: string, call: string, locks: readonly string[]): Promise<boolean[]> {
  const { rows } = await on.query<Row & { is: boolean }>({
    name,
    text: `select ${call}(k) as is from unnest($1::bigint[]) with ordinality as l(k, n) order by n`,
    values: [locks],
  });
  return rows.map((row) => row.is);
}

/** A key as PostgreSQL locks it: 64 bits of its hash. Two that meet there wait for each other for nothing. */
const numberOf = (key: string): string => String(createHash('sha256').update(key).digest().readBigInt64BE());

const known = new WeakMap<Database, Map<number, Turns>>();

/** The turns of a facility on a database. */
export function turnsOf(database: Database, tenant: number): Turns {
  const own = known.get(database) ?? new Map<number, Turns>();
  known.set(database, own);
  const turns = own.get(tenant) ?? new Turns(database, tenant);
  own.set(tenant, turns);
  return turns;
}
