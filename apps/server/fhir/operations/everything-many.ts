import { Problem } from '@mach/base/problem.ts';
import { parseReference } from '@mach/fhir/references.ts';
import type { FastifyReply } from 'fastify';
import { originOf } from '../../http/auth.ts';
import { FHIR_JSON, type FhirCall } from '../exchange.ts';
import { currentRecord } from '../instance.ts';
import { findRecords } from '../search.ts';
import { bundleText, type Entry, entriesOf, WANTED } from './everything.ts';
import { type OperationParameters, readParameters } from './parameters.ts';

/** Resources of a page, where the caller says nothing. A person's are never torn apart, so it may hold more. */
const COUNT = 1_000;
/** Resources that a person is taken to have, to tell how many people make a page. */
const OF_ONE = 50;

/** Some people, and where those after them begin. */
interface People {
  readonly ids: readonly string[];
  readonly next: string | undefined;
}

/**
 * `Patient/$everything` of all patients that the caller may see, and `Group/[id]/$everything` of a group's: one person
 * after the other by id, each whole, in pages. The total is not counted.
 */
export async function everythingOfMany(call: FhirCall, reply: FastifyReply, group?: string): Promise<FastifyReply> {
  const given = readParameters(call.request, WANTED);
  const count = Math.ceil((given.integer('_count', 1, COUNT) ?? COUNT) / OF_ONE);
  const after = given.text('_after');
  const own = group === undefined ? undefined : await currentRecord(call, 'Group', group);
  const { ids, next } = own ? members(own.resource, after, count) : await patients(call, after, count);
  // What stands around is told once, not with each person.
  const entries = new Map<string, Entry>();
  if (own && after === undefined) entries.set(`Group/${own.id}`, { record: own, mode: 'match' });
  for (const id of ids)
    for (const entry of await ofOne(call, id, given)) {
      const slot = `${entry.record.type}/${entry.record.id}`;
      if (entries.get(slot)?.mode !== 'match') entries.set(slot, entry);
    }
  const { engine } = call.doors;
  const action = `everything ${own ? 'Group' : 'Patient'}`;
  await engine.audits.read(call.actor, action, engine.clock.now().toISOString(), {
    origin: originOf(call.request),
    entities: [...(own ? [`Group/${own.id}`] : []), ...ids.map((id) => `Patient/${id}`)],
    detail: { records: entries.size },
  });
  return reply.type(FHIR_JSON).send(bundleText(call, [...entries.values()], undefined, next));
}

/** The next patients that the caller may find. */
async function patients(call: FhirCall, after: string | undefined, count: number): Promise<People> {
  const params = new URLSearchParams({ _sort: '_id', _count: String(count) });
  if (after !== undefined) params.set('_after', after);
  const { matches, next } = await findRecords(call, 'Patient', params, { strict: true });
  return { ids: matches.map((record) => record.id), next };
}

/** The next active members of a group that are patients here, each once, by id. */
function members(group: object, after: string | undefined, count: number): People {
  const { member = [] } = group as { member?: { entity?: { reference?: string }; inactive?: boolean }[] };
  const all = member.flatMap(({ entity, inactive }) => {
    const target = parseReference(entity?.reference ?? '');
    return target?.kind === 'relative' && target.type === 'Patient' && inactive !== true ? [target.id] : [];
  });
  const rest = [...new Set(all)].sort().filter((id) => after === undefined || id > after);
  const ids = rest.slice(0, count);
  return { ids, next: ids.length < rest.length ? ids.at(-1) : undefined };
}

/** Who was removed meanwhile, or may not be seen, is not in the answer. */
async function ofOne(call: FhirCall, id: string, given: OperationParameters): Promise<readonly Entry[]> {
  try {
    return (await entriesOf(call, 'Patient', id, given)).entries;
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 410)) return [];
    throw error;
  }
}
