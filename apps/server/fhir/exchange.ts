import { type Problem, refuse } from '@mach/base/problem.ts';
import { type Actor, type RecordWriteResult, recordWrite } from '@mach/engine';
import { isResourceType, type StoredRecord } from '@mach/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Doors, originOf, requireActor } from '../http/auth.ts';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** What a FHIR interaction works with. */
export interface FhirCall {
  doors: Doors;
  actor: Actor;
  request: FastifyRequest;
  baseUrl: string;
}

export async function fhirCall(doors: Doors, request: FastifyRequest): Promise<FhirCall> {
  const actor = await requireActor(doors, request);
  return { doors, actor, request, baseUrl: `${request.protocol}://${request.host}/fhir` };
}

export function requireType(type: string): void {
  if (!isResourceType(type))
    throw refuse(404, 'unknown-type', { vi: `Không có loại ${type}`, en: `There is no resource type ${type}` });
}

export const etag = (version: number): string => `W/"${version}"`;

/** The number in `If-Match: W/"3"`. @throws Problem 400 */
export function versionOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:W\/)?"(\d+)"$/.exec(header.trim());
  if (!match)
    throw refuse(
      400,
      'bad-etag',
      { vi: 'If-Match phải có dạng W/"3"', en: 'If-Match must look like W/"3"' },
      { field: 'If-Match' },
    );
  return Number(match[1]);
}

/** Sends the stored bytes of one version; 304 when the caller has it already. */
export function sendRecord(reply: FastifyReply, record: StoredRecord, ifNoneMatch: string | undefined): FastifyReply {
  reply.header('etag', etag(record.version)).header('last-modified', new Date(record.updated).toUTCString());
  if (ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === `"${record.version}"`))
    return reply.status(304).send();
  return reply.type(FHIR_JSON).send(record.text);
}

type Entries = Parameters<typeof send>[1];

/** Runs a raw write as the generic command. A client's own Idempotency-Key makes it repeatable. */
export async function send(
  call: FhirCall,
  entries: (
    | { op: 'create'; resource: unknown; id?: string }
    | { op: 'put'; resource: unknown; ifVersion?: number }
    | { op: 'delete'; type: string; id: string; ifVersion?: number }
  )[],
): Promise<RecordWriteResult['entries']> {
  const given = call.request.headers['idempotency-key'];
  const key = typeof given === 'string' ? given : `fhir-${call.doors.engine.ids()}`;
  const answer = await call.doors.engine.sendByName(recordWrite.name, { entries, references: 'check' }, call.actor, {
    key,
    origin: originOf(call.request),
  });
  return (answer.result as RecordWriteResult).entries;
}

export type { Entries };

/** A resource in a request body, of the type that the URL names. @throws Problem 400, 422 */
export function bodyResource(
  body: unknown,
  type: string,
): Record<string, unknown> & { resourceType: string; id?: string } {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw refuse(400, 'not-a-resource', {
      vi: 'Thân yêu cầu phải là một tài nguyên FHIR (JSON)',
      en: 'The body must be a FHIR resource (JSON)',
    });
  const resource = body as Record<string, unknown> & { resourceType: string; id?: string };
  if (resource.resourceType !== type)
    throw refuse(
      400,
      'type-mismatch',
      {
        vi: `Địa chỉ là ${type} nhưng tài nguyên là ${String(resource.resourceType)}`,
        en: `The address says ${type}, the resource ${String(resource.resourceType)}`,
      },
      { field: 'resourceType' },
    );
  return resource;
}

/** Prefer: return=… */
export function preferOf(request: FastifyRequest): 'minimal' | 'representation' | 'OperationOutcome' {
  const prefer = String(request.headers.prefer ?? '');
  if (/return=minimal/.test(prefer)) return 'minimal';
  return /return=OperationOutcome/.test(prefer) ? 'OperationOutcome' : 'representation';
}

export function notFound(type: string, id: string): Problem {
  return refuse(404, 'not-found', { vi: `Không có ${type}/${id}`, en: `There is no ${type}/${id}` });
}

export function gone(type: string, id: string): Problem {
  return refuse(410, 'deleted', { vi: `${type}/${id} đã xoá`, en: `${type}/${id} was deleted` });
}
