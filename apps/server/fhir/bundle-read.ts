import { refuse } from '@mach/base/problem.ts';
import type { PlannedEntry } from '@mach/fhir/bundle.ts';
import { etag, type FhirCall, isUnchanged } from './exchange.ts';
import { historyBundle } from './history.ts';
import { audited, currentRecord, versionRecord } from './instance.ts';
import { asActor, INNER } from './operations/async/inner.ts';
import { findRecords, searchBundle } from './search.ts';

/** The answer of an entry that reads: a record, a version, a search or a history. */
export async function readEntry(call: FhirCall, entry: PlannedEntry): Promise<string> {
  const { target } = entry;
  switch (target.kind) {
    case 'instance':
    case 'version': {
      call.doors.engine.policy.requireRecord(call.actor, 'read', target.type);
      const record =
        target.kind === 'version'
          ? await versionRecord(call, target.type, target.id, target.version)
          : await currentRecord(call, target.type, target.id);
      await audited(call, target.kind === 'version' ? 'vread' : 'read', record);
      const unchanged = isUnchanged(record, entry.ifNoneMatch, entry.ifModifiedSince);
      const response = {
        status: unchanged ? '304 Not Modified' : '200 OK',
        etag: etag(record.version),
        lastModified: record.updated,
      };
      const resource = unchanged || entry.method === 'HEAD' ? '' : `"resource":${record.text},`;
      return `{"fullUrl":"${call.baseUrl}/${record.type}/${record.id}",${resource}"response":${JSON.stringify(response)}}`;
    }
    case 'search': {
      const params = new URLSearchParams(target.query);
      const where = target.compartment ? { compartment: target.compartment } : {};
      const found = await findRecords(call, target.type, params, where);
      const path = [target.compartment?.name, target.compartment?.id, target.type].filter((p) => p).join('/');
      return `{"resource":${searchBundle(call.baseUrl, path, params, found)},"response":{"status":"200 OK"}}`;
    }
    case 'history': {
      const text = await historyBundle(call, target.type, target.id, new URLSearchParams(target.query));
      return `{"resource":${text},"response":{"status":"200 OK"}}`;
    }
    case 'operation':
      return operationAnswer(call, entry);
    default:
      throw refuse(
        400,
        'not-supported',
        {
          vi: `Không phục vụ ${entry.method} ${entry.url} trong Bundle`.slice(0, 200),
          en: `${entry.method} ${entry.url} is not served in a Bundle`.slice(0, 200),
        },
        { field: `Bundle.entry[${entry.index}].request` },
      );
  }
}

/** Headers of the whole that say how its parts are to be read. */
const PASSED = ['host', 'x-purpose-of-use', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/** An operation is asked at its own door, in the name of the one who sent the bundle. */
function operationAnswer(call: FhirCall, entry: PlannedEntry): Promise<string> {
  const { request, baseUrl } = call;
  const path = entry.url.startsWith(`${baseUrl}/`) ? entry.url.slice(baseUrl.length + 1) : entry.url.replace(/^\//, '');
  return asActor(call.actor, async (token) => {
    const headers: Record<string, string> = { accept: 'application/fhir+json', [INNER]: token };
    for (const name of PASSED) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    const answer = await request.server.inject({
      method: entry.method === 'GET' ? 'GET' : 'POST',
      url: `/fhir/${path}`,
      headers: { ...headers, ...(entry.resource ? { 'content-type': 'application/fhir+json' } : {}) },
      ...(entry.resource ? { payload: JSON.stringify(entry.resource) } : {}),
    });
    const isFhir = String(answer.headers['content-type'] ?? '').startsWith('application/fhir+json');
    if (!isFhir)
      throw refuse(
        400,
        'not-supported',
        { vi: 'Thao tác này không trả tài nguyên FHIR', en: 'This operation does not answer with a FHIR resource' },
        { field: `Bundle.entry[${entry.index}].request` },
      );
    const isRefusal = answer.statusCode >= 400;
    const status = String(answer.statusCode);
    return isRefusal
      ? `{"response":{"status":"${status}","outcome":${answer.body}}}`
      : `{"resource":${answer.body},"response":{"status":"${status}"}}`;
  });
}
