import { scopesReachRecord } from '@mach/engine';
import { isResourceType } from '@mach/fhir/definitions.ts';
import { valuesOf } from '@mach/fhir/search/match.ts';
import { compartmentParams, searchParam } from '@mach/fhir/search-definitions.ts';
import { lookUpAll, readRecord, recordsAround, type StoredRecord, typesPresent } from '@mach/store';
import { type FhirCall, gone, notFound } from '../exchange.ts';

/** What a record refers to that is part of understanding it, and belongs to no single patient. */
export const SUPPORTING: ReadonlySet<string> = new Set([
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
  'HealthcareService',
  'Medication',
  'Substance',
  'Device',
  'Specimen',
  'Endpoint',
]);
/** Rounds of supporting records: a role leads to its organization, that to the one above it. */
const ROUNDS = 3;

export interface Compartment {
  readonly focus: StoredRecord;
  /** The records of the compartment, the focus first, then by type and id. */
  readonly records: StoredRecord[];
}

/** Types that a facility was seen to have records of: one too many costs a look, one too few is found at once. */
const present = new Map<number, Set<string>>();

const byCompartment = new Map<string, readonly { type: string; param: string }[]>();

function paramsOf(compartment: string, types: readonly string[]): readonly { type: string; param: string }[] {
  const known = byCompartment.get(compartment);
  if (known) return known;
  const all = types.flatMap((type) =>
    compartmentParams(compartment, type).map((code) => ({ type, param: `${type}.${code}` })),
  );
  byCompartment.set(compartment, all);
  return all;
}

/**
 * A patient's or an encounter's record with everything that refers to it as the compartment says, as far as the caller
 * may read it.
 * @throws Problem 403, 404, 410
 */
export async function readCompartment(
  call: FhirCall,
  compartment: 'Patient' | 'Encounter',
  id: string,
  types: readonly string[],
): Promise<Compartment> {
  const { engine } = call.doors;
  engine.policy.requireRecord(call.actor, 'read', compartment);
  const open = new Map<string, boolean>();
  const mayRead = (type: string): boolean => {
    const known = open.get(type) ?? engine.policy.record(call.actor, 'search', type) !== 'denied';
    open.set(type, known);
    return known;
  };
  const params = paramsOf(compartment, types).filter(({ type }) => mayRead(type));
  const { tenant } = call.actor;
  const [focus, around] = await engine.database.conversing(tenant, async (on) => {
    const known = present.get(tenant) ?? new Set();
    present.set(tenant, known);
    const near = (of: ReadonlySet<string>): Promise<StoredRecord[]> =>
      recordsAround(
        on,
        params.flatMap(({ type, param }) => (of.has(type) ? [param] : [])),
        id,
      );
    const absent = [...new Set(params.map(({ type }) => type))].filter((type) => !known.has(type));
    // The three travel together. The types last: what was written before the records were read is told.
    const [own, found, appeared] = await Promise.all([
      readRecord(on, compartment, id),
      near(known),
      absent.length > 0 ? typesPresent(on, absent) : [],
    ]);
    if (appeared.length === 0) return [own, found] as const;
    for (const type of appeared) known.add(type);
    return [own, [...found, ...(await near(new Set(appeared)))]] as const;
  });
  if (!focus || !scopesReachRecord(call.actor, focus)) throw notFound(compartment, id);
  if (focus.deleted) throw gone(compartment, id);
  // The key of the index is the id alone: a Group may have the id of a Patient.
  const found = around.filter(
    (record) =>
      mayRead(record.type) &&
      !(record.type === compartment && record.id === id) &&
      scopesReachRecord(call.actor, record, 'search') &&
      refersTo(record, compartment, id),
  );
  return { focus, records: [focus, ...found.sort(byTypeAndId)] };
}

function refersTo(record: StoredRecord, type: string, id: string): boolean {
  // Nearly always it stands there in one piece.
  if (record.text?.includes(`"reference":"${type}/${id}"`)) return true;
  return referencesOf(record).some((target) => target.type === type && target.id === id);
}

