import { Problem, refuse } from '@mach/base/problem.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import { type FhirView, readViewDefinition } from '@mach/fhir/view-definition/definition.ts';
import { readRecord, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { bodyResource, etag, FHIR_JSON, type FhirCall, gone, notFound, send, versionOf } from '../exchange.ts';
import { findRecords } from '../search.ts';

/*
 * R4 has no resource type ViewDefinition, so a stored one travels inside a Library, which FHIR has for such artefacts:
 * same id, url, name and status, the definition itself as an attachment. Versions, audit, policy and search are those
 * of Library.
 */

const CONTENT = 'application/fhir+json; resourceType=ViewDefinition';
const KIND = { system: 'https://sql-on-fhir.org/ig/CodeSystem/LibraryTypesCodes', code: 'sql-view' };

function toLibrary(view: JsonObject): JsonObject & { resourceType: string } {
  const { id, meta: _meta, url, name, title, status, version } = view;
  const text = (key: string, value: unknown): object => (typeof value === 'string' ? { [key]: value } : {});
  return {
    resourceType: 'Library',
    ...text('id', id),
    ...text('url', url),
    ...text('version', version),
    ...text('name', name),
    ...text('title', title),
    status: typeof status === 'string' ? status : 'unknown',
    type: { coding: [KIND] },
    content: [
      { contentType: CONTENT, data: Buffer.from(JSON.stringify({ ...view, id: undefined })).toString('base64') },
    ],
  };
}

function fromLibrary(record: StoredRecord): JsonObject | undefined {
  const { content } = record.resource as unknown as { content?: { contentType?: string; data?: string }[] };
  const attachment = content?.find((a) => a.contentType === CONTENT);
  if (!attachment?.data) return undefined;
  const view: unknown = JSON.parse(Buffer.from(attachment.data, 'base64').toString('utf8'));
  if (!isObject(view)) return undefined;
  const { resourceType, meta: _meta, ...rest } = view;
  const meta = { versionId: String(record.version), lastUpdated: record.updated };
  return { resourceType, id: record.id, meta, ...rest };
}

/** The definition, ready to be compiled. @throws Problem 422 with every fault of it */
export function requireView(definition: unknown): FhirView {
  const view = readViewDefinition(definition);
  if (!view.ok) throw new Problem(422, view.error);
  return view.value;
}

/** @throws Problem 403, 404, 410 */
export async function readStoredView(call: FhirCall, id: string): Promise<JsonObject> {
  return (await stored(call, id)).view;
}

async function stored(call: FhirCall, id: string): Promise<{ view: JsonObject; record: StoredRecord }> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', 'Library');
  const record = await readRecord(call.doors.engine.database.tenant(call.actor.tenant), 'Library', id);
  if (!record) throw notFound('ViewDefinition', id);
  if (record.deleted) throw gone('ViewDefinition', id);
  const view = fromLibrary(record);
  if (!view) throw notFound('ViewDefinition', id);
  return { view, record };
}

export async function getView(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
  const { view, record } = await stored(call, id);
  return reply.header('etag', etag(record.version)).type(FHIR_JSON).send(JSON.stringify(view));
}

/** Create (without id) or update; a definition that cannot be run is refused with all its faults. */
export async function putView(call: FhirCall, reply: FastifyReply, id: string | undefined): Promise<FastifyReply> {
  const view = bodyResource(call.request.body, 'ViewDefinition');
  requireView(view);
  if (id !== undefined && view.id !== id)
    throw refuse(
      400,
      'id-mismatch',
      { vi: 'id trong thân khác địa chỉ', en: 'The id in the body is not that of the address' },
      { field: 'id' },
    );
  const ifVersion = versionOf(call.request.headers['if-match']);
  const { id: _id, ...fresh } = view;
  const [written] = await send(
    call,
    id === undefined
      ? [{ op: 'create', resource: toLibrary(fresh) }]
      : [{ op: 'put', resource: toLibrary(view), ...(ifVersion === undefined ? {} : { ifVersion }) }],
  );
  if (!written) throw new Error('nothing was written');
  reply.header('location', `${call.baseUrl}/ViewDefinition/${written.id}/_history/${written.version}`);
  reply.status(written.outcome === 'created' ? 201 : 200);
  return getView(call, reply, written.id);
}

export async function deleteView(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
  await stored(call, id);
  await send(call, [{ op: 'delete', type: 'Library', id }]);
  return reply.status(204).send();
}

/** Search by what Library can be searched by: `url`, `name`, `status`, `_id`, … */
export async function searchViews(call: FhirCall, reply: FastifyReply, params: URLSearchParams): Promise<FastifyReply> {
  const found = await findRecords(
    call,
    'Library',
    new URLSearchParams([...params, ['type', `${KIND.system}|${KIND.code}`]]),
  );
  const entry = found.matches.flatMap((record) => {
    const resource = fromLibrary(record);
    return resource
      ? [{ fullUrl: `${call.baseUrl}/ViewDefinition/${record.id}`, resource, search: { mode: 'match' } }]
      : [];
  });
  const link = [{ relation: 'self', url: `${call.baseUrl}/ViewDefinition?${params.toString()}` }];
  if (found.next !== undefined) {
    const next = new URLSearchParams(params);
    next.set('_after', found.next);
    link.push({ relation: 'next', url: `${call.baseUrl}/ViewDefinition?${next.toString()}` });
  }
  const bundle = { resourceType: 'Bundle', type: 'searchset', link, ...(entry.length > 0 ? { entry } : {}) };
  return reply.type(FHIR_JSON).send(JSON.stringify(bundle));
}
