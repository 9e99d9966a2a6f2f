import { refuse } from '@mach/base/problem.ts';
import { requireUnlimited, requireWhole, scopesReachRecord } from '@mach/engine';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import { readViewDefinition } from '@mach/fhir/view-definition/definition.ts';
import { alsoWritten } from '@mach/fhir/written-numbers.ts';
import { RESOURCE_TYPES, readRecord, readVersion, type StoredRecord } from '@mach/store';
import { runView } from '@mach/store/view-definition/run.ts';
import type { FastifyReply } from 'fastify';
import { originOf } from '../../http/auth.ts';
import { FHIR_JSON, type FhirCall, gone, notFound, send, versionOf } from '../exchange.ts';
import { badParameter, parametersOf, readParameters } from './parameters.ts';

interface Label {
  system?: string;
  code?: string;
}
interface Meta {
  profile?: string[];
  tag?: Label[];
  security?: Label[];
  [more: string]: unknown;
}

const answer = (reply: FastifyReply, meta: Meta): FastifyReply =>
  reply.type(FHIR_JSON).send(JSON.stringify(parametersOf([['return', 'valueMeta', meta]])));

async function stored(call: FhirCall, type: string, id: string, version?: string): Promise<StoredRecord> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const on = call.doors.engine.database.tenant(call.actor.tenant);
  const record =
    version === undefined ? await readRecord(on, type, id) : await readVersion(on, type, id, Number(version));
  if (!record || !scopesReachRecord(call.actor, record)) throw notFound(type, id);
  if (record.deleted) throw gone(type, id);
  return record;
}

/** `$meta` of one resource or version. */
export async function instanceMeta(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  id: string,
  version?: string,
): Promise<FastifyReply> {
  readParameters(call.request, {});
  if (version !== undefined && !/^\d{1,9}$/.test(version)) throw notFound(type, id);
  const record = await stored(call, type, id, version);
  const { engine } = call.doors;
  await engine.audits.read(call.actor, `meta ${type}`, engine.clock.now().toISOString(), {
    origin: originOf(call.request),
    entities: [`${type}/${id}`],
    patient: record.patient,
  });
  return answer(reply, (record.resource.meta ?? {}) as Meta);
}

/** Records of a type that are looked through for `$meta` of the type or the system. */
const MAX_RECORDS = 200_000;

/** `$meta` of a type or of the whole server: every profile, tag and security label in use that the caller may read. */
export async function usedMeta(call: FhirCall, reply: FastifyReply, type?: string): Promise<FastifyReply> {
  readParameters(call.request, {});
  const { engine } = call.doors;
  if (type === undefined) requireWhole(call.actor);
  else {
    engine.policy.requireRecord(call.actor, 'search', type);
    requireUnlimited(call.actor, 'search', type);
  }
  const types =
    type === undefined
      ? RESOURCE_TYPES.filter((t) => engine.policy.record(call.actor, 'search', t) !== 'denied')
      : [type];
  const found = { profile: new Set<string>(), tag: new Map<string, object>(), security: new Map<string, object>() };
  let records = 0;
  for (const one of types) {
    const view = readViewDefinition({
      resource: one,
      select: [
        { column: ['profile', 'tag', 'security'].map((name) => ({ name, path: `meta.${name}`, collection: true })) },
      ],
      where: [{ path: 'meta.profile.exists() or meta.tag.exists() or meta.security.exists()' }],
    });
    if (!view.ok) throw new Error('the view of meta is not valid');
    const now = engine.clock.now().toISOString();
    for await (const batch of runView(engine.database, call.actor.tenant, view.value, { now })) {
      records += batch.records;
      if (records > MAX_RECORDS)
        throw refuse(422, 'too-costly', {
          vi: `Quá ${MAX_RECORDS} bản ghi: hỏi $meta theo loại hoặc theo từng bản ghi`,
          en: `More than ${MAX_RECORDS} records: ask for $meta of a type or of one resource`,
        });
      for (const text of batch.rows) {
        const row = JSON.parse(text) as { profile: string[]; tag: Label[]; security: Label[] };
        for (const p of row.profile) found.profile.add(p);
        for (const t of row.tag) found.tag.set(keyOf(t), t);
        for (const s of row.security) found.security.set(keyOf(s), s);
      }
    }
  }
  const list = (values: Iterable<unknown>): unknown[] | undefined => {
    const all = [...values];
    return all.length > 0 ? all : undefined;
  };
  return answer(reply, {
    profile: list([...found.profile].sort()) as string[] | undefined,
    security: list(found.security.values()) as Label[] | undefined,
    tag: list(found.tag.values()) as Label[] | undefined,
  } as Meta);
}

const keyOf = (label: Label): string => `${label.system ?? ''}|${label.code ?? ''}`;

/**
 * `$meta-add` and `$meta-delete`. What is stored is never changed in place: the result is a new version of the resource,
 * and the same policy, ownership and seal stand as for any write. Labels are the same where system and code are.
 */
export async function changeMeta(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  id: string,
  change: 'add' | 'delete',
): Promise<FastifyReply> {
  const given = readParameters(call.request, { meta: 'any' }).object('meta');
  if (!given) throw badParameter('meta', 'thiếu', 'is missing');
  for (const key of Object.keys(given))
    if (!['profile', 'tag', 'security'].includes(key))
      throw badParameter(`meta.${key}`, 'không đổi được bằng thao tác này', 'cannot be changed by this operation');
  call.doors.engine.policy.requireRecord(call.actor, 'update', type);
  const record = await stored(call, type, id);
  const resource = record.resource as unknown as JsonObject & { meta?: Meta };
  const { profile = [], tag = [], security = [], ...rest } = resource.meta ?? {};
  const merged: Meta = { ...rest };
  put(
    merged,
    'profile',
    merge(profile, strings(given.profile, 'profile'), change, (p) => p),
  );
  put(merged, 'security', merge(security, labels(given.security, 'security'), change, keyOf));
  put(merged, 'tag', merge(tag, labels(given.tag, 'tag'), change, keyOf));
  const before = JSON.stringify([profile, security, tag]);
  if (JSON.stringify([merged.profile ?? [], merged.security ?? [], merged.tag ?? []]) === before)
    return answer(reply, resource.meta ?? {});
  const ifVersion = versionOf(call.request.headers['if-match']) ?? record.version;
  await send(call, [{ op: 'put', resource: alsoWritten({ ...resource, meta: merged }, resource), ifVersion }]);
  return answer(reply, ((await stored(call, type, id)).resource.meta ?? {}) as Meta);
}

function put(meta: Meta, key: 'profile' | 'tag' | 'security', list: readonly unknown[]): void {
  if (list.length > 0) meta[key] = list as never;
}

function merge<T>(have: readonly T[], given: readonly T[], change: 'add' | 'delete', key: (item: T) => string): T[] {
  const keys = new Set(given.map(key));
  if (change === 'delete') return have.filter((item) => !keys.has(key(item)));
  const known = new Set(have.map(key));
  return [...have, ...given.filter((item) => !known.has(key(item)))];
}

function strings(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.some((v) => typeof v !== 'string'))
    throw badParameter(`meta.${name}`, 'phải là danh sách địa chỉ', 'must be a list of URLs');
  return value as string[];
}

function labels(value: unknown, name: string): Label[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.some((v) => !isObject(v) || typeof v.code !== 'string'))
    throw badParameter(`meta.${name}`, 'phải là danh sách Coding', 'must be a list of Coding');
  return value as Label[];
}
