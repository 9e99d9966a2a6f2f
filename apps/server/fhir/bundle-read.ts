import { refuse } from '@mach/base/problem.ts';
import type { PlannedEntry } from '@mach/fhir/bundle.ts';
import { etag, type FhirCall, isUnchanged } from './exchange.ts';
import { historyBundle } from './history.ts';
import { audited, currentRecord, versionRecord } from './instance.ts';
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
