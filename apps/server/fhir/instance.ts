import { Problem, refuse } from '@mach/base/problem.ts';
import { type Interaction, scopesReachRecord } from '@mach/engine';
import { applyPatch, parsePatch } from '@mach/fhir/patch.ts';
import { applyFhirPathPatch, parseFhirPathPatch } from '@mach/fhir/patch-fhirpath.ts';
import { alsoWritten, parseJson } from '@mach/fhir/written-numbers.ts';
import { lookUp, lookUpVersion, readVersion, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { originOf } from '../http/auth.ts';
import { unseen } from './access-limits.ts';
import { asFound, inTurn, matchOne, retried } from './conditions.ts';
import {
  bodyResource,
  type Done,
  doneOutcome,
  etag,
  FHIR_JSON,
  type FhirCall,
  gone,
  notFound,
  preferOf,
  send,
  sendRecord,
  versionOf,
} from './exchange.ts';
import type { Write } from './write.ts';

/** @throws Problem 404 also for what the scopes of an app do not reach, 410 */
export async function currentRecord(
  call: FhirCall,
  type: string,
  id: string,
  interaction: Interaction = 'read',
): Promise<StoredRecord> {
  const record = await lookUp(call.doors.engine.database, call.actor.tenant, type, id);
  if (!record || !scopesReachRecord(call.actor, record, interaction)) throw unseen(call, type, id);
  if (record.deleted) throw gone(type, id);
  return record;
}

/** A stored version. @throws Problem 404, and 410 for the version that is a deletion */
export async function versionRecord(call: FhirCall, type: string, id: string, version: string): Promise<StoredRecord> {
  const record = /^[1-9]\d{0,8}$/.test(version)
    ? await lookUpVersion(call.doors.engine.database, call.actor.tenant, type, id, Number(version))
    : undefined;
  if (!record || !scopesReachRecord(call.actor, record)) throw unseen(call, type, `${id}/_history/${version}`);
  if (record.deleted) throw gone(type, id);
  return record;
}

export async function audited(call: FhirCall, action: string, record: StoredRecord): Promise<void> {
  const { engine } = call.doors;
  await engine.audits.read(call.actor, `${action} ${record.type}`, engine.clock.now().toISOString(), {
    patient: record.patient,
    entities: [`${record.type}/${record.id}/_history/${record.version}`],
    origin: originOf(call.request),
  });
}

export async function read(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const record = await currentRecord(call, type, id);
  await audited(call, 'read', record);
  return sendRecord(call, reply, record);
}

export async function vread(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  id: string,
  version: string,
): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const record = await versionRecord(call, type, id, version);
  await audited(call, 'vread', record);
  return sendRecord(call, reply, record);
}

export async function create(call: FhirCall, reply: FastifyReply, type: string): Promise<FastifyReply> {
  const body = bodyResource(call.request.body, type);
  const { id: _ignored, ...bare } = body;
  const fresh = alsoWritten(bare, body);
  const condition = call.request.headers['if-none-exist'];
  const write = async (): Promise<FastifyReply> => {
    const [written] = await send(call, [{ op: 'create', resource: fresh }]);
    if (!written) throw new Error('nothing was written');
    return answer(call, reply.status(201), written);
  };
  if (typeof condition !== 'string') return write();
  return inTurn(call, [{ type, condition }], async () => {
    const match = await matchOne(call, type, condition, 'If-None-Exist');
    if (!match) return write();
    return answer(call, reply.status(200), { type, id: match.id, version: match.version, stored: match });
  });
}

export async function update(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  const resource = bodyResource(call.request.body, type);
  if (resource.id !== id)
    throw refuse(
      400,
      'id-mismatch',
      {
        vi: `Địa chỉ là ${id} nhưng id trong tài nguyên là ${String(resource.id)}`,
        en: `The address says ${id}, the resource's id is ${String(resource.id)}`,
      },
      { field: 'id' },
    );
  const [written] = await send(call, [{ op: 'put', resource, ...expected(call) }]);
  if (!written) throw new Error('nothing was written');
  return answer(call, reply.status(written.outcome === 'created' ? 201 : 200), written);
}

/** `If-Match` names the version to replace; `If-None-Match: *` allows none to be there. */
function expected(call: FhirCall): { ifVersion?: number } {
  const ifVersion = versionOf(call.request.headers['if-match']);
  if (ifVersion !== undefined) return { ifVersion };
  return call.request.headers['if-none-match']?.trim() === '*' ? { ifVersion: 0 } : {};
}

/** `PUT /Patient?identifier=…` */
export async function conditionalUpdate(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  params: URLSearchParams,
): Promise<FastifyReply> {
  const resource = bodyResource(call.request.body, type);
  const ifVersion = versionOf(call.request.headers['if-match']);
  const attempt = async (): Promise<FastifyReply> => {
    const match = await matchOne(call, type, params);
    const [written] = await send(call, [conditionalPut(match, resource, ifVersion)]);
    if (!written) throw new Error('nothing was written');
    return answer(call, reply.status(match ? 200 : 201), written);
  };
  return inTurn(call, [{ type, condition: params }], () => retried(ifVersion !== undefined, attempt));
}

