import type { Database, Queryable } from './database.ts';

/** Most rows of one seal. */
const GROUP = 5_000;

export interface Seal {
  number: string;
  sealedAt: string;
  rows: number;
  /** Hex SHA-256 over the seal before it and its rows, in the order of their ids. */
  hash: string;
}

const ROWS = `select coalesce(string_agg(mach_audit_text(a), E'\\n' order by a.id), '') as text, count(*)::integer as rows
  from audit a where a.tenant = mach_tenant() and a.seal = $1`;
const HASH = (previous: string, text: string): string => `sha256(${previous} || convert_to(${text}, 'UTF8'))`;

/**
 * Seals what was written since the last seal, in groups. A row whose transaction ends later is sealed later: nothing is
 * waited for. @returns the new seals, oldest first
 */
export async function sealAudit(database: Database, tenant: number, now: string): Promise<Seal[]> {
  const seals: Seal[] = [];
  for (;;) {
    const seal = await database.transaction(tenant, (client) => sealGroup(client, now));
    if (!seal) return seals;
    seals.push(seal);
    if (seal.rows < GROUP) return seals;
  }
}

async function sealGroup(on: Queryable, now: string): Promise<Seal | undefined> {
  // One sealer at a time: the lock ends with the transaction.
  await on.query({ text: `select pg_advisory_xact_lock(hashtext('mach audit'), mach_tenant())` });
  const { rows: last } = await on.query<{ number: string }>({
    text: 'select number from audit_seal where tenant = mach_tenant() order by number desc limit 1',
  });
  const number = String(BigInt(last[0]?.number ?? '0') + 1n);
  const { rowCount } = await on.query({
    text: `update audit a set seal = $1 from (select at, id from audit where tenant = mach_tenant() and seal is null
             order by at, id limit ${GROUP}) n
           where a.tenant = mach_tenant() and a.at = n.at and a.id = n.id`,
    values: [number],
  });
  if (!rowCount) return undefined;
  const { rows } = await on.query<{ hash: string; rows: number }>({
    text: `with p as (select coalesce((select hash from audit_seal where tenant = mach_tenant() and number = $1::bigint - 1),
               ''::bytea) as previous), r as (${ROWS})
           insert into audit_seal (tenant, number, sealed_at, row_count, previous, hash)
           select mach_tenant(), $1, $2, r.rows, p.previous, ${HASH('p.previous', 'r.text')} from p, r
           returning encode(hash, 'hex') as hash, row_count as rows`,
    values: [number, now],
  });
  return { number, sealedAt: now, rows: rows[0]?.rows ?? 0, hash: rows[0]?.hash ?? '' };
}

export interface AuditProof {
  seals: number;
  rows: number;
  /** Rows written since the last seal: not covered yet. */
  unsealed: number;
  /** Seals whose rows, predecessor or number are not what they were. */
  broken: string[];
}

/** Computes every seal anew from the rows. */
export async function proveAudit(on: Queryable): Promise<AuditProof> {
  const { rows } = await on.query<{ number: string; rows: number; sound: boolean }>({
    text: `select s.number, s.row_count as rows,
             (s.row_count = r.rows and s.hash = ${HASH('s.previous', 'r.text')}
              and s.previous = coalesce(lag(s.hash) over (order by s.number), ''::bytea)
              and s.number = row_number() over (order by s.number)) as sound
           from audit_seal s cross join lateral (${ROWS.replace('$1', 's.number')}) r
           where s.tenant = mach_tenant() order by s.number`,
  });
  const { rows: open } = await on.query<{ n: number }>({
    text: 'select count(*)::integer as n from audit where tenant = mach_tenant() and seal is null',
  });
  return {
    seals: rows.length,
    rows: rows.reduce((sum, row) => sum + row.rows, 0),
    unsealed: open[0]?.n ?? 0,
    broken: rows.filter((row) => !row.sound).map((row) => row.number),
  };
}

/** Hash of a seal, hex; undefined when there is none of that number. */
export async function sealHash(on: Queryable, number: string): Promise<string | undefined> {
  const { rows } = await on.query<{ hash: string }>({
    text: `select encode(hash, 'hex') as hash from audit_seal where tenant = mach_tenant() and number = $1`,
    values: [number],
  });
  return rows[0]?.hash;
}
