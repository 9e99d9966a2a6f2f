import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import type { FhirView } from '@mach/fhir/view-definition/definition.ts';
import { csvHead, csvLine } from '@mach/fhir/view-definition/output.ts';
import { compileView, ViewDataError } from '@mach/fhir/view-definition/runner.ts';
import { parseReference, readRecord } from '@mach/store';
import { runView } from '@mach/store/view-definition/run.ts';
import { ViewTypeError } from '@mach/store/view-definition/sql-text.ts';
import type { FastifyReply } from 'fastify';
import { originOf } from '../../http/auth.ts';
import { type FhirCall, notFound } from '../exchange.ts';
import { badParameter, type OperationParameters, readParameters, type Wanted } from './parameters.ts';
import { readStoredView, requireView } from './view-store.ts';

export const RUN_PARAMETERS: Wanted = {
  viewReference: 'any',
  viewResource: 'resource',
  resource: 'resource',
  patient: 'any',
  group: 'any',
  _since: 'string',
  _limit: 'integer',
  _format: 'string',
  header: 'boolean',
};

const FORMATS = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
} as const;
type Format = keyof typeof FORMATS;

/** `ViewDefinition/$run`: rows of a view over stored records or over resources in the request. */
export async function runViewDefinition(call: FhirCall, reply: FastifyReply, id?: string): Promise<FastifyReply> {
  const given = readParameters(call.request, RUN_PARAMETERS);
  const format = formatOf(call, given);
  const definition = await definitionOf(call, given, id);
  const view = requireView(definition);
  const limit = given.integer('_limit', 0, 100_000_000) ?? Number.POSITIVE_INFINITY;
  const header = given.boolean('header') ?? true;
  const batches = given.has('resource')
    ? overGiven(call, view, given)
    : await overStored(call, view, definition, given);
  const chunks = written(view, batches, format, limit, header);
  // The first rows are computed before the answer begins, so that a fault in them has its own status.
  const first = await faults(() => chunks.next());
  const body = async function* (): AsyncGenerator<string> {
    if (!first.done) yield first.value;
    yield* chunks;
  };
  return reply
    .type(FORMATS[format])
    .header('content-disposition', `inline; filename="${view.name}.${format}"`)
    .send(Readable.from(body()));
}

/** Faults of the view as refusals. */
async function faults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ViewDataError || error instanceof ViewTypeError)
      throw refuse(422, 'view-failed', {
        vi: `Không tính được khung nhìn: ${error.message}`,
        en: `The view cannot be computed: ${error.message}`,
      });
    throw error;
  }
}

function formatOf(call: FhirCall, given: OperationParameters): Format {
  const asked = given.text('_format');
  const accept = asked ?? String(call.request.headers.accept ?? '');
  if (/csv/.test(accept)) return 'csv';
  if (/ndjson/.test(accept)) return 'ndjson';
  if (asked === undefined || /json/.test(asked)) return 'json';
  throw badParameter('_format', 'phải là json, ndjson hoặc csv', 'must be json, ndjson or csv');
}

async function definitionOf(call: FhirCall, given: OperationParameters, id: string | undefined): Promise<JsonObject> {
  const [definition, ...others] = await definitionsOf(call, given, id);
  if (!definition || others.length > 0)
    throw refuse(400, 'one-view', {
      vi: 'Phải cho đúng một trong viewResource và viewReference',
      en: 'Exactly one of viewResource and viewReference must be given',
    });
  return definition;
}

/** The definitions that a request gives, by reference and in full. @throws Problem 400, 403, 404 */
export async function definitionsOf(
  call: FhirCall,
  given: OperationParameters,
  id: string | undefined,
): Promise<JsonObject[]> {
  const found = given.all('viewResource').map((resource) => {
    if (!isObject(resource)) throw badParameter('viewResource', 'phải là ViewDefinition', 'must be a ViewDefinition');
    return resource;
  });
  for (const reference of given.all('viewReference')) {
    const text = isObject(reference) ? reference.reference : reference;
    const match = /^(?:.*\/)?ViewDefinition\/([A-Za-z0-9.-]{1,64})$/.exec(typeof text === 'string' ? text : '');
    if (!match?.[1])
      throw badParameter('viewReference', 'phải có dạng ViewDefinition/id', 'must look like ViewDefinition/id');
    found.push(await readStoredView(call, match[1]));
  }
  if (id !== undefined) found.push(await readStoredView(call, id));
  return found;
}

interface Batch {
  rows: readonly string[];
}

