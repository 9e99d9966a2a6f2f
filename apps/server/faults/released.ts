import { createHash } from 'node:crypto';
import { canonicalJson } from '@mach/base/json.ts';
import type pg from 'pg';

/** What a house holds that no later version may lose or alter, by facility. */
interface Kept {
  tenant: number;
  /** By type of record and whether it is the current version: how many, and a checksum of their stored text. */
  records: readonly { type: number; current: boolean; rows: number; sum: string }[];
  /** By ledger: how many accounts, and a checksum of their exact balances. */
  balances: readonly { ledger: string; accounts: number; sum: string }[];
  movements: number;
  commands: number;
  audit: number;
  messages: number;
}

/** The house of a released version, as it was when its `mach backup` was taken. */
export interface ReleasedHouse {
  version: string;
  /** The backup was sealed with it. There is nobody's data in it, so it is no secret. */
  key: string;
  taken: string;
  kept: readonly Kept[];
  /** Visits that wait for the doctor. */
  waiting: readonly string[];
  /** Everything that was acknowledged, with a digest of the answer. */
  deeds: readonly { key: string; login: string; name: string; input: unknown; answer: string }[];
}

export const answerDigest = (result: unknown): string =>
  createHash('sha256')
    .update(canonicalJson(result ?? null))
    .digest('hex');

/** What was there at an instant, read as the owner of the tables, facility by facility. */
export async function keptOf(owner: pg.Client, taken: string): Promise<Kept[]> {
  const list = async <R extends pg.QueryResultRow>(text: string, values: unknown[] = [taken]): Promise<R[]> =>
    (await owner.query<R>(text, values)).rows;
  const count = async (text: string): Promise<number> => Number((await list<{ n: string }>(text))[0]?.n);
  const kept: Kept[] = [];
  for (const { id: tenant } of await list<{ id: number }>('select id from system.tenant order by id', [])) {
    await list(`select set_config('mach.tenant', $1, false)`, [String(tenant)]);
    kept.push({
      tenant,
      // A version keeps its time when a newer one moves it aside, so what came later changes nothing here but `current`.
      records: await list(
        `with version as (
           select type, id, version, deleted, content, updated from record
           union all select type, id, version, deleted, content, updated from record_history),
         known as (select *, row_number() over (partition by type, id order by version desc) = 1 as current
           from version where updated <= $1)
         select type, current, count(*)::integer as rows,
           sum(hashtextextended(id || '/' || version || '/' || deleted || '/' || coalesce(content, ''), 0)::numeric)::text as sum
         from known group by 1, 2 order by 1, 2`,
      ),
      balances: await list(
        `select ledger, count(*)::integer as accounts,
           sum(hashtextextended(account || '/' || unit || '/' || trim_scale(balance), 0)::numeric)::text as sum from (
             select f.ledger, f.account, a.unit, sum(f.amount) as balance from (
               select ledger, to_account as account, amount from ledger_movement where at <= $1
               union all select ledger, from_account, -amount from ledger_movement where at <= $1) f
             join ledger_account a using (ledger, account) group by 1, 2, 3) b
         group by 1 order by 1`,
      ),
      movements: await count('select count(*) as n from ledger_movement where at <= $1'),
      commands: await count('select count(*) as n from command_log where received_at <= $1'),
      audit: await count(`select count(*) as n from audit where at <= $1`),
      messages: await count('select count(*) as n from outbox where created_at <= $1'),
    });
  }
  return kept;
}
