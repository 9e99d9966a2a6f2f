import { Problem, refuse, toOperationOutcome } from '@mach/base/problem.ts';
import { type PlannedEntry, planBundle, resolveReferences } from '@mach/fhir/bundle.ts';
import { applyPatch, parsePatch } from '@mach/fhir/patch.ts';
import { readRecord, readRecords } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { etag, FHIR_JSON, type FhirCall, gone, notFound, send, versionOf } from './exchange.ts';
import { findRecords, searchBundle } from './search.ts';

type Write = Parameters<typeof send>[1][number];
interface Planned {
  entry: PlannedEntry;
  write?: Write;
  /** Answered without a write: a conditional create that found its record. */
  found?: { type: string; id: string; version: number };
}

/** `POST /fhir` with a transaction or a batch. */
export async function bundle(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
  const plan = planBundle(call.request.body, { baseUrl: call.baseUrl, maxEntries: 1000 });
  if (!plan.ok) throw new Problem(400, plan.error);
  const answers = new Array<string>(plan.value.entries.length).fill('{}');
  if (plan.value.type === 'batch') {
    for (const entry of plan.value.order) answers[entry.index] = await alone(call, entry);
  } else {
    const resolved = await conditionalTargets(call, plan.value.conditionalReferences);
    const planned: Planned[] = [];
    for (const entry of plan.value.order)
      if (entry.method !== 'GET' && entry.method !== 'HEAD') planned.push(await prepare(call, entry, resolved));
    // Ids are known before anything is written, so references between entries can be set in one go.
    const writes = planned.flatMap(({ entry, write }): Write[] => {
      if (!write) return [];
      if (write.op === 'delete') return [write];
      return [
        {
          ...write,
          resource: resolveReferences({ ...entry, resource: write.resource as PlannedEntry['resource'] }, resolved),
        },
      ];
    });
    const written = writes.length > 0 ? await send(call, writes) : [];
    let next = 0;
    for (const { entry, write, found } of planned) {
      const done = write ? written[next++] : undefined;
      answers[entry.index] = done
        ? entryAnswer(
            done.outcome === 'created' ? '201 Created' : done.outcome === 'updated' ? '200 OK' : '204 No Content',
            call,
            done,
          )
        : entryAnswer('200 OK', call, found);
    }
    for (const entry of plan.value.order)
      if (entry.method === 'GET') answers[entry.index] = await readEntry(call, entry);
  }
  return reply
    .type(FHIR_JSON)
    .send(`{"resourceType":"Bundle","type":"${plan.value.type}-response","entry":[${answers.join(',')}]}`);
}

function entryAnswer(
  status: string,
  call: FhirCall,
  record?: { type: string; id: string; version: number },
  resource?: string,
): string {
  const response = {
    status,
    ...(record && record.version > 0
      ? {
          location: `${call.baseUrl}/${record.type}/${record.id}/_history/${record.version}`,
          etag: etag(record.version),
        }
      : {}),
  };
  return `{${resource ? `"resource":${resource},` : ''}"response":${JSON.stringify(response)}}`;
}

/** `Patient?identifier=…` inside a transaction: exactly one match each. */
async function conditionalTargets(
  call: FhirCall,
  references: readonly { reference: string; type: string; query: string }[],
): Promise<Map<string, string>> {
  const resolved = new Map<string, string>();
  for (const { reference, type, query } of references) {
    const { matches } = await findRecords(call, type, new URLSearchParams(`${query}&_count=2`));
    if (matches.length !== 1 || !matches[0])
      throw refuse(
        412,
        'conditional-reference',
        {
          vi: `${reference} tìm thấy ${matches.length} bản ghi, phải đúng một`,
          en: `${reference} finds ${matches.length} records; it must be exactly one`,
        },
        { field: reference },
      );
    resolved.set(reference, `${type}/${matches[0].id}`);
  }
  return resolved;
}

