import type { Database, Row } from './database.ts';
import { emptyIndex } from './index-rows.ts';
import type { AnyResource } from './resource.ts';
import { indexRows, indexStatements } from './search-index.ts';
import { typeNumber } from './types.ts';

/**
 * Brings the index rows of a page of records of one type up to what is extracted now. The records are held until the
 * rows are in: who writes one meanwhile waits, and takes away what no longer holds.
 * @returns the last id, undefined when there are no more
 */
export async function reindexPage(
  database: Database,
  tenant: number,
  type: string,
  after: string,
  limit: number,
): Promise<{ last: string | undefined; count: number }> {
  return database.transaction(tenant, async (on) => {
    const { rows } = await on.query<Row & { id: string; rid: string; content: string }>({
      name: 'reindex_page',
      text: `select id, rid, content from record where tenant = mach_tenant() and type = $1 and id > $2 and not deleted
             order by id limit $3 for share`,
      values: [typeNumber(type), after, limit],
    });
    const changes = rows.map(({ rid, content }) => ({
      rid,
      before: emptyIndex(),
      after: indexRows(JSON.parse(content) as AnyResource),
    }));
    for (const statement of indexStatements(changes, true)) await on.query(statement);
    return { last: rows.length === limit ? rows.at(-1)?.id : undefined, count: rows.length };
  });
}

/** How many records of some types a facility has. */
export async function countRecords(database: Database, tenant: number, types: readonly string[]): Promise<number> {
  const { rows } = await database.tenant(tenant).query<{ n: string }>({
    name: 'record_count',
    text: 'select count(*) as n from record where tenant = mach_tenant() and type = any($1::smallint[]) and not deleted',
    values: [types.map(typeNumber)],
  });
  return Number(rows[0]?.n);
}
