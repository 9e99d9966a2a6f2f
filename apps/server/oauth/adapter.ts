import { createHash } from 'node:crypto';
import type { Queryable } from '@mach/store';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { findApp, metadataOf } from './apps.ts';

/** Only this of a code or token is ever stored. */
export const objectHash = (id: string): Buffer => createHash('sha256').update(id).digest();

interface Stored extends Record<string, unknown> {
  payload: AdapterPayload;
  consumed: number | null;
}

/** Kinds whose id is a credential: it is found by its hash and put back by the one who brings it. */
const SECRET: ReadonlySet<string> = new Set(['AccessToken', 'ClientCredentials', 'AuthorizationCode', 'RefreshToken']);

export interface Store {
  readonly on: Queryable;
  /** Rights that were known for a while are no longer: tokens were revoked. */
  readonly forget: () => void;
  /** What is told where a code, a refresh token or an assertion was spent by two at the same time. */
  readonly spent: (kind: string) => Error;
}

/** What the OpenID provider keeps, in our tables. */
export class PostgresAdapter implements Adapter {
  private readonly kind: string;
  private readonly store: Store;
  constructor(kind: string, store: Store) {
    this.kind = kind;
    this.store = store;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const { jti, ...rest } = payload;
    const once = this.kind === 'ReplayDetection';
    const { rowCount } = await this.store.on.query({
      name: `oauth_put_${once}`,
      text: `insert into system.oauth_object (kind, id, grant_id, uid, payload, expires_at)
             values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) on conflict (kind, id) do ${
               once
                 ? 'nothing'
                 : `update set grant_id = excluded.grant_id, uid = excluded.uid, payload = excluded.payload, expires_at = excluded.expires_at`
             }`,
      values: [
        this.kind,
        objectHash(id),
        payload.grantId ?? null,
        payload.uid ?? null,
        JSON.stringify(SECRET.has(this.kind) ? rest : payload),
        expiresIn,
      ],
    });
    if (once && rowCount === 0) throw this.store.spent(this.kind);
    if (performance.now() - swept > SWEEP) await sweep(this.store.on);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.kind === 'Client') {
      const app = await findApp(this.store.on, id);
      return app && metadataOf(app);
    }
    const { rows } = await this.store.on.query<Stored>({
      name: 'oauth_get',
      text: `select payload, extract(epoch from consumed_at)::float8 as consumed from system.oauth_object
             where kind = $1 and id = $2 and expires_at > now()`,
      values: [this.kind, objectHash(id)],
    });
    return rows[0] && shaped(rows[0], SECRET.has(this.kind) ? id : undefined);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.store.on.query<Stored>({
      name: 'oauth_by_uid',
      text: `select payload, extract(epoch from consumed_at)::float8 as consumed from system.oauth_object
             where kind = $1 and uid = $2 and expires_at > now()`,
      values: [this.kind, uid],
    });
    return rows[0] && shaped(rows[0], undefined);
  }

  /** There is no device flow, and so no user code. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  /** @throws what `spent` gives, for the second of two at the same time */
  async consume(id: string): Promise<void> {
    const { rowCount } = await this.store.on.query({
      name: 'oauth_consume',
      text: 'update system.oauth_object set consumed_at = now() where kind = $1 and id = $2 and consumed_at is null',
      values: [this.kind, objectHash(id)],
    });
    if (rowCount === 0) throw this.store.spent(this.kind);
  }

  async destroy(id: string): Promise<void> {
    await this.store.on.query({
      name: 'oauth_destroy',
      text: 'delete from system.oauth_object where kind = $1 and id = $2',
      values: [this.kind, objectHash(id)],
    });
    if (SECRET.has(this.kind)) this.store.forget();
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.store.on.query({
      name: 'oauth_revoke_grant',
      text: 'delete from system.oauth_object where grant_id = $1',
      values: [grantId],
    });
    this.store.forget();
  }
}

function shaped({ payload, consumed }: Stored, jti: string | undefined): AdapterPayload {
  return { ...payload, ...(jti === undefined ? {} : { jti }), ...(consumed === null ? {} : { consumed }) };
}

/** What is over is removed this often, ms. */
const SWEEP = 3_600_000;
let swept = 0;

/** Removes what is over; cheap, since it is asked for by an index. */
export async function sweep(on: Queryable): Promise<void> {
  swept = performance.now();
  await on.query({
    name: 'oauth_sweep',
    text: `delete from system.oauth_object where expires_at < now() - interval '1 hour'`,
  });
}
