import { randomBytes } from 'node:crypto';
import { practitionerId, roleId } from '@mach/administration/commands/records.ts';
import { ADMINISTER, addStaff, deactivateStaff, editStaff, reactivateStaff } from '@mach/administration/contract.ts';
import type { Actor, Engine } from '@mach/engine';
import { accountOf, linkAccount, unlinkAccount } from '@mach/engine/identity/federation.ts';
import { revise } from '@mach/engine/identity/revision.ts';
import { listStaff, type StaffRow } from '@mach/engine/identity/staff.ts';
import type { Practitioner, PractitionerRole } from '@mach/fhir/types.ts';
import { type Queryable, readRecord } from '@mach/store';
import { SID } from '@mach/vn/systems.ts';
import { scimTokenHash } from '../federation/register.ts';
import type { Draft } from './draft.ts';
import { ScimFault } from './fault.ts';

/** A program that keeps the staff list of a facility. */
export interface ScimClient {
  id: string;
  tenant: number;
  provider: string | null;
  defaultRoles: readonly string[];
}

/** Somebody as a directory sees him. */
export interface ScimPerson {
  row: StaffRow;
  externalId: string | null;
  createdAt: string | null;
  changedAt: string | null;
}

export async function scimClient(on: Queryable, token: string): Promise<ScimClient | undefined> {
  const { rows } = await on.query<{ id: string; tenant: number; provider: string | null; default_roles: string[] }>({
    name: 'scim_client',
    text: `select id, tenant, provider, default_roles from system.scim_client where token_hash = $1 and revoked_at is null`,
    values: [scimTokenHash(token)],
  });
  const [row] = rows;
  return row && { id: row.id, tenant: row.tenant, provider: row.provider, defaultRoles: row.default_roles };
}

/** The staff list of one facility in the hands of a directory: every change goes through the house's own commands. */
export class ScimStaff {
  private readonly engine: Engine;
  private readonly client: ScimClient;
  constructor(engine: Engine, client: ScimClient) {
    this.engine = engine;
    this.client = client;
  }

  private get on() {
    return this.engine.database.system;
  }
  private get now(): Date {
    return this.engine.clock.now();
  }
  private get administrators(): string[] {
    return this.engine.policy.rolesWith(ADMINISTER);
  }
  private get actor(): Actor {
    return this.engine.systemActor(this.client.tenant, `scim:${this.client.id}`, this.administrators);
  }

  /** Everybody who works here, and whom a directory has put to rest; not whom it has deleted. */
  async people(account: string | null = null): Promise<ScimPerson[]> {
    const { tenant } = this.client;
    const { rows } = await this.on.query<{
      account: string;
      external_id: string | null;
      created_at: Date;
      changed_at: Date;
    }>({
      name: 'scim_users',
      text: `select account, external_id, created_at, changed_at from system.scim_user
             where tenant = $1 and ($2::uuid is null or account = $2)`,
      values: [tenant, account],
    });
    const known = new Map(rows.map((row) => [row.account, row]));
    const staff = await listStaff(this.on, tenant, this.now, account);
    return staff
      .filter((row) => row.active || known.has(row.key))
      .map((row) => {
        const own = known.get(row.key);
        return {
          row,
          externalId: own?.external_id ?? null,
          createdAt: own?.created_at.toISOString() ?? null,
          changedAt: own?.changed_at.toISOString() ?? null,
        };
      });
  }

  /** @throws ScimFault 404 */
  async person(account: string): Promise<ScimPerson> {
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(account);
    const [found] = isId ? await this.people(account) : [];
    if (!found) throw new ScimFault(404, `There is no user ${account}`);
    return found;
  }

  /** @throws ScimFault 409 where the name is taken */
  async create(draft: Draft): Promise<ScimPerson> {
    const roles = draft.roles.length > 0 ? draft.roles : this.client.defaultRoles;
    if (roles.length === 0) throw new ScimFault(400, 'roles: a person needs at least one role', 'invalidValue');
    const former = await this.former(draft.userName);
    await this.requireFree(draft.externalId, former?.key);
    this.requireGivable(roles, []);
    if (former) {
      await this.send(reactivateStaff.name, { account: former.key });
      await this.note(former.key, draft.externalId);
      return this.change(await this.person(former.key), { ...draft, roles, active: true });
    }
    // Nobody knows this password: the person comes by the provider, or an administrator sets one.
    const oneTimePassword = randomBytes(32).toString('base64url');
    const made = await this.send(addStaff.name, { login: draft.userName, name: draft.name, roles, oneTimePassword });
    const { account } = made as { account: string };
    await this.note(account, draft.externalId);
    const person = await this.person(account);
    return draft.active ? person : this.change(person, { ...draft, roles });
  }

  /** Somebody who has worked here under this name and was deleted: he comes back as himself. */
  private async former(login: string): Promise<StaffRow | undefined> {
    const staff = await listStaff(this.on, this.client.tenant, this.now);
    const found = staff.find((row) => row.login === login);
    if (!found) return undefined;
    const seen = found.active || (await this.people(found.key)).length > 0;
    if (seen) throw new ScimFault(409, `userName ${login} is taken`, 'uniqueness');
    return found;
  }

