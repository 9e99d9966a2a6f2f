import type { Actor, Engine } from '@mach/engine';
import { findAccountById, memberships } from '@mach/store';
import { findApp } from '../../oauth/apps.ts';
import { allowedScopes } from '../../oauth/asked.ts';

/** Who asked for work that goes on without him: kept with the work, and asked again for his rights when it is done. */
export interface ActorRef {
  readonly id: string;
  readonly login: string;
  /** Scopes of the token that he came with; null for people without. */
  readonly scopes: readonly string[] | null;
  /** What an app's `patient/` scopes are about. */
  readonly patient: string | null;
  /** The app that acts for a person. */
  readonly app: string | null;
}

export const refOf = ({ id, login, scopes, patient, app }: Actor): ActorRef => ({
  id,
  login,
  scopes,
  patient: patient ?? null,
  app: app ?? null,
});

/**
 * Him with the rights that he has now: the roles of his account today, or what his client's registration still leaves
 * of the scopes. Undefined when account, place of work or client are no more.
 */
export async function currentActor(engine: Engine, tenant: number, ref: ActorRef): Promise<Actor | undefined> {
  const on = engine.database.system;
  const [kind, id = ''] = split(ref.id);
  if (kind === 'client') {
    const client = await findApp(on, id);
    if (!client || client.tenant !== tenant) return undefined;
    const scopes = allowedScopes(client, ref.scopes ?? [], false).allowed;
    const none = { roles: [], permissions: new Set<string>(), practitioner: null };
    return { id: ref.id, tenant, login: id, name: id, scopes, patient: ref.patient, ...none };
  }
  if (kind !== 'account') return undefined;
  if (ref.app !== null && (await findApp(on, ref.app))?.tenant !== tenant) return undefined;
  const account = await findAccountById(on, id);
  if (!account || account.disabled) return undefined;
  const place = (await memberships(on, id)).find((m) => m.tenant === tenant);
  if (!place) return undefined;
  return {
    id: ref.id,
    tenant,
    login: account.login,
    name: account.displayName,
    roles: place.roles,
    permissions: engine.policy.permissionsOf(place.roles),
    practitioner: place.practitioner,
    scopes: ref.scopes,
    patient: ref.patient,
    ...(ref.app === null ? {} : { app: ref.app }),
  };
}

function split(id: string): [string, string] {
  const colon = id.indexOf(':');
  return [id.slice(0, colon), id.slice(colon + 1)];
}
