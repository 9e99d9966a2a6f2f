import { scopesReachRecord } from '@mach/engine';
import { resourceTypes } from '@mach/fhir/definitions.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { parseJson } from '@mach/fhir/written-numbers.ts';
import { readRecord, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { originOf } from '../../http/auth.ts';
import { FHIR_JSON, type FhirCall, gone, notFound, send } from '../exchange.ts';
import { SUPPORTING, supporting } from './compartment.ts';
import { readParameters } from './parameters.ts';

/** One entry of a document, as text that is ready to be sent. */
export interface DocumentEntry {
  readonly fullUrl: string;
  readonly text: string;
}

/** A document bundle as text: stored resources keep their bytes. */
export function documentText(
  identifier: string,
  timestamp: string,
  entries: readonly DocumentEntry[],
  more: { id?: string; profile?: string } = {},
): string {
  const head = {
    resourceType: 'Bundle',
    ...(more.id === undefined ? {} : { id: more.id }),
    ...(more.profile === undefined ? {} : { meta: { profile: [more.profile] } }),
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${identifier}` },
    type: 'document',
    timestamp,
  };
  const list = entries.map((e) => `{"fullUrl":${JSON.stringify(e.fullUrl)},"resource":${e.text}}`).join(',');
  return `${JSON.stringify(head).slice(0, -1)},"entry":[${list}]}`;
}

export const entryOf = (call: FhirCall, record: StoredRecord): DocumentEntry => ({
  fullUrl: `${call.baseUrl}/${record.type}/${record.id}`,
  text: record.text ?? '{}',
});

/**
 * `Composition/[id]/$document`: the composition with everything that it refers to, and what it takes to read that.
 * `persist=true` keeps the bundle as a record.
 */
export async function documentOf(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
  const persist = readParameters(call.request, { persist: 'boolean', graph: 'string' }).boolean('persist') ?? false;
  const { engine } = call.doors;
  engine.policy.requireRecord(call.actor, 'read', 'Composition');
  const composition = await readRecord(engine.database.tenant(call.actor.tenant), 'Composition', id);
  if (!composition || !scopesReachRecord(call.actor, composition)) throw notFound('Composition', id);
  if (composition.deleted) throw gone('Composition', id);
  const direct = await supporting(call, [composition], new Set(resourceTypes()), 1);
  const around = await supporting(call, [composition, ...direct], new Set([...SUPPORTING, 'Patient']));

  const records = [composition, ...direct, ...around];
  const now = engine.clock.now().toISOString();
  const key = engine.ids();
  const text = documentText(
    key,
    now,
    records.map((r) => entryOf(call, r)),
    persist ? { id: key } : {},
  );
  await engine.audits.read(call.actor, 'document Composition', now, {
    origin: originOf(call.request),
    entities: records.map((r) => `${r.type}/${r.id}`),
    patient: composition.patient,
  });
  if (persist) {
    await send(call, [{ op: 'create', resource: parseJson(text) as JsonObject, id: key }]);
    reply.header('location', `${call.baseUrl}/Bundle/${key}`);
  }
  return reply.type(FHIR_JSON).send(text);
}
