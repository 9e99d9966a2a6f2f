import { type Problem, refuse } from '@mach/base/problem.ts';
import { type Actor, type RecordWriteResult, recordWrite, requireWhole } from '@mach/engine';
import type { Limited } from '@mach/engine/policy/service.ts';
import { isObject } from '@mach/fhir/json.ts';
import { pickElements, summarize } from '@mach/fhir/search/summary.ts';
import { travelling } from '@mach/fhir/written-numbers.ts';
import { isResourceType, type StoredRecord } from '@mach/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Doors, originOf, requireActor } from '../http/auth.ts';
import { limitedDoors } from './access.ts';
import { innerActor } from './operations/async/inner.ts';
import { profilesWritten, requireProfiles } from './profiles/write-check.ts';
import type { Write } from './write.ts';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** What a FHIR interaction works with. */
export interface FhirCall {
  doors: Doors;
  actor: Actor;
  request: FastifyRequest;
  baseUrl: string;
  /** What the facility's policy leaves to the actor; undefined: all that his roles give. The doors are limited to it. */
  limited?: Limited | undefined;
}

export const baseOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}/fhir`;

/** Operations that choose among records by the scopes of an app; any other is shut for one that reaches some only. */
const CHOOSING =
  /\/\$(graphql|status|events|get-ws-binding-token|everything|summary|access-log|document|validate|meta|meta-add|meta-delete|lookup|validate-code|subsumes|expand|translate|dress)$/;

export async function fhirCall(doors: Doors, request: FastifyRequest): Promise<FhirCall> {
  const actor = innerActor(request) ?? (await requireActor(doors, request));
  const route = request.routeOptions.url ?? '';
  if (route.includes('/$') && !CHOOSING.test(route)) requireWhole(actor);
  return { ...(await limitedDoors(doors, actor, request)), actor, request, baseUrl: baseOf(request) };
}

export function requireType(type: string): void {
  if (!isResourceType(type) || type === 'Parameters')
    throw refuse(404, 'unknown-type', { vi: `Không có loại ${type}`, en: `There is no resource type ${type}` });
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** @throws Problem 400: an id that no resource can have */
export function requireId(id: string): void {
  if (ID.test(id)) return;
  if (id.startsWith('$'))
    throw refuse(404, 'unknown-operation', {
      vi: `Không có thao tác ${id.slice(0, 64)} ở đây`,
      en: `There is no operation ${id.slice(0, 64)} here`,
    });
  throw refuse(
    400,
    'bad-id',
    {
      vi: 'id chỉ gồm chữ, số, dấu chấm và gạch nối, dài 1–64',
      en: 'An id is 1 to 64 letters, digits, dots and dashes',
    },
    { field: 'id' },
  );
}

export const etag = (version: number): string => `W/"${version}"`;

/** The number in `If-Match: W/"3"`. @throws Problem 400 */
export function versionOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim());
  if (!match)
    throw refuse(
      400,
      'bad-etag',
      { vi: 'If-Match phải có dạng W/"3"', en: 'If-Match must look like W/"3"' },
      { field: 'If-Match' },
    );
  return Number(match[1]);
}

/** Whether the caller has this version already (http.html#cread). An entity tag decides before a date does. */
export function isUnchanged(
  record: Pick<StoredRecord, 'version' | 'updated'>,
  ifNoneMatch: string | null | undefined,
  ifModifiedSince: string | null | undefined,
): boolean {
  if (typeof ifNoneMatch === 'string')
    return ifNoneMatch.split(',').some((tag) => {
      const text = tag.trim();
      return text === '*' || text.replace(/^W\//, '') === `"${record.version}"`;
    });
  if (typeof ifModifiedSince !== 'string') return false;
  const since = Date.parse(ifModifiedSince);
  // HTTP dates have whole seconds.
  return !Number.isNaN(since) && Math.floor(Date.parse(record.updated) / 1000) <= Math.floor(since / 1000);
}

/** Sends the stored bytes of one version, or the part of it that was asked for; 304 when the caller has it already. */
export function sendRecord(call: FhirCall, reply: FastifyReply, record: StoredRecord): FastifyReply {
  const { headers, url } = call.request;
  reply.header('etag', etag(record.version)).header('last-modified', new Date(record.updated).toUTCString());
  if (isUnchanged(record, headers['if-none-match'], headers['if-modified-since'])) return reply.status(304).send();
  const text = url.includes('?') ? shaped(record, new URLSearchParams(url.slice(url.indexOf('?') + 1))) : record.text;
  return reply.type(FHIR_JSON).send(text);
}

const SUMMARIES = new Set(['true', 'text', 'data', 'false']);

/** `_summary` and `_elements` of a read. @throws Problem 400 on any other parameter */
function shaped(record: StoredRecord, params: URLSearchParams): string {
  const whole = record.resource as unknown as Record<string, unknown>;
  let resource = whole;
  for (const [name, value] of params) {
    if (name === '_format' || name === '_pretty') continue;
    if (name === '_summary' && SUMMARIES.has(value)) resource = summarize(resource, value as 'true');
    else if (name === '_elements') resource = pickElements(resource, value.split(','));
    else
      throw refuse(
        400,
        'not-supported',
        {
          vi: `Khi đọc không dùng được ${name}=${value}`.slice(0, 120),
          en: `${name}=${value} has no meaning for a read`.slice(0, 120),
        },
        { field: name.slice(0, 64) },
      );
  }
  return resource === whole ? (record.text ?? '') : JSON.stringify(resource);
}

/** What a write did to one record, with what is stored now where it is known. */
export type Done = RecordWriteResult['entries'][number] & { stored?: StoredRecord | undefined };

/**
 * Runs a raw write as the generic command. A client's own Idempotency-Key makes it repeatable. Nobody waits for the place
 * in the feed: what is read next over FHIR comes from the records.
 */
export async function send(call: FhirCall, entries: readonly Write[], part = ''): Promise<Done[]> {
  const given = call.request.headers['idempotency-key'];
  const fresh = typeof given !== 'string';
  const key = fresh ? `fhir-${call.doors.engine.ids()}` : `${given}${part}`;
  // Imported history may point at what is not here: a client that says `handling=lenient` keeps such references.
  const references = isLenient(call.request) ? 'keep' : 'check';
  const { engine } = call.doors;
  await requireProfiles(engine, call.actor.tenant, entries);
  const travellers = entries.map((e) =>
    e.op === 'delete' || !isObject(e.resource) ? e : { ...e, resource: travelling(e.resource) },
  );
  const answer = await engine.sendByName(recordWrite.name, { entries: travellers, references }, call.actor, {
    key,
    fresh,
    wait: false,
    origin: originOf(call.request),
  });
  const written = (answer.result as RecordWriteResult).entries;
  profilesWritten(
    engine,
    call.actor.tenant,
    written.map((w) => w.type),
  );
  // Somebody who may not see all of a record reads it through his own doors.
  if (!answer.written || call.limited) return written;
  const stored = new Map(answer.written.map((record) => [`${record.type}/${record.id}`, record]));
  return written.map((w) => ({ ...w, stored: stored.get(`${w.type}/${w.id}`) }));
}

/** A resource in a request body, of the type that the URL names. @throws Problem 400, 422 */
export function bodyResource(
  body: unknown,
  type: string,
): Record<string, unknown> & { resourceType: string; id?: string } {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw refuse(400, 'not-a-resource', {
      vi: 'Thân yêu cầu phải là một tài nguyên FHIR (JSON hoặc XML)',
      en: 'The body must be a FHIR resource (JSON or XML)',
    });
  const resource = body as Record<string, unknown> & { resourceType: string; id?: string };
  if (resource.resourceType !== type)
    throw refuse(
      400,
      'type-mismatch',
      {
        vi: `Địa chỉ là ${type} nhưng tài nguyên là ${String(resource.resourceType).slice(0, 64)}`,
        en: `The address says ${type}, the resource ${String(resource.resourceType).slice(0, 64)}`,
      },
      { field: 'resourceType' },
    );
  return resource;
}

export type Preference = 'minimal' | 'representation' | 'OperationOutcome';

/** Prefer: return=… */
export function preferOf(request: FastifyRequest): Preference | undefined {
  const found = /return\s*=\s*"?(minimal|representation|OperationOutcome)/.exec(String(request.headers.prefer ?? ''));
  return found?.[1] as Preference | undefined;
}

export const isLenient = (request: FastifyRequest): boolean =>
  /handling\s*=\s*"?lenient/.test(String(request.headers.prefer ?? ''));

/** An answer that says only that all went well. */
export function doneOutcome(text: string): string {
  return JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'information', code: 'informational', diagnostics: text }],
  });
}

export function notFound(type: string, id: string): Problem {
  return refuse(404, 'not-found', { vi: `Không có ${type}/${id}`, en: `There is no ${type}/${id}` });
}

export function gone(type: string, id: string): Problem {
  return refuse(410, 'deleted', { vi: `${type}/${id} đã xoá`, en: `${type}/${id} was deleted` });
}

export function queryOf(request: Pick<FastifyRequest, 'url'>): URLSearchParams {
  const question = request.url.indexOf('?');
  return new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1));
}
