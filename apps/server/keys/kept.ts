import type { Engine } from '@mach/engine';
import { secretOwner } from '@mach/engine/identity/federation.ts';
import { seal, sealedUnder, unseal } from '@mach/engine/identity/sealing.ts';
import { sealSetting, secretPaths } from '@mach/engine/identity/setting-secrets.ts';
import type pg from 'pg';
import { type Jwk, openKey, storedKey } from '../oauth/keys.ts';

/** The number of the data key of a sealed column, as `sealedUnder` reads it. */
const under = (column: string): string =>
  `case get_byte(${column}, 0) when 2 then get_byte(${column}, 1) else get_byte(${column}, 0) end`;

/** One kind of sealed column: its rows under an older key, and whose secret each is. */
interface Column {
  readonly table: string;
  readonly sealed: string;
  readonly key: readonly string[];
  readonly owner: (row: Record<string, unknown>) => string;
  /** Which rows hold one. */
  readonly rows?: string;
}

const COLUMNS: readonly Column[] = [
  {
    table: 'system.factor',
    sealed: 'secret',
    key: ['id'],
    owner: ({ account }) => String(account),
    rows: `kind = 'totp'`,
  },
  {
    table: 'system.identity_provider',
    sealed: 'client_secret',
    key: ['id'],
    owner: ({ id }) => secretOwner(String(id)),
    rows: 'client_secret is not null',
  },
  { table: 'system.sealed_part', sealed: 'sealed', key: ['tenant', 'id'], owner: ({ bound }) => String(bound) },
];

/** Rows that one transaction of the background seals anew. */
export const BATCH = 200;

async function sealColumn(engine: Engine, owner: pg.Client, column: Column, below: number, most: number) {
  const { table, sealed, key, owner: whose, rows = 'true' } = column;
  const found = await owner.query<Record<string, unknown>>(
    `select * from ${table} where ${rows} and ${under(sealed)} < $1 order by ${key.join(', ')} limit $2 for update skip locked`,
    [below, most],
  );
  for (const row of found.rows) {
    const renewed = seal(engine, whose(row), unseal(engine, whose(row), row[sealed] as Buffer));
    await owner.query(
      `update ${table} set ${sealed} = $1 where ${key.map((name, i) => `${name} = $${i + 2}`).join(' and ')}`,
      [renewed, ...key.map((name) => row[name])],
    );
  }
  return found.rows.length;
}

/**
 * Every secret that is kept in the database so that it can be opened again: where it stands, and how it is sealed. What
 * only has to be recognised (passwords, tokens, recovery codes, sessions, secrets of apps) stands there as a digest.
 * @param below everything under a data key with a smaller number is sealed anew; 1: only what stands in clear
 * @param most rows of each kind; the rest waits for the next call
 * @returns how many were sealed
 */
export async function sealKept(engine: Engine, owner: pg.Client, below: number, most = 1_000_000): Promise<number> {
  let count = 0;
  for (const column of COLUMNS) count += await sealColumn(engine, owner, column, below, most);
  const signing = await owner.query<{ kid: string; jwk: Jwk & { sealed?: string } }>(
    'select kid, jwk from system.oauth_key for update',
  );
  for (const { kid, jwk } of signing.rows) {
    if (jwk.sealed !== undefined && sealedUnder(Buffer.from(jwk.sealed, 'base64')) >= below) continue;
    count++;
    await owner.query('update system.oauth_key set jwk = $2 where kid = $1', [
      kid,
      storedKey(engine, openKey(engine, jwk)),
    ]);
  }
  const settings = await owner.query<{ tenant: number; key: string; value: unknown }>(
    'select tenant, key, value from system.setting where key = any($1::text[]) for update',
    [[...secretPaths(engine).keys()]],
  );
  for (const { tenant, key, value } of settings.rows) {
    const done = sealSetting(engine, tenant, key, value, below);
    count += done.sealed;
    if (done.sealed > 0)
      await owner.query('update system.setting set value = $3 where tenant = $1 and key = $2', [
        tenant,
        key,
        JSON.stringify(done.value),
      ]);
  }
  return count;
}

/**
 * Seals what stands in clear: settings that somebody has written into the table by hand, keys of earlier versions. The
 * pages that held them are written anew, so that no copy of the database's files has them either.
 */
export async function sealWhatIsPlain(engine: Engine, owner: pg.Client): Promise<number> {
  await owner.query('begin');
  try {
    const count = await sealKept(engine, owner, 1);
    await owner.query('commit');
    if (count > 0)
      for (const table of ['setting', 'oauth_key', 'factor', 'identity_provider'])
        await owner.query(`vacuum full system.${table}`);
    return count;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}
