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

/** What a seal says of its rows, from their text and the seal before. */
const HASH = (previous: string, text: string): string => `sha256(${previous} || convert_to(${text}, 'UTF8'))`;
const TEXT = (row: string): string => `string_agg(mach_audit_text(${row}), E'\\n' order by (${row}).id)`;

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
  // The rows are hashed as they are sealed: nobody looks for them again among all there are.
  const { rows } = await on.query<{ hash: string; rows: number }>({
    text: `with n as (select at, id from audit where tenant = mach_tenant() and seal is null order by at, id limit ${GROUP}),
             u as (update audit a set seal = $1::bigint from n
               where a.tenant = mach_tenant() and a.at = n.at and a.id = n.id returning a as line),
             p as (select coalesce((select hash from audit_seal where tenant = mach_tenant() and number = $1::bigint - 1),
               ''::bytea) as previous),
             r as (select coalesce(${TEXT('u.line')}, '') as text, count(*)::integer as rows from u)
           insert into audit_seal (tenant, number, sealed_at, row_count, previous, hash)
           select mach_tenant(), $1::bigint, $2::timestamptz, r.rows, p.previous, ${HASH('p.previous', 'r.text')} from p, r
           where r.rows > 0
           returning encode(hash, 'hex') as hash, row_count as rows`,
    values: [number, now],
  });
  const [made] = rows;
  return made && { number, sealedAt: now, rows: made.rows, hash: made.hash };
}

export interface AuditProof {
  seals: number;
  rows: number;
  /** Rows written since the last seal: not covered yet. */
  unsealed: number;
  /** Seals whose rows, predecessor or number are not what they were. */
  broken: string[];
}

/** Computes every seal anew from the rows, in one pass over them. */
export async function proveAudit(on: Queryable): Promise<AuditProof> {
  const { rows: seals } = await on.query<{ number: string; rows: number; previous: string; hash: string }>({
    text: `select number, row_count as rows, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash
           from audit_seal where tenant = mach_tenant() order by number`,
  });
  const { rows: found } = await on.query<{ number: string; rows: number; hash: string | null }>({
    text: `select a.seal as number, count(*)::integer as rows, encode(${HASH('s.previous', TEXT('a'))}, 'hex') as hash
           from audit a left join audit_seal s on s.tenant = mach_tenant() and s.number = a.seal
           where a.tenant = mach_tenant() and a.seal is not null group by a.seal, s.previous`,
  });
  const lines = new Map(found.map((one) => [one.number, one]));
  const broken = seals
    .filter(({ number, rows, previous, hash }, i) => {
      const line = lines.get(number);
      const before = seals[i - 1];
      const follows = number === String(i + 1) && previous === (before?.hash ?? '');
      return !(follows && line?.rows === rows && line.hash === hash);
    })
    .map(({ number }) => number);
  // Rows that name a seal which is not there.
  const known = new Set(seals.map(({ number }) => number));
  for (const { number } of found) if (!known.has(number)) broken.push(number);
  const { rows: open } = await on.query<{ n: number }>({
    text: 'select count(*)::integer as n from audit where tenant = mach_tenant() and seal is null',
  });
  return {
    seals: seals.length,
    rows: seals.reduce((sum, { rows }) => sum + rows, 0),
    unsealed: open[0]?.n ?? 0,
    broken,
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