/** Found once a record: asked for when it is taken into a compartment, and again for what it names. */
const knownReferences = new WeakMap<StoredRecord, { type: string; id: string }[]>();

/** Local references of a record, each once. */
export function referencesOf(record: StoredRecord): { type: string; id: string }[] {
  const known = knownReferences.get(record) ?? findReferences(record);
  knownReferences.set(record, known);
  return known;
}

/**
 * `Reference.reference` as it stands in the stored text, which the store writes itself (`JSON.stringify`): a quote inside
 * a text is escaped there, and no other element of R4 named `reference` holds text. Parsing would cost ten times as much.
 */
const MARK = '"reference":"';
const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

function findReferences(record: StoredRecord): { type: string; id: string }[] {
  const found = new Map(freshReferences(record, new Set()).map((one) => [`${one.type}/${one.id}`, one]));
  return [...found.values()];
}

/** Local references of a record as they are written, but those that were `read` before. */
function freshReferences(record: StoredRecord, read: Set<string>): { type: string; id: string }[] {
  const text = record.text ?? '';
  const found: { type: string; id: string }[] = [];
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at)) {
    at += MARK.length;
    const reference = text.slice(at, text.indexOf('"', at));
    if (read.has(reference)) continue;
    read.add(reference);
    const [, type = '', id = ''] = LOCAL.exec(reference) ?? [];
    if (isResourceType(type)) found.push({ type, id });
  }
  return found;
}

function byTypeAndId(a: StoredRecord, b: StoredRecord): number {
  return a.type === b.type ? (a.id < b.id ? -1 : 1) : a.type < b.type ? -1 : 1;
}

/** Records that `from` refer to, round by round, of the types given; never one of `from`. */
export async function supporting(
  call: FhirCall,
  from: readonly StoredRecord[],
  types: ReadonlySet<string> = SUPPORTING,
  rounds = ROUNDS,
): Promise<StoredRecord[]> {
  const { engine } = call.doors;
  const seen = new Set(from.map((r) => `${r.type}/${r.id}`));
  // Forty records of a person name a handful of others: each name is looked at once.
  const read = new Set<string>();
  const out: StoredRecord[] = [];
  let round: readonly StoredRecord[] = from;
  for (let i = 0; i < rounds && round.length > 0; i++) {
    const keys = new Map<string, { type: string; id: string }>();
    for (const record of round)
      for (const target of freshReferences(record, read)) {
        const slot = `${target.type}/${target.id}`;
        if (seen.has(slot) || !types.has(target.type)) continue;
        if (engine.policy.record(call.actor, 'read', target.type) === 'denied') continue;
        seen.add(slot);
        keys.set(slot, target);
      }
    const found = await lookUpAll(engine.database.reading(call.actor.tenant), [...keys.values()]);
    round = found.filter((r) => !r.deleted && scopesReachRecord(call.actor, r)).sort(byTypeAndId);
    out.push(...round);
  }
  return out;
}

/** Parameters that say when care was given, the first that a type has. */
const DATE_PARAMS = [
  'date',
  'clinical-date',
  'effective',
  'authoredon',
  'authored',
  'started',
  'created',
  'onset-date',
  'recorded-date',
  'whenhandedover',
  'effective-time',
  'period',
];

/** When a record's care was: the span of its date, in milliseconds; undefined where it has none. */
export function careDate(record: StoredRecord): { low: number; high: number } | undefined {
  for (const code of DATE_PARAMS) {
    const param = searchParam(record.type, code);
    if (param?.type !== 'date') continue;
    const values = valuesOf(record.type, param, record.resource).flatMap((v) => (v.kind === 'date' ? [v] : []));
    if (values.length > 0)
      return { low: Math.min(...values.map((v) => v.low)), high: Math.max(...values.map((v) => v.high)) };
  }
  return undefined;
}