/** Over resources of the request: nothing stored is read. */
async function* overGiven(call: FhirCall, view: FhirView, given: OperationParameters): AsyncGenerator<Batch> {
  const runner = compileView(view, call.doors.engine.clock.now().toISOString());
  const names = runner.columns.map((c) => JSON.stringify(c.name));
  for (const resource of given.all('resource')) {
    if (!isObject(resource)) throw badParameter('resource', 'phải là tài nguyên', 'must be a resource');
    const inner = resource.resourceType === 'Bundle' && view.resource !== 'Bundle' ? entriesOf(resource) : [resource];
    for (const one of inner)
      yield {
        rows: runner.rows(one).map((row) => `{${row.map((c, i) => `${names[i]}:${JSON.stringify(c)}`).join(',')}}`),
      };
  }
}

function entriesOf(bundle: JsonObject): JsonObject[] {
  const list = Array.isArray(bundle.entry) ? bundle.entry : [];
  return list.flatMap((e) => (isObject(e) && isObject(e.resource) ? [e.resource] : []));
}

/** Over stored records, under the policy of a search of the type. */
async function overStored(
  call: FhirCall,
  view: FhirView,
  definition: JsonObject,
  given: OperationParameters,
): Promise<AsyncGenerator<Batch>> {
  const { engine } = call.doors;
  engine.policy.requireRecord(call.actor, 'search', view.resource);
  const patients = await patientsNamed(call, given);
  const since = given.instant('_since');
  const now = engine.clock.now().toISOString();
  const batches = runView(engine.database, call.actor.tenant, view, {
    now,
    ...(since === undefined ? {} : { since }),
    ...(patients === undefined ? {} : { patients }),
  });
  return (async function* () {
    let [rows, records] = [0, 0];
    try {
      for await (const batch of batches) {
        rows += batch.rows.length;
        records += batch.records;
        yield batch;
      }
    } finally {
      // A large result is kept in the audit as what was asked and how much was given.
      await engine.audits.read(call.actor, `view-definition ${view.resource}`, now, {
        kind: 'view',
        origin: originOf(call.request),
        detail: { view: view.name, day: localDate(now), hash: hashOf(definition), rows, records, since, patients },
      });
    }
  })();
}

const hashOf = (definition: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(definition)).digest('hex');

/** Ids of the patients that `patient` and `group` name; undefined for all. */
export async function patientsNamed(call: FhirCall, given: OperationParameters): Promise<string[] | undefined> {
  if (!given.has('patient') && !given.has('group')) return undefined;
  const named = given.all('patient').map(patientId);
  const on = call.doors.engine.database.tenant(call.actor.tenant);
  for (const group of given.all('group')) {
    const id = idOf(group, 'Group', 'group');
    call.doors.engine.policy.requireRecord(call.actor, 'read', 'Group');
    const record = await readRecord(on, 'Group', id);
    if (!record || record.deleted) throw notFound('Group', id);
    named.push(...groupPatients(record.resource));
  }
  return named;
}

/** Ids of the patients who are members of a group now. */
export function groupPatients(group: object): string[] {
  const { member = [] } = group as { member?: { inactive?: boolean; entity?: { reference?: string } }[] };
  return member.flatMap((m) => {
    const target = m.inactive ? undefined : parseReference(m.entity?.reference);
    return target?.type === 'Patient' ? [target.id] : [];
  });
}

/** The id of a patient that a `patient` parameter names. @throws Problem 400 */
export const patientId = (value: unknown): string => idOf(value, 'Patient', 'patient');

function idOf(value: unknown, type: string, name: string): string {
  const text = isObject(value) ? value.reference : value;
  const match = /^(?:([A-Z][A-Za-z]+)\/)?([A-Za-z0-9.-]{1,64})$/.exec(typeof text === 'string' ? text : '');
  if (!match?.[2] || (match[1] !== undefined && match[1] !== type))
    throw badParameter(name, `phải có dạng ${type}/id`, `must look like ${type}/id`);
  return match[2];
}

/** The rows as text in pieces. */
async function* written(
  view: FhirView,
  batches: AsyncGenerator<Batch>,
  format: Format,
  limit: number,
  header: boolean,
): AsyncGenerator<string, undefined> {
  let count = 0;
  // Goes out with the first rows, not before them: a fault in those still has its own status.
  let head = format === 'json' ? '[' : format === 'csv' && header ? csvHead(view.columns) : '';
  for await (const { rows } of batches) {
    const taken = rows.slice(0, limit - count);
    if (taken.length > 0) {
      if (format === 'json') yield `${head}${count > 0 ? ',' : ''}${taken.join(',')}`;
      else if (format === 'csv') yield `${head}${taken.map((row) => csvLine(view.columns, row)).join('')}`;
      else yield `${taken.join('\n')}\n`;
      head = '';
    }
    count += taken.length;
    if (count >= limit) break;
  }
  yield format === 'json' ? `${head}]` : head;
  return undefined;
}