/** What an entry will write; its id goes into `resolved` for the others that refer to it. */
async function prepare(call: FhirCall, entry: PlannedEntry, resolved: Map<string, string>): Promise<Planned> {
  const { target, resource } = entry;
  const know = (type: string, id: string): void => {
    if (entry.fullUrl !== null) resolved.set(entry.fullUrl, `${type}/${id}`);
  };
  if (entry.method === 'POST' && target.kind === 'type') {
    if (entry.ifNoneExist !== null) {
      const { matches } = await findRecords(call, target.type, new URLSearchParams(`${entry.ifNoneExist}&_count=2`));
      if (matches.length > 1)
        throw refuse(
          412,
          'several-matches',
          { vi: 'Nhiều bản ghi thoả ifNoneExist', en: 'Several records fit ifNoneExist' },
          { field: `Bundle.entry[${entry.index}]` },
        );
      if (matches[0]) {
        know(target.type, matches[0].id);
        return { entry, found: matches[0] };
      }
    }
    const id = call.doors.engine.ids();
    know(target.type, id);
    return { entry, write: { op: 'create', resource: { ...resource, id }, id } };
  }
  if (entry.method === 'PUT' && target.kind === 'instance') {
    know(target.type, target.id);
    const ifVersion = versionOf(entry.ifMatch ?? undefined);
    return {
      entry,
      write: { op: 'put', resource: { ...resource, id: target.id }, ...(ifVersion === undefined ? {} : { ifVersion }) },
    };
  }
  if (entry.method === 'PUT' && target.kind === 'conditional') {
    const { matches } = await findRecords(call, target.type, new URLSearchParams(`${target.query}&_count=2`));
    if (matches.length > 1)
      throw refuse(
        412,
        'several-matches',
        { vi: 'Nhiều bản ghi thoả điều kiện', en: 'Several records fit the condition' },
        { field: `Bundle.entry[${entry.index}]` },
      );
    const id = matches[0]?.id ?? call.doors.engine.ids();
    know(target.type, id);
    return { entry, write: { op: 'put', resource: { ...resource, id } } };
  }
  if (entry.method === 'PATCH' && target.kind === 'instance')
    return { entry, write: await patched(call, target.type, target.id, entry) };
  if (entry.method === 'DELETE' && target.kind === 'instance')
    return { entry, write: { op: 'delete', type: target.type, id: target.id } };
  throw refuse(
    400,
    'not-supported',
    { vi: `Không phục vụ ${entry.method} ${entry.url}`, en: `${entry.method} ${entry.url} is not served` },
    { field: `Bundle.entry[${entry.index}].request` },
  );
}

async function patched(call: FhirCall, type: string, id: string, entry: PlannedEntry): Promise<Write> {
  const record = await readRecord(call.doors.engine.database.tenant(call.actor.tenant), type, id);
  if (!record || record.deleted) throw notFound(type, id);
  const data =
    entry.resource?.resourceType === 'Binary' && typeof entry.resource.data === 'string' ? entry.resource.data : '';
  const operations = parsePatch(JSON.parse(Buffer.from(data, 'base64').toString('utf8') || 'null'));
  if (!operations.ok) throw new Problem(400, operations.error);
  const result = applyPatch(record.resource, operations.value);
  if (!result.ok) throw new Problem(422, result.error);
  return { op: 'put', resource: result.value, ifVersion: record.version };
}

async function readEntry(call: FhirCall, entry: PlannedEntry): Promise<string> {
  const { target } = entry;
  if (target.kind === 'instance') {
    call.doors.engine.policy.requireRecord(call.actor, 'read', target.type);
    const [record] = await readRecords(call.doors.engine.database.tenant(call.actor.tenant), [target]);
    if (!record) throw notFound(target.type, target.id);
    if (record.deleted) throw gone(target.type, target.id);
    return entryAnswer('200 OK', call, record, record.text ?? undefined);
  }
  if (target.kind === 'search' && target.type !== null && target.compartment === null) {
    const params = new URLSearchParams(target.query);
    const found = await findRecords(call, target.type, params);
    return entryAnswer('200 OK', call, undefined, searchBundle(call.baseUrl, target.type, params, found));
  }
  throw refuse(
    400,
    'not-supported',
    { vi: `Không phục vụ GET ${entry.url} trong Bundle`, en: `GET ${entry.url} is not served in a Bundle` },
    { field: `Bundle.entry[${entry.index}].request` },
  );
}

/** One entry of a batch: its own command, its own outcome. */
async function alone(call: FhirCall, entry: PlannedEntry): Promise<string> {
  try {
    if (entry.method === 'GET') return await readEntry(call, entry);
    const resolved = new Map<string, string>();
    const { write, found } = await prepare(call, entry, resolved);
    if (!write) return entryAnswer('200 OK', call, found);
    const [done] = await send({ ...call, request: call.request }, [write]);
    return entryAnswer(
      done?.outcome === 'created' ? '201 Created' : done?.outcome === 'updated' ? '200 OK' : '204 No Content',
      call,
      done,
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return JSON.stringify({ response: { status: String(error.status), outcome: toOperationOutcome(error) } });
  }
}