  /** Brings a person to what the draft says. @throws ScimFault, Problem */
  async change({ row, externalId }: ScimPerson, draft: Draft): Promise<ScimPerson> {
    if (draft.userName !== row.login)
      throw new ScimFault(400, 'userName cannot be changed: signatures and orders carry it', 'mutability');
    await this.requireFree(draft.externalId, row.key);
    let now = row;
    if (draft.active && !now.active) {
      await this.send(reactivateStaff.name, { account: row.key });
      now = (await this.person(row.key)).row;
    }
    const sameRoles = [...now.roles].sort().join() === [...draft.roles].sort().join();
    if (draft.active && (!sameRoles || now.name !== draft.name)) {
      if (draft.roles.length === 0)
        throw new ScimFault(
          400,
          'roles: a person keeps at least one role; set active to false instead',
          'invalidValue',
        );
      this.requireGivable(draft.roles, now.roles);
      await this.send(editStaff.name, {
        ...(await this.fieldsOf(now)),
        account: row.key,
        version: now.version,
        name: draft.name,
        roles: draft.roles,
      });
    }
    if (!draft.active && now.active) await this.rest(row.key);
    if (draft.externalId !== externalId || !draft.active || draft.active !== row.active)
      await this.note(row.key, draft.externalId);
    return this.person(row.key);
  }

  private async rest(account: string): Promise<void> {
    await this.send(deactivateStaff.name, { account, reason: `SCIM: ${this.client.id}` });
  }

  /** He no longer works here, and the directory knows him no more. */
  async remove({ row }: ScimPerson): Promise<void> {
    if (row.active) await this.rest(row.key);
    await this.on.query({
      name: 'scim_forget',
      text: 'delete from system.scim_user where tenant = $1 and account = $2',
      values: [this.client.tenant, row.key],
    });
    if (this.client.provider !== null) await unlinkAccount(this.on, this.client.provider, row.key);
  }

  private async send(command: string, input: unknown): Promise<unknown> {
    const key = `scim:${this.client.id}:${this.engine.ids()}`;
    const { result } = await this.engine.sendByName(command, input, this.actor, { key });
    // A change of rights counts from the next request on.
    revise();
    return result;
  }

  /** Who may administer this house is decided in this house. */
  private requireGivable(roles: readonly string[], before: readonly string[]): void {
    const given = roles.find((role) => this.administrators.includes(role) && !before.includes(role));
    if (given !== undefined)
      throw new ScimFault(400, `roles: ${given} may administer this facility and is given here only`, 'invalidValue');
  }

  /** What the form knows of a person and a directory does not. */
  private async fieldsOf(row: StaffRow): Promise<object> {
    const on = this.engine.database.tenant(this.client.tenant);
    const id = row.practitioner ?? practitionerId(row.login);
    const person = (await readRecord(on, 'Practitioner', id))?.resource as Practitioner | undefined;
    const role = (await readRecord(on, 'PractitionerRole', roleId(id)))?.resource as PractitionerRole | undefined;
    const licence = person?.identifier?.find((i) => i.system === SID.practitionerLicence)?.value;
    const title = person?.qualification?.[0]?.code.text;
    const rooms = role?.location?.flatMap(({ reference }) => reference?.replace(/^Location\//, '') ?? []);
    const { gender } = person ?? {};
    return {
      ...(licence === undefined ? {} : { licence }),
      ...(title === undefined ? {} : { title }),
      ...(gender === 'male' || gender === 'female' ? { gender } : {}),
      ...(rooms === undefined ? {} : { rooms }),
    };
  }

  /** @throws ScimFault 409 where somebody else has this identity */
  private async requireFree(externalId: string | null, account: string | undefined): Promise<void> {
    if (externalId === null) return;
    const taken = async (): Promise<boolean> => {
      const { provider, tenant, id } = this.client;
      const owner = provider === null ? undefined : await accountOf(this.on, provider, externalId);
      if (owner !== undefined && owner !== account) return true;
      const { rows } = await this.on.query<{ account: string }>({
        name: 'scim_external',
        text: 'select account from system.scim_user where tenant = $1 and client = $2 and external_id = $3',
        values: [tenant, id, externalId],
      });
      return rows.some((row) => row.account !== account);
    };
    if (await taken()) throw new ScimFault(409, `externalId ${externalId} is somebody else's`, 'uniqueness');
  }

  /** Keeps how the directory calls him, and opens the sign-in by its provider. */
  private async note(account: string, externalId: string | null): Promise<void> {
    const { tenant, id, provider } = this.client;
    await this.on.query({
      name: 'scim_note',
      text: `insert into system.scim_user (tenant, account, client, external_id, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $5)
             on conflict (tenant, account) do update set client = excluded.client, external_id = excluded.external_id,
               changed_at = excluded.changed_at`,
      values: [tenant, account, id, externalId, this.now],
    });
    if (provider === null) return;
    if (externalId === null || (await accountOf(this.on, provider, externalId)) !== account)
      await unlinkAccount(this.on, provider, account);
    if (externalId !== null)
      await linkAccount(this.on, { provider, subject: externalId, account, by: `scim:${id}`, now: this.now });
  }
}
