import { type Database, SET_PLANS } from '../database.ts';

const VERSIONS = `(select tenant, updated, type, id, version, content from record union all
  select tenant, updated, type, id, version, content from record_history)`;

/** What only grows: where it is, the column that says when, and what a row says. */
const GROWING = {
  commands: ['command_log', 'received_at', `key || ' ' || encode(body_hash, 'hex') || ' ' || records::text`],
  audit: ['audit', 'at', 'mach_audit_text(t)'],
  versions: [VERSIONS, 'updated', `type || ' ' || id || ' ' || version || ' ' || coalesce(md5(content), '-')`],
  movements: [
    'ledger_movement',
    'at',
    `ledger || ' ' || id || ' ' || from_account || ' ' || to_account || ' ' || amount`,
  ],
} as const;

export interface Fingerprint {
  rows: number;
  /** Sum of the 64-bit hashes of all rows: the same rows in any order give the same sum. */
  hash: string;
}

/** What a facility had written by an instant, to compare a restored copy with the house that it came from. */
export async function fingerprints(
  database: Database,
  tenant: number,
  until: string,
): Promise<Record<string, Fingerprint>> {
  return database.transaction(tenant, async (client) => {
    await client.query({ text: SET_PLANS });
    await client.query({ text: `select set_config('timezone', 'UTC', true)` });
    const found: Record<string, Fingerprint> = {};
    for (const [name, [table, time, text]] of Object.entries(GROWING)) {
      const { rows } = await client.query<{ rows: string; hash: string }>({
        text: `select count(*) as rows, coalesce(sum(hashtextextended(${text}, 0)::numeric), 0)::text as hash
               from ${table} t where tenant = mach_tenant() and ${time} <= $1`,
        values: [until],
      });
      found[name] = { rows: Number(rows[0]?.rows), hash: rows[0]?.hash ?? '0' };
    }
    return found;
  });
}
