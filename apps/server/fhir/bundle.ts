import { Problem, refuse, toOperationOutcome } from '@mach/base/problem.ts';
import { type PlannedEntry, planBundle, resolveReferences } from '@mach/fhir/bundle.ts';
import { isObject } from '@mach/fhir/json.ts';
import { parseJson } from '@mach/fhir/written-numbers.ts';
import { readRecords, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { readEntry } from './bundle-read.ts';
import { asFound, inTurn, matchOne, retried } from './conditions.ts';
import { type Done, etag, FHIR_JSON, type FhirCall, preferOf, send, versionOf } from './exchange.ts';
import { conditionalPut, currentRecord, patchedWrite, withId } from './instance.ts';
import type { Write } from './write.ts';

const MAX_ENTRIES = 1_000;
/** Entries of a batch that are at work at the same time. */
const AT_ONCE = 4;

interface Planned {
  entry: PlannedEntry;
  write?: Write;
  /** Answered without a write: a conditional create that found its record, or a delete that found none. */
  found?: StoredRecord;
}

/** `POST /fhir` with a transaction or a batch. */
export async function bundle(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
  const { type, answers } = await runBundle(call, call.request.body);
  return reply
    .type(FHIR_JSON)
    .send(`{"resourceType":"Bundle","type":"${type}-response","entry":[${answers.join(',')}]}`);
}

/**
 * Does what a transaction or a batch asks for.
 * @returns the entries of the answer, as text, in the order of those asked
 * @throws Problem, upon which nothing of a transaction is written
 */
export async function runBundle(
  call: FhirCall,
  body: unknown,
): Promise<{ type: 'transaction' | 'batch'; answers: string[] }> {
  const plan = planBundle(body, { baseUrl: call.baseUrl, maxEntries: MAX_ENTRIES });
  if (!plan.ok) throw new Problem(400, plan.error);
  const answers = new Array<string>(plan.value.entries.length).fill('{}');
  for (const [index, issues] of plan.value.faults) answers[index] = refusal(new Problem(400, [...issues]));
  if (plan.value.type === 'batch') await runBatch(call, plan.value.order, answers);
  else {
    const { order, conditionalReferences } = plan.value;
    const attempt = async (): Promise<void> => {
      const resolved = await conditionalTargets(call, conditionalReferences);
      await runTransaction(call, order, resolved, answers);
    };
    const conditions = order.flatMap((entry) => conditionOf(entry) ?? []);
    const whole = (): Promise<void> => retried(order.some(isGuarded), attempt);
    await (conditions.length > 0 ? inTurn(call, conditions, whole) : whole());
  }
  return { type: plan.value.type, answers };
}

/** Entries that are answered rather than written; operations that write do so at their own door, in a batch only. */
const isRead = (entry: PlannedEntry): boolean =>
  entry.method === 'GET' ||
  entry.method === 'HEAD' ||
  entry.target.kind === 'search' ||
  entry.target.kind === 'operation';

/** Under which condition an entry writes. */
function conditionOf({ target, ifNoneExist }: PlannedEntry): { type: string; condition: string } | undefined {
  if (target.kind === 'conditional') return { type: target.type, condition: target.query };
  return target.kind === 'type' && ifNoneExist !== null ? { type: target.type, condition: ifNoneExist } : undefined;
}

const isGuarded = (entry: PlannedEntry): boolean => entry.ifMatch !== null;

/** All or nothing: one command, and the reads after it. */
async function runTransaction(
  call: FhirCall,
  order: readonly PlannedEntry[],
  resolved: Map<string, string>,
  answers: string[],
): Promise<void> {
  const planned: Planned[] = [];
  for (const { method, target, index } of order)
    if (target.kind === 'operation' && method !== 'GET')
      throw refuse(
        400,
        'not-supported',
        { vi: 'Giao dịch không chứa thao tác POST', en: 'A transaction holds no operations by POST' },
        { field: `Bundle.entry[${index}].request` },
      );
  for (const entry of order) if (!isRead(entry)) planned.push(await prepare(call, entry, resolved));
  // Ids are known before anything is written, so references between entries can be set in one go.
  const writes = planned.flatMap(({ entry, write }): Write[] => {
    if (!write) return [];
    if (write.op === 'delete' || !isObject(write.resource)) return [write];
    return [{ ...write, resource: resolveReferences({ ...entry, resource: write.resource }, resolved) }];
  });
  refuseTwice(writes);
  const written = writes.length > 0 ? await send(call, writes) : [];
  let next = 0;
  const done = planned.map(({ entry, write, found }) => ({ entry, found, done: write ? written[next++] : undefined }));
  const texts = await representations(
    call,
    done.flatMap((d) => d.done ?? []),
  );
  for (const d of done) answers[d.entry.index] = writeAnswer(call, d.done, d.found, texts);
  for (const entry of order) if (isRead(entry)) answers[entry.index] = await readEntry(call, entry);
}

/** Conditions may lead two entries to the same record, which no transaction may change twice. */
function refuseTwice(writes: readonly Write[]): void {
  const seen = new Set<string>();
  for (const write of writes) {
    const resource = write.op !== 'delete' && isObject(write.resource) ? write.resource : {};
    const [type, id] = write.op === 'delete' ? [write.type, write.id] : [resource.resourceType, resource.id];
    const slot = `${String(type)}/${String(id)}`;
    if (id !== undefined && seen.has(slot))
      throw refuse(
        400,
        'changed-twice',
        { vi: `${slot} bị thay đổi hai lần`, en: `${slot} is changed twice` },
        { field: 'Bundle.entry' },
      );
    seen.add(slot);
  }
}

/** The stored bytes of what was written, where the caller wants them back. */
async function representations(call: FhirCall, done: readonly Done[]): Promise<ReadonlyMap<string, StoredRecord>> {
  if (preferOf(call.request) !== 'representation') return new Map();
  const alive = done.filter((d) => d.outcome === 'created' || d.outcome === 'updated');
  const unknown = alive.filter((d) => !d.stored);
  const records = await readRecords(call.doors.engine.database.tenant(call.actor.tenant), unknown);
  return new Map([...alive.flatMap((d) => d.stored ?? []), ...records].map((r) => [`${r.type}/${r.id}`, r]));
}

const STATUS: Readonly<Record<Done['outcome'], string>> = {
  created: '201 Created',
  updated: '200 OK',
  deleted: '204 No Content',
  unchanged: '204 No Content',
};

function writeAnswer(
  call: FhirCall,
  done: Done | undefined,
  found: StoredRecord | undefined,
  texts: ReadonlyMap<string, StoredRecord>,
): string {
  if (!done) return entryAnswer(call, found ? '200 OK' : '204 No Content', found);
  const stored = texts.get(`${done.type}/${done.id}`);
  return entryAnswer(call, STATUS[done.outcome], stored?.version === done.version ? stored : done, stored?.text);
}

function entryAnswer(
  call: FhirCall,
  status: string,
  record?: { type: string; id: string; version: number; updated?: string },
  resource?: string | null,
): string {
  const response = {
    status,
    ...(record && record.version > 0
      ? {
          location: `${call.baseUrl}/${record.type}/${record.id}/_history/${record.version}`,
          etag: etag(record.version),
          ...(record.updated === undefined ? {} : { lastModified: record.updated }),
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
    const match = await matchOne(call, type, query, reference);
    if (!match)
      throw refuse(
        412,
        'conditional-reference',
        { vi: `${reference} không tìm thấy bản ghi nào`, en: `${reference} finds no record` },
        { field: reference },
      );
    resolved.set(reference, `${type}/${match.id}`);
  }
  return resolved;
}

/** What an entry will write; its id goes into `resolved` for the others that refer to it. */
async function prepare(call: FhirCall, entry: PlannedEntry, resolved: Map<string, string>): Promise<Planned> {
  const { target, resource, method } = entry;
  const field = `Bundle.entry[${entry.index}]`;
  const know = (type: string, id: string): void => {
    if (entry.fullUrl !== null) resolved.set(entry.fullUrl, `${type}/${id}`);
  };
  const ifVersion = versionOf(entry.ifMatch ?? undefined);
  const guard = ifVersion === undefined ? {} : { ifVersion };
  if (method === 'POST' && target.kind === 'type') {
    if (entry.ifNoneExist !== null) {
      const match = await matchOne(call, target.type, entry.ifNoneExist, field);
      if (match) {
        know(target.type, match.id);
        return { entry, found: match };
      }
    }
    const id = call.doors.engine.ids();
    know(target.type, id);
    return { entry, write: { op: 'create', resource: withId(resource ?? {}, id), id } };
  }
  if (method === 'PUT' && target.kind === 'instance') {
    know(target.type, target.id);
    return { entry, write: { op: 'put', resource: withId(resource ?? {}, target.id), ...guard } };
  }
  if (method === 'PUT' && target.kind === 'conditional') {
    const match = await matchOne(call, target.type, target.query, field);
    const write = conditionalPut(match, resource ?? {}, ifVersion, call.doors.engine.ids);
    const id = match?.id ?? (write.op === 'create' ? write.id : String(resource?.id));
    know(target.type, id ?? '');
    // References between entries need the id in the resource.
    return { entry, write: write.op === 'create' ? { ...write, resource: withId(resource ?? {}, id ?? '') } : write };
  }
  if (method === 'PATCH' && (target.kind === 'instance' || target.kind === 'conditional')) {
    const match = target.kind === 'instance' ? undefined : await matchOne(call, target.type, target.query, field);
    const id = target.kind === 'instance' ? target.id : match?.id;
    if (id === undefined)
      throw refuse(
        404,
        'not-found',
        { vi: 'Không có bản ghi thoả điều kiện', en: 'No record fits the condition' },
        { field },
      );
    call.doors.engine.policy.requireRecord(call.actor, 'update', target.type);
    const current = await currentRecord(call, target.type, id, 'update');
    const record = match ? asFound(match, current) : current;
    know(target.type, id);
    return { entry, write: patchedWrite(record, patchBody(entry), ifVersion) };
  }
  if (method === 'DELETE' && target.kind === 'instance')
    return { entry, write: { op: 'delete', type: target.type, id: target.id, ...guard } };
  if (method === 'DELETE' && target.kind === 'conditional') {
    const match = await matchOne(call, target.type, target.query, field);
    return match
      ? { entry, write: { op: 'delete', type: target.type, id: match.id, ifVersion: ifVersion ?? match.version } }
      : { entry };
  }
  throw refuse(
    400,
    'not-supported',
    {
      vi: `Không phục vụ ${method} ${entry.url}`.slice(0, 200),
      en: `${method} ${entry.url} is not served`.slice(0, 200),
    },
    { field: `${field}.request` },
  );
}

/** A JSON Patch travels in a Binary, a FHIRPath Patch as the Parameters that it is. @throws Problem 400 */
function patchBody(entry: PlannedEntry): unknown {
  const { resource } = entry;
  if (resource?.resourceType !== 'Binary') return resource;
  try {
    return parseJson(Buffer.from(String(resource.data ?? ''), 'base64').toString('utf8'));
  } catch {
    throw refuse(
      400,
      'invalid-json',
      { vi: 'Binary không chứa JSON Patch', en: 'The Binary holds no JSON Patch' },
      { field: `Bundle.entry[${entry.index}].resource.data` },
    );
  }
}

/**
 * Each entry for itself. Creates and updates without conditions are tried together first: when all of them succeed, the
 * outcome is that of each alone, in one command instead of many.
 */
async function runBatch(call: FhirCall, order: readonly PlannedEntry[], answers: string[]): Promise<void> {
  const plain = order.filter(isPlain);
  const together = plain.length > 1 && (await tryTogether(call, plain, answers)) ? new Set(plain) : new Set();
  const rest = order.filter((entry) => !together.has(entry));
  // Entries that write one after the other in the order given, so that the answers do not depend on chance.
  const queue = rest.values();
  const worker = async (): Promise<void> => {
    for (const entry of queue) answers[entry.index] = await alone(call, entry);
  };
  const readsOnly = rest.every((entry) => isRead(entry) && entry.target.kind !== 'operation');
  await Promise.all(Array.from({ length: readsOnly ? AT_ONCE : 1 }, worker));
}

const isPlain = (entry: PlannedEntry): boolean =>
  (entry.method === 'POST' && entry.target.kind === 'type' && entry.ifNoneExist === null) ||
  (entry.method === 'PUT' && entry.target.kind === 'instance' && entry.ifMatch === null);

async function tryTogether(call: FhirCall, entries: readonly PlannedEntry[], answers: string[]): Promise<boolean> {
  try {
    const planned = [];
    for (const entry of entries) planned.push(await prepare(call, entry, new Map()));
    const writes = planned.flatMap((p) => p.write ?? []);
    refuseTwice(writes);
    const written = await send(call, writes, '/all');
    const texts = await representations(call, written);
    entries.forEach((entry, i) => {
      answers[entry.index] = writeAnswer(call, written[i], undefined, texts);
    });
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** One entry of a batch: its own command, its own outcome. */
async function alone(call: FhirCall, entry: PlannedEntry): Promise<string> {
  try {
    if (isRead(entry)) return await readEntry(call, entry);
    const write = async (): Promise<string> => {
      const { write: one, found } = await prepare(call, entry, new Map());
      const [done] = one ? await send(call, [one], `/${entry.index}`) : [];
      return writeAnswer(call, done, found, await representations(call, done ? [done] : []));
    };
    const condition = conditionOf(entry);
    const attempt = (): Promise<string> => retried(isGuarded(entry), write);
    return await (condition ? inTurn(call, [condition], attempt) : attempt());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return refusal(error);
  }
}

const refusal = (problem: Problem): string =>
  JSON.stringify({ response: { status: String(problem.status), outcome: toOperationOutcome(problem) } });
