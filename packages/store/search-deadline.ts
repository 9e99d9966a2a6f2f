import { refuse } from '@mach/base/problem.ts';
import { type Database, type Queryable, sqlState } from './database.ts';

/** A search may take this long in the database before it is given up, ms. */
export const SEARCH_TIMEOUT = 5_000;

/**
 * Runs work on one connection, and has PostgreSQL cancel what it is doing when the time is over. A timer of ours instead
 * of `statement_timeout`, which would cost three statements more a search, and would count each of several by itself.
 */
export async function withDeadline<T>(
  database: Database,
  tenant: number,
  limit: number,
  work: (on: Queryable) => Promise<T>,
): Promise<T> {
  let cancelling: Promise<unknown> | undefined;
  let over = false;
  try {
    return await database.conversing(tenant, async (on) => {
      const { processID } = on;
      const timer = setTimeout(() => {
        over = true;
        cancelling = database.system
          .query({ text: 'select pg_cancel_backend($1)', values: [processID] })
          .catch(() => undefined);
      }, limit);
      try {
        return await work({
          query: (query) => {
            if (over) throw tooLong(limit);
            return on.query(query);
          },
        });
      } finally {
        clearTimeout(timer);
        // Not given back before the cancellation has struck, or it would strike the next user of the connection.
        await cancelling;
      }
    });
  } catch (error) {
    if (sqlState(error) === '57014') throw tooLong(limit);
    throw error;
  }
}

function tooLong(limit: number): Error {
  const seconds = Math.round(limit / 100) / 10;
  return refuse(
    422,
    'too-costly',
    {
      vi: `Truy vấn quá nặng, đã dừng sau ${seconds} giây`,
      en: `The search was too costly and was stopped after ${seconds} seconds`,
    },
    { remedy: { vi: 'Thêm điều kiện: người bệnh, mã, ngày', en: 'Add conditions: patient, code, date' } },
  );
}
