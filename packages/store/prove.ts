import type { Database } from './database.ts';
import { SET_PLANS } from './database.ts';
import { disagreements } from './ledger.ts';
import type { AnyResource } from './resource.ts';
import { indexRows } from './search-index.ts';
import { RESOURCE_TYPES, typeName } from './types.ts';

/** One thing that must hold of a facility's data. */
export interface Proof {
  name: 'versions' | 'commands' | 'audit-of-commands' | 'ledger' | 'outbox' | 'search-index';
  /** How many things were looked at. */
  checked: number;
  /** What does not hold, by name; twenty at most. */
  faults: string[];
}

/** Records whose index rows are computed anew: all of a small facility, a random part of a large one. */
const SAMPLE = 2_000;

/**
 * Proves a facility's data against itself: every version of every record is there once, every command's writes and its
 * audit entry are there, balances are the sums of their movements, and the search index says what the records say.
 */
export async function proveFacility(database: Database, tenant: number): Promise<Proof[]> {
  return database.transaction(tenant, async (client) => {
    await client.query({ text: SET_PLANS });
    const rows = async <R extends Record<string, unknown>>(text: string): Promise<R[]> =>
      (await client.query<R>({ text })).rows;
    const count = async (table: string): Promise<number> =>
      Number((await rows<{ n: string }>(`select count(*) as n from ${table} where tenant = mach_tenant()`))[0]?.n);

    const versions = await rows<{ type: number; id: string }>(`
      select r.type, r.id from record r
      left join (select type, id, count(*) as n, min(version) as low, max(version) as high from record_history
        where tenant = mach_tenant() group by type, id) h on h.type = r.type and h.id = r.id
      where r.tenant = mach_tenant() and (coalesce(h.n, 0) <> r.version - 1 or (r.version > 1 and (h.low <> 1 or h.high <> r.version - 1)))
      limit 20`);
    const orphans = await rows<{ type: number; id: string }>(`
      select distinct h.type, h.id from record_history h where h.tenant = mach_tenant() and not exists
        (select from record r where r.tenant = mach_tenant() and r.type = h.type and r.id = h.id) limit 20`);
    // Taken apart first, and by the whole key: a row's lock lets no `->>` into its index, and would look at every record.
    const commands = (
      await client.query<{ key: string; id: string }>({
        text: `with w as materialized (
            select c.key, t.number::smallint as type, w.value ->> 1 as id, (w.value ->> 2)::integer as version
            from command_log c cross join jsonb_array_elements(c.records) w
            left join unnest($1::text[]) with ordinality t(name, number) on t.name = w.value ->> 0
            where c.tenant = mach_tenant())
          select w.key, w.id from w where not exists (select from record r where r.tenant = mach_tenant()
            and r.type = w.type and r.id = w.id and r.version >= w.version) limit 20`,
        values: [RESOURCE_TYPES],
      })
    ).rows;
    const silent = await rows<{ key: string }>(`
      select c.key from command_log c where c.tenant = mach_tenant() and not exists (select from audit a
        where a.tenant = mach_tenant() and a.kind = 'command' and a.at = c.received_at and a.detail ->> 'key' = c.key) limit 20`);
    const unbalanced = (await disagreements(client)).map((d) => `${d.ledger} ${d.account}`);
    const altered = await rows<{ id: string }>(`
      select id from outbox where tenant = mach_tenant() and payload_hash <> sha256(convert_to(payload, 'UTF8')) limit 20`);
    const name = ({ type, id }: { type: number; id: string }): string => `${typeName(type)}/${id}`;

    const sample = await rows<{ rid: string; content: string; id: string; type: number }>(`
      select rid, type, id, content from record where tenant = mach_tenant() and not deleted order by random() limit ${SAMPLE}`);
    const kept = await rows<{ rid: string; keys: string[] }>(`
      select rid, array_agg(key || '/' || qualifier order by key, qualifier) as keys from search_key
      where tenant = mach_tenant() and rid in (${sample.map((r) => r.rid).join(',') || 'null'}) group by rid`);
    const keysOf = new Map(kept.map((row) => [row.rid, new Set(row.keys)]));
    const differ = sample.filter(({ rid, content }) => {
      const due = indexRows(JSON.parse(content) as AnyResource).keys;
      const has = keysOf.get(rid) ?? new Set<string>();
      return due.size !== has.size || [...due.keys()].some((key) => !has.has(key));
    });
    return [
      { name: 'versions', checked: await count('record'), faults: [...versions, ...orphans].map(name).slice(0, 20) },
      { name: 'commands', checked: await count('command_log'), faults: commands.map((c) => `${c.key} ${c.id}`) },
      { name: 'audit-of-commands', checked: await count('command_log'), faults: silent.map((s) => s.key) },
      { name: 'ledger', checked: await count('ledger_account'), faults: unbalanced.slice(0, 20) },
      { name: 'outbox', checked: await count('outbox'), faults: altered.map((row) => row.id) },
      { name: 'search-index', checked: sample.length, faults: differ.map(name).slice(0, 20) },
    ];
  });
}
