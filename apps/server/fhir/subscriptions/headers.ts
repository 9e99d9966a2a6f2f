import { refuse } from '@mach/base/problem.ts';
import type { Engine } from '@mach/engine';
import { markOf, seal, unseal } from '@mach/engine/identity/sealing.ts';
import { SEALED_HEADER } from '@mach/engine/records/subscription-headers.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';

/** Who has written a header, and where it may be sent: it opens for no other writer and for no other end. */
export interface Bound {
  readonly tenant: number;
  readonly writer: string;
  readonly endpoint: string | null;
}

const NAMED = /^([^:]+:[ \t]*)(.*)$/s;

function originOf(endpoint: string | null): string {
  try {
    return new URL(endpoint ?? '').origin;
  } catch {
    return '';
  }
}

/** Whose a part is: the seal holds for this text alone, so a part that is moved or misread opens nothing. */
const ownerOf = ({ tenant, writer, endpoint }: Bound, id: string): string =>
  `part:${tenant}:${id}:${writer}:${originOf(endpoint)}`;

/** Keeps a value sealed, apart from its record. The same value for the same end by the same writer is one part. */
async function keep(engine: Engine, bound: Bound, value: string): Promise<string> {
  const id = markOf(engine, JSON.stringify([bound.tenant, bound.writer, originOf(bound.endpoint), value]));
  await engine.database.tenant(bound.tenant).query({
    name: 'sealed_part_keep',
    text: `insert into system.sealed_part (tenant, id, bound, sealed) values (mach_tenant(), $1, $2, $3)
           on conflict do nothing`,
    values: [id, ownerOf(bound, id), seal(engine, ownerOf(bound, id), Buffer.from(value))],
  });
  return `${SEALED_HEADER}${id}`;
}

/** @returns undefined for a handle of nobody, of another writer, or for another end */
async function open(engine: Engine, bound: Bound, handle: string): Promise<string | undefined> {
  const id = handle.slice(SEALED_HEADER.length);
  const { rows } = await engine.database.tenant(bound.tenant).query<{ bound: string; sealed: Buffer }>({
    name: 'sealed_part_read',
    text: 'select bound, sealed from system.sealed_part where tenant = mach_tenant() and id = $1',
    values: [id],
  });
  const [part] = rows;
  if (part?.bound !== ownerOf(bound, id)) return undefined;
  try {
    return unseal(engine, part.bound, part.sealed).toString('utf8');
  } catch {
    return undefined;
  }
}

/**
 * A Subscription on its way in: the values of its headers, which are secrets of a partner, are kept sealed; a handle
 * stands in the record. What stands there as a handle already must be the writer's own, for this very end.
 * @throws Problem 422 for a handle that does not open
 */
export async function sealHeaders(engine: Engine, tenant: number, writer: string, resource: JsonObject): Promise<void> {
  const { channel } = resource;
  if (!isObject(channel) || !Array.isArray(channel.header)) return;
  const bound = { tenant, writer, endpoint: typeof channel.endpoint === 'string' ? channel.endpoint : null };
  for (const [at, line] of channel.header.entries()) {
    const [, name, value = ''] = NAMED.exec(String(line)) ?? [];
    if (name === undefined || value === '') continue;
    if (!value.startsWith(SEALED_HEADER)) channel.header[at] = name + (await keep(engine, bound, value));
    else if ((await open(engine, bound, value)) === undefined)
      throw refuse(
        422,
        'sealed-elsewhere',
        {
          vi: 'Giá trị niêm phong này của người khác hoặc của nơi nhận khác',
          en: 'This sealed value is of another writer, or for another end',
        },
        {
          field: 'Subscription.channel.header',
          remedy: { vi: 'Nhập lại giá trị của đầu mục', en: 'Give the value of the header again' },
        },
      );
  }
}

/** Headers as they are sent. @returns the name of one that does not open, in its place */
export async function openHeaders(
  engine: Engine,
  bound: Bound,
  headers: Readonly<Record<string, string>>,
): Promise<Record<string, string> | { readonly closed: string }> {
  const opened: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = value.startsWith(SEALED_HEADER) ? await open(engine, bound, value) : value;
    if (text === undefined) return { closed: name };
    opened[name] = text;
  }
  return opened;
}
