import { Problem } from '@mach/base/problem.ts';
import { parseSearch } from '@mach/fhir/search-syntax.ts';
import { type StoredRecord, searchRecords } from '@mach/store';
import { originOf } from '../http/auth.ts';
import type { FhirCall } from './exchange.ts';

const SERVER_PARAMS = new Set(['_after']);

export interface FoundRecords {
  matches: StoredRecord[];
  included: StoredRecord[];
  total: number | undefined;
  next: string | undefined;
}

/** Parses and runs a search of one type under the policy, and audits it. @throws Problem 400, 403, 422 */
export async function findRecords(call: FhirCall, type: string, params: URLSearchParams): Promise<FoundRecords> {
  const { engine } = call.doors;
  engine.policy.requireRecord(call.actor, 'search', type);
  const lenient = /handling=lenient/.test(String(call.request.headers.prefer ?? ''));
  const parsed = parseSearch(type, params, { lenient, baseUrl: call.baseUrl, serverParams: SERVER_PARAMS });
  if (!parsed.ok) throw new Problem(400, parsed.error);
  const page = await searchRecords(
    engine.database,
    call.actor.tenant,
    type,
    parsed.value,
    parsed.value.other.get('_after'),
  );
  // What may not be read may not be included either.
  const included = page.included.filter((record) => engine.policy.record(call.actor, 'read', record.type) !== 'denied');
  await engine.audits.read(call.actor, `search ${type}`, engine.clock.now().toISOString(), {
    kind: 'search',
    origin: originOf(call.request),
    detail: { query: params.toString().slice(0, 500), matches: page.matches.length },
    entities: page.matches.slice(0, 100).map((r) => `${r.type}/${r.id}`),
    patient: page.matches.every((r) => r.patient === page.matches[0]?.patient) ? page.matches[0]?.patient : undefined,
  });
  return { ...page, included };
}

/** The answer of a search as text, stored bytes put together without parsing them. */
export function searchBundle(baseUrl: string, type: string, params: URLSearchParams, found: FoundRecords): string {
  const entry = (record: StoredRecord, mode: string): string =>
    `{"fullUrl":${JSON.stringify(`${baseUrl}/${record.type}/${record.id}`)},"resource":${record.text},"search":{"mode":"${mode}"}}`;
  const entries = [...found.matches.map((r) => entry(r, 'match')), ...found.included.map((r) => entry(r, 'include'))];
  const self = `${baseUrl}/${type}?${params.toString()}`;
  const links = [{ relation: 'self', url: self }];
  if (found.next !== undefined) {
    const next = new URLSearchParams(params);
    next.set('_after', found.next);
    links.push({ relation: 'next', url: `${baseUrl}/${type}?${next.toString()}` });
  }
  const total = found.total === undefined ? '' : `"total":${found.total},`;
  const list = entries.length > 0 ? `,"entry":[${entries.join(',')}]` : '';
  return `{"resourceType":"Bundle","type":"searchset",${total}"link":${JSON.stringify(links)}${list}}`;
}