/** What a conditional update writes once it is known what it found. */
export function conditionalPut(
  match: StoredRecord | undefined,
  resource: Record<string, unknown> & { id?: unknown },
  ifVersion: number | undefined,
  fresh?: () => string,
): Write {
  if (match && resource.id !== undefined && resource.id !== match.id)
    throw refuse(
      400,
      'id-mismatch',
      { vi: 'id trong tài nguyên khác bản ghi tìm được', en: 'The id in the resource is not that of the record found' },
      { field: 'id' },
    );
  if (match) return { op: 'put', resource: withId(resource, match.id), ifVersion: ifVersion ?? match.version };
  if (resource.id !== undefined) return { op: 'put', resource, ifVersion: ifVersion ?? 0 };
  return { op: 'create', resource, ...(fresh ? { id: fresh() } : {}) };
}

/** The resource under an id, its decimals as they are written. */
export const withId = <T extends object>(resource: T, id: string): T & { id: string } =>
  alsoWritten({ ...resource, id }, resource);

export async function patch(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'update', type);
  const ifVersion = versionOf(call.request.headers['if-match']);
  const [written] = await retried(ifVersion !== undefined, async () =>
    send(call, [patchedWrite(await currentRecord(call, type, id, 'update'), call.request.body, ifVersion)]),
  );
  if (!written) throw new Error('nothing was written');
  return answer(call, reply.status(200), written);
}

/** `PATCH /Patient?identifier=…` */
export async function conditionalPatch(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  params: URLSearchParams,
): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'update', type);
  const ifVersion = versionOf(call.request.headers['if-match']);
  const [written] = await retried(ifVersion !== undefined, async () => {
    const match = await matchOne(call, type, params);
    if (!match) throw notFound(type, `?${params.toString()}`.slice(0, 200));
    const record = asFound(match, await currentRecord(call, type, match.id, 'update'));
    return send(call, [patchedWrite(record, call.request.body, ifVersion)]);
  });
  if (!written) throw new Error('nothing was written');
  return answer(call, reply.status(200), written);
}

/** JSON Patch as an array, FHIRPath Patch as a Parameters resource. @throws Problem 400, 422 */
export function patchedWrite(record: StoredRecord, body: unknown, ifVersion: number | undefined): Write {
  const resource = bodyResource(patched(record, body), record.type);
  if (resource.id !== record.id)
    throw refuse(422, 'id-mismatch', { vi: 'Không được đổi id', en: 'The id may not change' }, { field: 'id' });
  return { op: 'put', resource, ifVersion: ifVersion ?? record.version };
}

function patched(record: StoredRecord, body: unknown): unknown {
  if (!Array.isArray(body)) {
    const operations = parseFhirPathPatch(body);
    if (!operations.ok) throw new Problem(400, operations.error);
    const result = applyFhirPathPatch(exact(record) as Record<string, unknown>, operations.value);
    if (!result.ok) throw new Problem(422, result.error);
    return result.value;
  }
  const operations = parsePatch(body);
  if (!operations.ok) throw new Problem(400, operations.error);
  const result = applyPatch(exact(record), operations.value);
  if (!result.ok) throw new Problem(422, result.error);
  return result.value;
}

/** The resource with its decimals as they are written: what a patch leaves alone is stored as it was. */
const exact = (record: StoredRecord): unknown => (record.text === null ? record.resource : parseJson(record.text));

export async function remove(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  const ifVersion = versionOf(call.request.headers['if-match']);
  const [written] = await send(call, [{ op: 'delete', type, id, ...(ifVersion === undefined ? {} : { ifVersion }) }]);
  return removed(call, reply, `${type}/${id}`, written);
}

function removed(call: FhirCall, reply: FastifyReply, what: string, written: Done | undefined): FastifyReply {
  if (written && written.version > 0) reply.header('etag', etag(written.version));
  if (preferOf(call.request) === 'OperationOutcome') return reply.status(200).type(FHIR_JSON).send(doneOutcome(what));
  return reply.status(204).send();
}

/** `DELETE /Patient?identifier=…`: one match at most. */
export async function conditionalDelete(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  params: URLSearchParams,
): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'delete', type);
  const ifVersion = versionOf(call.request.headers['if-match']);
  const [written] = await retried(ifVersion !== undefined, async () => {
    const match = await matchOne(call, type, params);
    return match ? send(call, [{ op: 'delete', type, id: match.id, ifVersion: ifVersion ?? match.version }]) : [];
  });
  return removed(call, reply, type, written);
}

/** The head of a write's answer, and its body as `Prefer` asks. */
async function answer(
  call: FhirCall,
  reply: FastifyReply,
  { type, id, version, stored }: Omit<Done, 'outcome'>,
): Promise<FastifyReply> {
  reply.header('location', `${call.baseUrl}/${type}/${id}/_history/${version}`).header('etag', etag(version));
  const prefer = preferOf(call.request);
  if (prefer === 'minimal') return reply.send();
  if (prefer === 'OperationOutcome')
    return reply.type(FHIR_JSON).send(doneOutcome(`${type}/${id}, version ${version}`));
  const record = stored ?? (await readVersion(call.doors.engine.database.tenant(call.actor.tenant), type, id, version));
  if (record) reply.header('last-modified', new Date(record.updated).toUTCString());
  return reply.type(FHIR_JSON).send(record?.text ?? '');
}
