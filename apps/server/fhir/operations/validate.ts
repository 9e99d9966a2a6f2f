import { type Issue, Problem, refuse, toOperationOutcome } from '@mach/base/problem.ts';
import { scopesReachRecord } from '@mach/engine';
import { isResourceType as isType } from '@mach/fhir/definitions.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import { references } from '@mach/fhir/reference-walk.ts';
import { validate } from '@mach/fhir/validate.ts';
import { type AnyResource, parseReference, readRecord, readRecords, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { FHIR_JSON, type FhirCall } from '../exchange.ts';
import { HouseProfiles } from '../profiles/house-profiles.ts';
import { badParameter, readParameters, type Wanted } from './parameters.ts';

const WANTED: Wanted = { resource: 'resource', mode: 'string', profile: 'string', usageContext: 'any' };
const MODES = ['create', 'update', 'delete', 'profile'];

/**
 * `$validate` on a type or an instance: the answer is what a write would meet, and nothing is written. The status is
 * 200 also where the resource has faults; they are in the outcome.
 */
export async function validateOperation(
  call: FhirCall,
  reply: FastifyReply,
  type: string,
  id: string | undefined,
): Promise<FastifyReply> {
  const { body } = call.request;
  // The resource itself may be the body, with the other parameters in the query.
  const isRaw =
    isObject(body) &&
    typeof body.resourceType === 'string' &&
    (body.resourceType !== 'Parameters' || type === 'Parameters');
  const given = readParameters({ url: call.request.url, body: isRaw ? undefined : body }, WANTED);
  const mode = given.text('mode');
  if (mode !== undefined && !MODES.includes(mode))
    throw badParameter('mode', `phải là một trong ${MODES.join(', ')}`, `must be one of ${MODES.join(', ')}`);
  const resource = isRaw ? (body as JsonObject) : given.object('resource');
  const record = id === undefined ? undefined : await stored(call, type, id);
  if (id !== undefined && !record && mode !== 'create')
    return outcome(reply, [fault('not-found', `${type}/${id}`, `Không có ${type}/${id}`, `There is no ${type}/${id}`)]);
  if (mode === 'delete') return outcome(reply, deletion(call, type, record));
  const subject = resource ?? (record?.resource as unknown as JsonObject | undefined);
  if (!subject)
    throw refuse(400, 'no-resource', { vi: 'Thiếu tài nguyên để kiểm', en: 'A resource to validate is needed' });
  const issues = [...validate(subject), ...(await profileIssues(call, subject, given.text('profile'), mode))];
  if (subject.resourceType !== type)
    issues.push(
      fault(
        'invalid',
        'resourceType',
        `Địa chỉ là ${type}, tài nguyên là ${String(subject.resourceType)}`,
        `The address says ${type}, the resource ${String(subject.resourceType)}`,
      ),
    );
  else if (mode === 'create' || mode === 'update') issues.push(...(await writing(call, mode, subject, record, id)));
  return outcome(reply, issues);
}

function fault(code: string, field: string, vi: string, en: string): Issue {
  return { severity: 'error', code, field, text: { vi, en } };
}

async function stored(call: FhirCall, type: string, id: string): Promise<StoredRecord | undefined> {
  call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  const record = await readRecord(call.doors.engine.database.tenant(call.actor.tenant), type, id);
  return record && !record.deleted && scopesReachRecord(call.actor, record) ? record : undefined;
}

/**
 * Faults against the profile asked for, those that the resource names, and those that the facility demands; also what
 * of them cannot be checked here, as information.
 */
async function profileIssues(
  call: FhirCall,
  subject: JsonObject,
  profile: string | undefined,
  mode: string | undefined,
): Promise<Issue[]> {
  if (profile === undefined && mode === 'profile')
    throw badParameter('profile', 'phải có khi mode là profile', 'is needed where mode is profile');
  const house = HouseProfiles.of(call.doors.engine);
  const [set, demands] = await Promise.all([house.set(call.actor.tenant), house.demands(call.actor.tenant)]);
  const asked = profile === undefined ? [] : [profile];
  const always = mode === 'profile' ? [] : (demands.get(String(subject.resourceType)) ?? []);
  return set.validateProfiles(subject, {
    profiles: [...new Set([...asked, ...always])],
    verbose: true,
  });
}

/** What stands against a deletion. */
function deletion(call: FhirCall, type: string, record: StoredRecord | undefined): Issue[] {
  if (!record)
    throw refuse(400, 'no-instance', { vi: 'mode=delete cần một bản ghi', en: 'mode=delete needs an instance' });
  return [...rights(call, 'delete', type), ...guarded(call, record, undefined)];
}

function rights(call: FhirCall, interaction: 'create' | 'update' | 'delete', type: string): Issue[] {
  return call.doors.engine.policy.record(call.actor, interaction, type) === 'denied'
    ? [
        fault(
          'forbidden',
          type,
          `${call.actor.login} không được ghi ${type}`,
          `${call.actor.login} may not ${interaction} ${type}`,
        ),
      ]
    : [];
}

/** Signed records, and records that a module keeps. */
function guarded(call: FhirCall, before: StoredRecord | undefined, after: JsonObject | undefined): Issue[] {
  const { guard } = call.doors.engine;
  const issues: Issue[] = [];
  let owned: ReturnType<typeof guard.ownerOf>;
  try {
    owned = guard.ownerOf(before?.resource) ?? guard.ownerOf(after as AnyResource | undefined);
  } catch (error) {
    // What has no shape belongs to nobody; the validation itself says what is wrong with it.
    if (!(error instanceof Problem)) throw error;
  }
  if (owned)
    issues.push({
      ...fault(
        'business-rule',
        owned.type,
        `${owned.type} này do lệnh ${owned.command} quản lý`,
        `This ${owned.type} is kept by the command ${owned.command}`,
      ),
      remedy: { vi: `Dùng lệnh ${owned.command}`, en: `Use the command ${owned.command}` },
    });
  if (before?.sealed)
    issues.push(
      fault(
        'business-rule',
        `${before.type}/${before.id}`,
        'Đã ký, không sửa hoặc xoá được',
        'It is signed and can be neither edited nor deleted',
      ),
    );
  return issues;
}

/** What a create or an update would meet beside the rules of FHIR. */
async function writing(
  call: FhirCall,
  mode: 'create' | 'update',
  subject: JsonObject,
  record: StoredRecord | undefined,
  id: string | undefined,
): Promise<Issue[]> {
  const type = String(subject.resourceType);
  const issues = [...rights(call, mode, type), ...guarded(call, record, subject)];
  if (mode === 'update' && id !== undefined && subject.id !== id)
    issues.push(fault('invalid', `${type}.id`, `id phải là ${id}`, `The id must be ${id}`));
  if (mode === 'create' && record)
    issues.push(
      fault('duplicate', `${type}.id`, `${type}/${record.id} đã có`, `${type}/${record.id} is there already`),
    );
  return [...issues, ...(await missing(call, subject))];
}

/** Local references that lead nowhere, of types that the caller may read. */
async function missing(call: FhirCall, subject: JsonObject): Promise<Issue[]> {
  const { engine } = call.doors;
  const found = references(subject).flatMap(({ path, reference }) => {
    const target = parseReference(reference);
    if (!target || !isType(target.type) || engine.policy.record(call.actor, 'read', target.type) === 'denied')
      return [];
    return [{ path, ...target }];
  });
  const records = await readRecords(engine.database.tenant(call.actor.tenant), found);
  const known = new Set(
    records
      .filter((r) => !r.deleted && engine.guard.mayPointAt(call.actor, r.resource))
      .map((r) => `${r.type}/${r.id}`),
  );
  return found
    .filter(({ type, id }) => !known.has(`${type}/${id}`))
    .map(({ path, type, id }) => fault('not-found', path, `Không có ${type}/${id}`, `There is no ${type}/${id}`));
}

/** The issues as they are, each with its own FHIR code; one informational where there is none. */
function outcome(reply: FastifyReply, issues: readonly Issue[]): FastifyReply {
  const all: Issue[] =
    issues.length > 0
      ? [...issues]
      : [{ severity: 'information', code: 'informational', text: { vi: 'Hợp lệ', en: 'No issues detected' } }];
  const answer = toOperationOutcome(new Problem(422, all)) as { issue: { code: string }[] };
  for (const [i, issue] of answer.issue.entries()) issue.code = all[i]?.code ?? issue.code;
  return reply.type(FHIR_JSON).send(JSON.stringify(answer));
}
