import { Problem, refuse } from '@mach/base/problem.ts';
import { applyPatch, parsePatch } from '@mach/fhir/patch.ts';
import { readHistory, readRecord, readVersion, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { originOf } from '../http/auth.ts';
import {
  bodyResource,
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
import { findRecords } from './search.ts';

async function current(call: FhirCall, type: string, id: string): Promise<StoredRecord> {
  const record = await readRecord(call.doors.engine.database.tenant(call.actor.tenant), type, id);
  if (!record) throw notFound(type, id);
  return record;
}

async function audited(call: FhirCall, action: string, record: StoredRecord): Promise<void> {
  const { engine } = call.doors;
  await engine.audits.read(call.actor, `${action} ${record.type}`, engine.clock.now().toISOString(), {
    patient: record.patient,
    entities: [`${record.type}/${record.id}/_history/${record.version}`],
    origin: originOf(call.request),
  });
}

export async function read(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const record = await current(call, type, id);
  if (record.deleted) throw gone(type, id);
  await audited(call, 'read', record);
  return sendRecord(reply, record, call.request.headers['if-none-match']);
}

export async function vread(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  id: string,
  version: string,
): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const record = /^[1-9]\d{0,8}$/.test(version)
    ? await readVersion(call.doors.engine.database.tenant(call.actor.tenant), type, id, Number(version))
    : undefined;
  if (!record) throw notFound(type, `${id}/_history/${version}`);
  if (record.deleted) throw gone(type, id);
  await audited(call, 'vread', record);
  return sendRecord(reply, record, call.request.headers['if-none-match']);
}

export async function history(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const newest = await current(call, type, id);
  const older = await readHistory(call.doors.engine.database.tenant(call.actor.tenant), type, id);
  await audited(call, 'history', newest);
  const entries = [newest, ...older].map((record) => {
    const method = record.deleted ? 'DELETE' : record.version === 1 ? 'POST' : 'PUT';
    const url = method === 'POST' ? type : `${type}/${id}`;
    const response = {
      status: record.deleted ? '204' : record.version === 1 ? '201' : '200',
      etag: etag(record.version),
      lastModified: record.updated,
    };
    const resource = record.text === null ? '' : `"resource":${record.text},`;
    return `{"fullUrl":${JSON.stringify(`${call.baseUrl}/${type}/${id}`)},${resource}"request":${JSON.stringify({ method, url })},"response":${JSON.stringify(response)}}`;
  });
  return reply
    .type(FHIR_JSON)
    .send(`{"resourceType":"Bundle","type":"history","total":${entries.length},"entry":[${entries.join(',')}]}`);
}

export async function create(call: FhirCall, reply: FastifyReply, type: string): Promise<FastifyReply> {
  const resource = bodyResource(call.request.body, type);
  const condition = call.request.headers['if-none-exist'];
  if (typeof condition === 'string') {
    const { matches } = await findRecords(call, type, new URLSearchParams(`${condition}&_count=2`));
    if (matches.length > 1) throw several(type);
    if (matches[0]) return answer(call, reply.status(200), type, matches[0].id, matches[0].version);
  }
  const { id: _ignored, ...fresh } = resource;
  const [written] = await send(call, [{ op: 'create', resource: fresh }]);
  if (!written) throw new Error('nothing was written');
  return answer(call, reply.status(201), type, written.id, written.version);
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
  const ifVersion = versionOf(call.request.headers['if-match']);
  const [written] = await send(call, [{ op: 'put', resource, ...(ifVersion === undefined ? {} : { ifVersion }) }]);
  if (!written) throw new Error('nothing was written');
  return answer(call, reply.status(written.outcome === 'created' ? 201 : 200), type, id, written.version);
}

/** `PUT /Patient?identifier=…` */
export async function conditionalUpdate(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  params: URLSearchParams,
): Promise<FastifyReply> {
  const resource = bodyResource(call.request.body, type);
  if (params.size === 0) throw refuse(400, 'no-condition', { vi: 'Thiếu điều kiện tìm', en: 'A condition is needed' });
  const { matches } = await findRecords(call, type, new URLSearchParams([...params, ['_count', '2']]));
  if (matches.length > 1) throw several(type);
  const match = matches[0];
  if (match && resource.id !== undefined && resource.id !== match.id)
    throw refuse(
      400,
      'id-mismatch',
      { vi: 'id trong tài nguyên khác bản ghi tìm được', en: 'The id in the resource is not that of the record found' },
      { field: 'id' },
    );
  const id = match?.id ?? resource.id;
  const [written] = await send(
    call,
    id === undefined
      ? [{ op: 'create', resource }]
      : [{ op: 'put', resource: { ...resource, id }, ...(match ? { ifVersion: match.version } : {}) }],
  );
  if (!written) throw new Error('nothing was written');
  return answer(call, reply.status(match ? 200 : 201), type, written.id, written.version);
}

export async function patch(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  call.doors.engine.policy.requireRecord(call.actor, 'update', type);
  const operations = parsePatch(call.request.body);
  if (!operations.ok) throw new Problem(400, operations.error);
  const record = await current(call, type, id);
  if (record.deleted) throw gone(type, id);
  const expected = versionOf(call.request.headers['if-match']) ?? record.version;
  const patched = applyPatch(record.resource, operations.value);
  if (!patched.ok) throw new Problem(422, patched.error);
  const resource = bodyResource(patched.value, type);
  if (resource.id !== id)
    throw refuse(422, 'id-mismatch', { vi: 'Không được đổi id', en: 'The id may not change' }, { field: 'id' });
  const [written] = await send(call, [{ op: 'put', resource, ifVersion: expected }]);
  if (!written) throw new Error('nothing was written');
  return answer(call, reply.status(200), type, id, written.version);
}

export async function remove(call: FhirCall, reply: FastifyReply, type: string, id: string): Promise<FastifyReply> {
  const ifVersion = versionOf(call.request.headers['if-match']);
  const [written] = await send(call, [{ op: 'delete', type, id, ...(ifVersion === undefined ? {} : { ifVersion }) }]);
  if (written && written.version > 0) reply.header('etag', etag(written.version));
  return reply.status(204).send();
}

/** The head of a write's answer, and its body as `Prefer` asks. */
async function answer(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  id: string,
  version: number,
): Promise<FastifyReply> {
  reply.header('location', `${call.baseUrl}/${type}/${id}/_history/${version}`).header('etag', etag(version));
  const prefer = preferOf(call.request);
  if (prefer === 'minimal') return reply.send();
  if (prefer === 'OperationOutcome')
    return reply.type(FHIR_JSON).send(
      JSON.stringify({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'information', code: 'informational', diagnostics: `${type}/${id}, version ${version}` }],
      }),
    );
  const record = await readVersion(call.doors.engine.database.tenant(call.actor.tenant), type, id, version);
  if (record) reply.header('last-modified', new Date(record.updated).toUTCString());
  return reply.type(FHIR_JSON).send(record?.text ?? '');
}

function several(type: string): Problem {
  return refuse(412, 'several-matches', {
    vi: `Có nhiều ${type} thoả điều kiện`,
    en: `Several ${type} fit the condition`,
  });
}
