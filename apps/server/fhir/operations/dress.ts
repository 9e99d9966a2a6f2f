import { Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { claimProfile, type DressRules, dressResource } from '@mach/fhir/profile/dress.ts';
import { inForce, type ProfilePackData } from '@mach/fhir/profile/pack.ts';
import { isValid, validate } from '@mach/fhir/validate.ts';
import { parseJson } from '@mach/fhir/written-numbers.ts';
import type { FastifyReply } from 'fastify';
import { etag, FHIR_JSON, type FhirCall } from '../exchange.ts';
import { audited, currentRecord } from '../instance.ts';
import { HouseProfiles, PROFILE_PACK } from '../profiles/house-profiles.ts';
import { badParameter, readParameters, type Wanted } from './parameters.ts';

const WANTED: Wanted = { as: 'string', date: 'string', resource: 'resource' };

/**
 * `[type]/[id]/$dress?as=moh`: the stored resource as a national guide names things, by the rules in force on `date`
 * (default today). `[type]/$dress` dresses the resource that is sent with the question, which must be
 * valid. Nothing is written.
 */
export async function dressOperation(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  id: string | undefined,
): Promise<FastifyReply> {
  const given = readParameters(call.request, WANTED);
  const date = given.text('date') ?? localDate(call.doors.engine.clock.now().toISOString());
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw badParameter('date', 'phải là ngày yyyy-MM-dd', 'must be yyyy-MM-dd');
  const rules = rulesOf(call, given.required('as'), date);
  if (id === undefined) {
    const resource = given.object('resource');
    if (resource?.resourceType !== type) throw badParameter('resource', `phải là ${type}`, `must be a ${type}`);
    const faults = validate(resource).filter((issue) => issue.severity === 'error');
    if (faults.length > 0) throw new Problem(422, faults);
    return send(reply, await dressed(call, resource, rules));
  }
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const record = await currentRecord(call, type, id);
  await audited(call, `dress ${rules.dress}`, record);
  reply.header('etag', etag(record.version)).header('last-modified', new Date(record.updated).toUTCString());
  return send(reply, await dressed(call, parseJson(record.text ?? '{}') as JsonObject, rules));
}

/** In the guide's dress, with the guide's profile named where the resource was found to keep to it, else without. */
async function dressed(call: FhirCall, resource: JsonObject, rules: DressRules): Promise<JsonObject> {
  const plain = dressResource(resource, rules);
  const profile = rules.profiles[String(resource.resourceType)];
  if (profile === undefined) return plain;
  const set = await HouseProfiles.of(call.doors.engine).set(call.actor.tenant);
  return isValid(set.validateProfiles(plain, { profiles: [profile] })) ? claimProfile(plain, profile) : plain;
}

function send(reply: FastifyReply, resource: JsonObject): FastifyReply {
  return reply.type(FHIR_JSON).send(JSON.stringify(resource));
}

/** The rules of a guide on a day. @throws Problem 400 */
function rulesOf(call: FhirCall, dress: string, date: string): DressRules {
  const all = dresses(call, date);
  const found = all.find((d) => d.dress === dress && inForce(d, date));
  if (found) return found;
  const names = [...new Set(all.filter((d) => inForce(d, date)).map((d) => d.dress))].join(', ');
  throw refuse(
    400,
    'unknown-dress',
    { vi: `Ngày ${date} không có bộ quy tắc ${dress}`, en: `There are no rules for ${dress} on ${date}` },
    { field: 'as', remedy: { vi: `Dùng một trong: ${names}`, en: `Use one of: ${names}` } },
  );
}

function dresses(call: FhirCall, date: string): readonly DressRules[] {
  try {
    return call.doors.engine
      .packsOf(call.actor.tenant)
      .derived(PROFILE_PACK, date, 'dresses', (pack) => (pack.data as ProfilePackData).dresses);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
