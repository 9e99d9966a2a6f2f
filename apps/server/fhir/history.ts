import { refuse } from '@mach/base/problem.ts';
import { isLimited, requireUnlimited, requireWhole, scopesReachRecord } from '@mach/engine';
import { dateRange } from '@mach/fhir/dates.ts';
import { countVersions, type HistoryScope, RESOURCE_TYPES, readHistoryPage, type StoredRecord } from '@mach/store';
import { originOf } from '../http/auth.ts';
import { etag, type FhirCall, notFound } from './exchange.ts';

const DEFAULT_COUNT = 50;
const MAX_COUNT = 1_000;

interface Asked {
  count: number;
  since?: number;
  at?: { low: number; high: number };
  after?: string;
}

/** The history of a record, of a type, or (both null) of everything that may be read, as the text of a Bundle. */
export async function historyBundle(
  call: FhirCall,
  type: string | null,
  id: string | null,
  params: URLSearchParams,
): Promise<string> {
  const { engine } = call.doors;
  const asked = readParams(params);
  const types = type === null ? readable(call) : [type];
  // In SMART scopes the history of a type is a search, that of a record a read.
  const interaction = id === null ? 'search' : 'read';
  if (type !== null) engine.policy.requireRecord(call.actor, interaction, type);
  if (type === null) requireWhole(call.actor);
  else if (id === null) requireUnlimited(call.actor, interaction, type);
  let total: number | undefined;
  if (type !== null && id !== null) {
    const versions = await countVersions(engine.database.tenant(call.actor.tenant), type, id);
    if (versions === 0) throw notFound(type, id);
    if (asked.since === undefined && !asked.at && !isLimited(call.actor, 'read', type)) total = versions;
  }
  const scope: HistoryScope = {
    types,
    ...(id === null ? {} : { id }),
    ...(asked.since === undefined ? {} : { since: asked.since }),
    ...(asked.at ? { at: asked.at } : {}),
  };
  const now = engine.clock.now();
  const page = await readHistoryPage(
    engine.database,
    call.actor.tenant,
    scope,
    Math.max(asked.count, 1),
    asked.after,
    Math.max(now.getTime(), Date.now()),
  );
  const versions = asked.count === 0 ? [] : page.versions.filter((v) => scopesReachRecord(call.actor, v));
  if (type !== null && id !== null && versions.length === 0 && page.versions.length > 0 && asked.count > 0)
    throw notFound(type, id);
  await engine.audits.read(call.actor, `history ${type ?? '*'}`, now.toISOString(), {
    patient: id === null ? undefined : versions.find((v) => v.patient !== null)?.patient,
    entities: versions.slice(0, 100).map((r) => `${r.type}/${r.id}/_history/${r.version}`),
    origin: originOf(call.request),
  });
  const path = [type, id, '_history'].filter((part) => part !== null).join('/');
  const address = (query: URLSearchParams): string =>
    `${call.baseUrl}/${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
  const links = [{ relation: 'self', url: address(params) }];
  if (page.next !== undefined && asked.count > 0) {
    const next = new URLSearchParams(params);
    next.set('_after', page.next);
    links.push({ relation: 'next', url: address(next) });
  }
  const entries = versions.map((version) => entryOf(call.baseUrl, version));
  const list = entries.length > 0 ? `,"entry":[${entries.join(',')}]` : '';
  return `{"resourceType":"Bundle","type":"history",${total === undefined ? '' : `"total":${total},`}"link":${JSON.stringify(links)}${list}}`;
}

function entryOf(baseUrl: string, { type, id, version, updated, deleted, text }: StoredRecord): string {
  const method = deleted ? 'DELETE' : version === 1 ? 'POST' : 'PUT';
  const response = {
    status: deleted ? '204 No Content' : version === 1 ? '201 Created' : '200 OK',
    location: `${baseUrl}/${type}/${id}/_history/${version}`,
    etag: etag(version),
    lastModified: updated,
  };
  const request = { method, url: method === 'POST' ? type : `${type}/${id}` };
  const resource = text === null ? '' : `"resource":${text},`;
  return `{"fullUrl":"${baseUrl}/${type}/${id}",${resource}"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`;
}

function readable(call: FhirCall): readonly string[] {
  const { policy } = call.doors.engine;
  const open = RESOURCE_TYPES.filter((t) => policy.record(call.actor, 'read', t) !== 'denied');
  if (open.length === 0) policy.requireRecord(call.actor, 'read', 'Patient');
  return open.length === RESOURCE_TYPES.length ? [] : open;
}

/** @throws Problem 400 */
function readParams(params: URLSearchParams): Asked {
  const asked: Asked = { count: DEFAULT_COUNT };
  for (const [name, value] of params) {
    switch (name) {
      case '_count':
        if (!/^\d{1,9}$/.test(value)) throw bad(name, 'phải là số nguyên từ 0', 'must be a whole number of 0 or more');
        asked.count = Math.min(Number(value), MAX_COUNT);
        break;
      case '_since': {
        const range = dateRange(value.replace(/ (?=\d\d:\d\d$)/, '+'));
        if (!range) throw bad(name, 'phải là thời điểm', 'must be an instant');
        asked.since = range.low;
        break;
      }
      case '_at': {
        const range = dateRange(value.replace(/ (?=\d\d:\d\d$)/, '+'));
        if (!range) throw bad(name, 'phải là ngày hoặc thời điểm', 'must be a date or an instant');
        asked.at = range;
        break;
      }
      case '_after':
        asked.after = value;
        break;
      case '_format':
      case '_pretty':
        break;
      default:
        throw bad(name.slice(0, 64), 'không dùng được ở đây', 'has no meaning here');
    }
  }
  return asked;
}

function bad(name: string, vi: string, en: string): Error {
  return refuse(400, 'bad-parameter', { vi: `${name} ${vi}`, en: `${name} ${en}` }, { field: name });
}
