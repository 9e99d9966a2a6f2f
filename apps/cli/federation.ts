import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { identityProviders } from '@mach/engine/identity/federation.ts';
import { endProvider, endScimClient, saveProvider, saveScimClient } from '@mach/server/federation/register.ts';
import { asOwner } from '@mach/server/owner.ts';
import { facilityOf, listed, optional } from './apps.ts';
import { textFlag, UsageError } from './arguments.ts';
import type { Call } from './call.ts';

/** What the owner of the tables refuses is said as a fault of the words. */
async function saying<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Takes in an OpenID provider by which the people of a facility sign in, or changes it. */
export async function addProvider(call: Call): Promise<number> {
  const { house, words, out } = call;
  const id = textFlag(words, 'id');
  const facility = facilityOf(call);
  const file = optional(words, 'secret-file');
  const secret = file === undefined ? undefined : (await readFile(file, 'utf8')).trim();
  const draft = {
    id,
    tenant: facility.tenant,
    name: textFlag(words, 'name'),
    issuer: textFlag(words, 'issuer'),
    clientId: textFlag(words, 'client'),
    clientSecret: words.flags.public === true ? null : secret,
    scopes: optional(words, 'scopes') ?? 'openid profile',
    factors: listed(optional(words, 'factors') ?? ''),
    loginClaim: optional(words, 'login-claim') ?? null,
  };
  await saying(asOwner(house.urls, (owner) => saveProvider(house.engine, owner, draft)));
  out.result({ provider: id, facility: facility.code, callback: '/api/providers/callback' }, [
    `Đã thêm nơi đăng nhập ${draft.name} cho ${facility.name}`,
    'Khai báo ở nơi đó địa chỉ quay về · redirect URI: https://<địa chỉ của Mạch>/api/providers/callback',
  ]);
  return 0;
}

export async function showProviders(call: Call): Promise<number> {
  const { tenant } = facilityOf(call);
  const providers = (await identityProviders(call.house.engine.database.system))
    .filter((p) => p.tenant === tenant)
    .map(({ id, name, issuer, clientId }) => ({ id, name, issuer, clientId }));
  call.out.result(
    { providers },
    providers.map((p) => `${p.id.padEnd(20)} ${p.clientId.padEnd(20)} ${p.issuer}  ${p.name}`),
  );
  return 0;
}

export async function removeProvider(call: Call): Promise<number> {
  const id = textFlag(call.words, 'id');
  const { tenant } = facilityOf(call);
  if (!(await asOwner(call.house.urls, (owner) => endProvider(owner, tenant, id))))
    throw new UsageError(`there is no identity provider ${id}`);
  call.out.result({ provider: id }, [`Đã ngừng đăng nhập bằng ${id}`]);
  return 0;
}

/** Lets a program keep the staff list (SCIM 2); its token is shown once, and a former one ends. */
export async function addScim(call: Call): Promise<number> {
  const { house, words, out } = call;
  const id = textFlag(words, 'id');
  const facility = facilityOf(call);
  const roles = listed(optional(words, 'default-role') ?? '');
  const known = new Set(house.engine.modules.flatMap((m) => Object.keys(m.roles ?? {})));
  const strange = roles.find((role) => !known.has(role));
  if (strange !== undefined)
    throw new UsageError(`there is no role ${strange}; roles: ${[...known].sort().join(', ')}`);
  const token = randomBytes(32).toString('base64url');
  const provider = optional(words, 'provider') ?? null;
  await saying(
    asOwner(house.urls, (owner) =>
      saveScimClient(owner, { id, tenant: facility.tenant, token, provider, defaultRoles: roles }),
    ),
  );
  out.result({ client: id, facility: facility.code, token, base: '/scim/v2' }, [
    `${id} được quản lý danh sách nhân viên của ${facility.name} qua https://<địa chỉ của Mạch>/scim/v2`,
    `Bearer token (chỉ hiện một lần): ${token}`,
  ]);
  return 0;
}

export async function removeScim(call: Call): Promise<number> {
  const id = textFlag(call.words, 'id');
  const { tenant } = facilityOf(call);
  if (!(await asOwner(call.house.urls, (owner) => endScimClient(owner, tenant, id))))
    throw new UsageError(`there is no such program ${id}`);
  call.out.result({ client: id }, [`Đã ngừng ${id}`]);
  return 0;
}
