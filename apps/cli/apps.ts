import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hashPassword } from '@mach/engine';
import { type AppDraft, endApp, listApps, saveApp } from '@mach/server/oauth/register.ts';
import { asOwner } from '@mach/server/owner.ts';
import { textFlag, UsageError, type Words } from './arguments.ts';
import type { Call } from './call.ts';

const KINDS = ['public', 'confidential', 'backend'] as const;

/** Registers an app (SMART, OpenID Connect, backend service), or changes its registration; a new secret is shown once. */
export async function addApp({ house, words, out }: Call): Promise<number> {
  const kind = KINDS.find((k) => k === (words.flags.kind ?? 'public'));
  if (!kind) throw new UsageError(`--kind is one of ${KINDS.join(', ')}`);
  const id = textFlag(words, 'id');
  const secret = kind === 'confidential' ? randomBytes(24).toString('base64url') : undefined;
  const keys = optional(words, 'jwks');
  const published = keys !== undefined && /^https:\/\//.test(keys);
  const facility = facilityOf({ house, words });
  const app: AppDraft = {
    id,
    tenant: facility.tenant,
    name: textFlag(words, 'name').normalize('NFC'),
    kind,
    secretHash: secret === undefined ? null : await hashPassword(secret),
    scopes: listed(textFlag(words, 'scopes')),
    redirectUris: listed(optional(words, 'redirect') ?? ''),
    launchUrl: optional(words, 'launch') ?? null,
    jwks: keys !== undefined && !published ? await readKeys(keys) : null,
    jwksUri: published ? keys : null,
    demo: false,
  };
  try {
    await asOwner(house.urls, (owner) => saveApp(owner, app));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
  out.result({ app: id, kind, facility: facility.code, ...(secret === undefined ? {} : { secret }) }, [
    `Đã đăng ký ứng dụng ${id} (${kind}) tại ${facility.name}`,
    ...(secret === undefined ? [] : [`client_secret (chỉ hiện một lần): ${secret}`]),
  ]);
  return 0;
}

export async function showApps(call: Call): Promise<number> {
  const { tenant } = facilityOf(call);
  const apps = await asOwner(call.house.urls, (owner) => listApps(owner, tenant));
  call.out.result(
    { apps },
    apps.map((a) => `${a.id.padEnd(20)} ${a.kind.padEnd(12)} ${a.ended ? 'đã ngừng' : a.scopes.join(' ')}  ${a.name}`),
  );
  return 0;
}

export async function removeApp(call: Call): Promise<number> {
  const { house, words, out } = call;
  const id = textFlag(words, 'id');
  const { tenant } = facilityOf(call);
  if (!(await asOwner(house.urls, (owner) => endApp(owner, tenant, id)))) throw new UsageError(`there is no app ${id}`);
  out.result({ app: id }, [`Đã ngừng ${id}: mọi quyền truy cập của ứng dụng hết hiệu lực`]);
  return 0;
}

/** The facility that is named, else the first. */
export function facilityOf({ house, words }: Pick<Call, 'house' | 'words'>) {
  const facilities = house.engine.allFacilities;
  const { facility } = words.flags;
  const found = facility === undefined ? facilities[0] : facilities.find((f) => f.code === facility);
  if (!found)
    throw new UsageError(`there is no such facility; facilities: ${facilities.map((f) => f.code).join(', ')}`);
  return found;
}

export const listed = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

export function optional(words: Words, name: string): string | undefined {
  const value = words.flags[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function readKeys(file: string): Promise<{ keys: object[] }> {
  const set = JSON.parse(await readFile(file, 'utf8')) as { keys?: unknown };
  if (!Array.isArray(set.keys)) throw new UsageError(`${file} is no JSON Web Key Set`);
  return { keys: set.keys as object[] };
}
