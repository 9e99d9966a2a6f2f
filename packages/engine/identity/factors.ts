import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import type { Queryable } from '@mach/store';
import type { Engine } from '../engine.ts';
import { tellAccount } from './notices.ts';
import { seal, unseal } from './sealing.ts';
import { base32, matchTotp, otpauthUri } from './totp.ts';

export type FactorKind = 'totp' | 'passkey' | 'recovery';

/** A factor as its owner sees it. */
export interface FactorRow {
  id: string;
  kind: 'totp' | 'passkey';
  label: string;
  createdAt: string;
  usedAt: string | null;
}

export interface Factors {
  list: FactorRow[];
  /** Recovery codes that are still good. */
  recoveryLeft: number;
}

/** Recovery codes of one set, and their random bytes (120 bits: beyond guessing, also for who has the digests). */
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 15;
/** In letters; codes from before have 80 bits and stay good. */
const RECOVERY_LENGTHS = [RECOVERY_BYTES, 10].map((bytes) => (bytes * 8) / 5);

/** What an account has set up and may be asked for. */
export async function factorsOf(on: Queryable, account: string): Promise<Factors> {
  const { rows } = await on.query<{
    id: string;
    kind: FactorKind;
    label: string;
    created_at: Date;
    used_at: Date | null;
  }>({
    name: 'factor_list',
    text: `select id, kind, label, created_at, used_at from system.factor
           where account = $1 and confirmed_at is not null order by created_at, id`,
    values: [account],
  });
  return {
    list: rows.flatMap((row) =>
      row.kind === 'recovery'
        ? []
        : [
            {
              id: row.id,
              kind: row.kind,
              label: row.label,
              createdAt: row.created_at.toISOString(),
              usedAt: row.used_at?.toISOString() ?? null,
            },
          ],
    ),
    recoveryLeft: rows.filter((row) => row.kind === 'recovery' && row.used_at === null).length,
  };
}

/** What a person types into or scans with an authenticator app. */
export interface TotpOffer {
  factor: string;
  secret: string;
  uri: string;
}

/** Makes a secret that counts once its first code has been shown; an earlier unfinished one is dropped. */
export async function beginTotp(
  engine: Engine,
  on: Queryable,
  person: { id: string; login: string },
  issuer: string,
): Promise<TotpOffer> {
  const secret = randomBytes(20);
  const id = engine.ids();
  await on.query({
    name: 'factor_drop_unfinished',
    text: `delete from system.factor where account = $1 and kind = 'totp' and confirmed_at is null`,
    values: [person.id],
  });
  await on.query({
    name: 'factor_totp',
    text: `insert into system.factor (id, account, kind, label, secret, created_at) values ($1, $2, 'totp', 'TOTP', $3, $4)`,
    values: [id, person.id, seal(engine, person.id, secret), engine.clock.now()],
  });
  return { factor: id, secret: base32(secret), uri: otpauthUri(secret, issuer, person.login) };
}

/** Takes the first code of a new secret. @throws Problem 422 when it does not fit */
export async function confirmTotp(engine: Engine, on: Queryable, account: string, code: string): Promise<void> {
  if (!(await matchAny(engine, on, account, code, false)))
    throw refuse(
      422,
      'wrong-code',
      { vi: 'Mã chưa đúng', en: 'The code is not right' },
      {
        field: 'code',
        remedy: {
          vi: 'Kiểm tra giờ của điện thoại, nhập mã mới nhất',
          en: 'Check the clock of the phone; type the newest code',
        },
      },
    );
}

/** Whether a time-based code or a recovery code is right; either is used up by this. */
export async function checkCode(engine: Engine, on: Queryable, account: string, code: string): Promise<boolean> {
  return (
    (await matchAny(engine, on, account, code, true)) || (await useRecovery(on, account, code, engine.clock.now()))
  );
}

async function matchAny(
  engine: Engine,
  on: Queryable,
  account: string,
  code: string,
  confirmed: boolean,
): Promise<boolean> {
  const now = engine.clock.now();
  const { rows } = await on.query<{ id: string; secret: Buffer; counter: string }>({
    name: 'factor_totp_secrets',
    text: `select id, secret, counter from system.factor
           where account = $1 and kind = 'totp' and (confirmed_at is not null) = $2`,
    values: [account, confirmed],
  });
  for (const row of rows) {
    const secret = unseal(engine, account, row.secret);
    const step = matchTotp(secret, code, now.getTime(), Number(row.counter));
    if (step === undefined) {
      // A right code that was used already: its owner pressed twice, or somebody has looked over his shoulder.
      if (confirmed && matchTotp(secret, code, now.getTime(), -1) !== undefined)
        await tellAccount(on, account, 'code-repeated', now);
      continue;
    }
    // Two requests with one code: only the first finds the older counter.
    const { rowCount } = await on.query({
      name: 'factor_totp_used',
      text: `update system.factor set counter = $2, used_at = $3, confirmed_at = coalesce(confirmed_at, $3)
             where id = $1 and counter < $2`,
      values: [row.id, step, now],
    });
    if (rowCount === 1) return true;
  }
  return false;
}

const plain = (code: string): string => code.toUpperCase().replace(/[^A-Z2-7]/g, '');
const recoveryDigest = (account: string, code: string): Buffer =>
  createHash('sha256')
    .update(`${account}:${plain(code)}`)
    .digest();

async function useRecovery(on: Queryable, account: string, code: string, now: Date): Promise<boolean> {
  if (!RECOVERY_LENGTHS.includes(plain(code).length)) return false;
  const digest = recoveryDigest(account, code);
  const { rows } = await on.query<{ id: string; secret: Buffer }>({
    name: 'factor_recovery',
    text: `select id, secret from system.factor where account = $1 and kind = 'recovery' and used_at is null`,
    values: [account],
  });
  const found = rows.find((row) => timingSafeEqual(row.secret, digest));
  if (!found) return false;
  const { rowCount } = await on.query({
    name: 'factor_recovery_used',
    text: 'update system.factor set used_at = $2 where id = $1 and used_at is null',
    values: [found.id, now],
  });
  return rowCount === 1;
}

/** A new set of single-use codes in place of the old one; shown once, kept as digests. */
export async function renewRecovery(engine: Engine, on: Queryable, account: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    (base32(randomBytes(RECOVERY_BYTES)).match(/.{4}/g) ?? []).join('-'),
  );
  const now = engine.clock.now();
  await on.query({
    name: 'factor_recovery_renew',
    text: `with gone as (delete from system.factor where account = $1 and kind = 'recovery')
           insert into system.factor (id, account, kind, label, secret, created_at, confirmed_at)
           select id, $1, 'recovery', '', secret, $4, $4 from unnest($2::uuid[], $3::bytea[]) as t (id, secret)`,
    values: [account, codes.map(() => engine.ids()), codes.map((code) => recoveryDigest(account, code)), now],
  });
  return codes;
}

/** Takes a factor away; with the last one go the recovery codes. @returns whether it was there */
export async function removeFactor(on: Queryable, account: string, id: string): Promise<boolean> {
  const { rowCount } = await on.query({
    name: 'factor_remove',
    text: `delete from system.factor where id = $2 and account = $1 and kind <> 'recovery'`,
    values: [account, id],
  });
  await on.query({
    name: 'factor_remove_recovery',
    text: `delete from system.factor where account = $1 and kind = 'recovery' and not exists (
             select 1 from system.factor f where f.account = $1 and f.kind <> 'recovery' and f.confirmed_at is not null)`,
    values: [account],
  });
  return rowCount === 1;
}
