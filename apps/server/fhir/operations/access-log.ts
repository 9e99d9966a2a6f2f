import { RECORD_ACCESS } from '@mach/administration/contract.ts';
import { addDays } from '@mach/base/time.ts';
import { actsForPerson, scopesAllow } from '@mach/engine';
import { recordAccess } from '@mach/engine/identity/record-access.ts';
import { auditEventOf } from '@mach/engine/policy/audit-event.ts';
import type { FastifyReply } from 'fastify';
import { originOf } from '../../http/auth.ts';
import { FHIR_JSON, type FhirCall, notFound } from '../exchange.ts';
import { badParameter, readParameters, type Wanted } from './parameters.ts';

const WANTED: Wanted = { start: 'string', end: 'string', _count: 'integer' };
/** Days that are told unless others are asked for. */
const DAYS = 366;
const MOST = 2_000;
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

/**
 * `Patient/[id]/$access-log`: who looked at this record, newest first, as a Bundle of AuditEvent. Open to those who watch over
 * readers, and to a program of the house (`system/AuditEvent.rs`) that shows a citizen his own.
 * @throws Problem 400, 403, 404
 */
export async function accessLog(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
  const { doors, actor } = call;
  const { engine } = doors;
  if (actor.scopes === null || actsForPerson(actor)) engine.policy.require(actor, RECORD_ACCESS);
  else engine.policy.requireRecord(actor, 'search', 'AuditEvent');
  // An app that was opened for one patient sees nobody else's.
  if (!scopesAllow(actor, 'search', 'AuditEvent') || (actor.patient != null && actor.patient !== id))
    throw notFound('Patient', id);
  const given = readParameters(call.request, WANTED);
  const now = engine.clock.now().toISOString();
  const [from, to] = [given.instant('start') ?? addDays(now, -DAYS), given.instant('end') ?? now];
  if (from >= to) throw badParameter('start', 'phải trước end', 'must be before end');
  const limit = given.integer('_count', 1, MOST) ?? MOST;
  const page = await recordAccess(engine, actor.tenant, { patient: id, from, to, limit });
  // The question itself is a look at the record, and the next one sees it.
  await engine.audits.read(actor, 'record-access', now, {
    patient: id,
    detail: { from, to, rows: page.rows.length },
    origin: originOf(call.request),
  });
  const facility = engine.facility(actor.tenant);
  const entry = page.rows.map(({ key, ...row }) => {
    const resource = auditEventOf({ id: key, patient: id, ...row }, facility);
    return { fullUrl: `urn:uuid:${key}`, resource };
  });
  // More than fit, or lists that could not be looked through in time: ask for fewer days.
  const meta = page.partial ? { meta: { tag: [SUBSETTED] } } : {};
  return reply.type(FHIR_JSON).send({ resourceType: 'Bundle', ...meta, type: 'collection', timestamp: now, entry });
}
