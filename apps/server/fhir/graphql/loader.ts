import { refuse } from '@mach/base/problem.ts';
import { compilePath } from '@mach/fhir/fhirpath/evaluate.ts';
import { typedItem } from '@mach/fhir/fhirpath/values.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import { isResourceType, parseReference, readRecords, type StoredRecord } from '@mach/store';
import { originOf } from '../../http/auth.ts';
import { type FhirCall, notFound } from '../exchange.ts';
import { type FoundRecords, findRecords } from '../search.ts';
import { mayRead } from '../subscriptions/reading.ts';
import { tooCostly } from './document.ts';

/** Searches of one query, and records that it may look at. */
const MAX_SEARCHES = 30;
const MAX_RECORDS = 2_000;
/** The whole of it, ms: what is begun later is refused. */
const PATIENCE = 10_000;
const PAGE = 50;

type Given = Readonly<Record<string, unknown>>;
type Wish = { resolve(record: StoredRecord | undefined): void; reject(error: unknown): void };

/** Reads for one query: what is asked in the same turn goes out together, and each record once. */
export class Loader {
  private readonly call: FhirCall;
  private readonly until = Date.now() + PATIENCE;
  private readonly known = new Map<string, Promise<StoredRecord | undefined>>();
  private readonly seen = new Set<string>();
  private readonly containers = new WeakMap<object, JsonObject>();
  private waiting = new Map<string, Wish & { type: string; id: string }>();
  private searches = 0;
  private patients = new Set<string | null>();

  constructor(call: FhirCall) {
    this.call = call;
  }

  /** A record that the query names. @throws Problem 403, 404, 422 */
  async read(type: string, id: string): Promise<JsonObject> {
    this.call.doors.engine.policy.requireRecord(this.call.actor, 'read', type);
    const record = await this.load(type, id);
    if (!record) throw notFound(type, id);
    return this.opened(record);
  }

  /** Where a reference leads; null where it leads nowhere and that is allowed. @throws Problem 403, 404, 422 */
  async follow(reference: JsonObject, given: Given): Promise<JsonObject | null> {
    const text = typeof reference.reference === 'string' ? reference.reference : '';
    const inner = text.startsWith('#') ? this.contained(reference, text.slice(1)) : undefined;
    if (inner) return inner;
    const target = parseReference(text);
    if (target && isResourceType(target.type)) {
      if (given.type !== undefined && given.type !== target.type) return null;
      const { policy } = this.call.doors.engine;
      const isOpen = policy.record(this.call.actor, 'read', target.type) !== 'denied';
      const record = isOpen ? await this.load(target.type, target.id) : undefined;
      if (record) return this.opened(record);
    }
    if (given.optional === true) return null;
    throw notFound(target?.type ?? 'Reference', target?.id ?? text.slice(0, 200));
  }

  private load(type: string, id: string): Promise<StoredRecord | undefined> {
    const slot = `${type}/${id}`;
    const known = this.known.get(slot);
    if (known) return known;
    this.spend(1);
    const asked = new Promise<StoredRecord | undefined>((resolve, reject) => {
      // After the resolvers of this turn have all asked.
      if (this.waiting.size === 0) setImmediate(() => void this.fetch());
      this.waiting.set(slot, { type, id, resolve, reject });
    });
    this.known.set(slot, asked);
    return asked;
  }

  private async fetch(): Promise<void> {
    const asked = this.waiting;
    this.waiting = new Map();
    const { engine } = this.call.doors;
    try {
      this.inTime();
      const records = await readRecords(engine.database.tenant(this.call.actor.tenant), [...asked.values()]);
      const found = new Map(records.map((record) => [`${record.type}/${record.id}`, record]));
      for (const [slot, { resolve }] of asked) {
        const record = found.get(slot);
        resolve(record && !record.deleted && mayRead(engine, this.call.actor, record) ? record : undefined);
      }
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
  }

  /** A search under the same policy, limits and audit as any. @throws Problem 400, 403, 422 */
  async search(type: string, given: Given, within: JsonObject | null): Promise<FoundRecords & { matches: never[] }> {
    const found = await this.find(type, given, within, {});
    return { ...found, matches: found.matches.map((record) => this.opened(record)) as never[] };
  }

  async connection(type: string, given: Given, within: JsonObject | null): Promise<JsonObject> {
    const cursor: Record<string, string> = typeof given._cursor === 'string' ? { _after: given._cursor } : {};
    const found = await this.find(type, given, within, { _total: 'accurate', ...cursor });
    return {
      count: found.total ?? null,
      pageSize: found.query?.count ?? PAGE,
      next: found.next ?? null,
      edges: found.matches.map((record) => ({ mode: 'match', resource: this.opened(record) })),
    };
  }

  private async find(
    type: string,
    given: Given,
    within: JsonObject | null,
    more: Record<string, string>,
  ): Promise<FoundRecords> {
    if (++this.searches > MAX_SEARCHES)
      throw tooCostly(`hơn ${MAX_SEARCHES} lần tìm`, `more than ${MAX_SEARCHES} searches`);
    this.inTime();
    const params = new URLSearchParams();
    for (const [name, values] of Object.entries(given)) {
      if (name === '_cursor' || name === '_reference' || values === null || values === undefined) continue;
      const code = name.startsWith('_') ? name : name.replaceAll('_', '-');
      for (const value of Array.isArray(values) ? values : [values]) params.append(code, String(value));
    }
    if (within) params.append(String(given._reference), `${String(within.resourceType)}/${String(within.id)}`);
    for (const [name, value] of Object.entries(more)) params.set(name, value);
    const found = await findRecords(this.call, type, params, { strict: true });
    this.spend(found.matches.length);
    return found;
  }

  private inTime(): void {
    if (Date.now() > this.until)
      throw tooCostly(`quá ${PATIENCE / 1_000} giây`, `it took more than ${PATIENCE / 1_000} seconds`);
  }

  private records = 0;
  private spend(count: number): void {
    this.records += count;
    if (this.records > MAX_RECORDS)
      throw tooCostly(`hơn ${MAX_RECORDS} bản ghi`, `it looks at more than ${MAX_RECORDS} records`);
  }

  /** A record on its way out. What it contains is remembered, for references into it. */
  opened(record: StoredRecord): JsonObject {
    const resource = record.resource as unknown as JsonObject;
    this.seen.add(`${record.type}/${record.id}`);
    this.patients.add(record.patient);
    if (Array.isArray(resource.contained)) this.remember(resource, resource);
    return resource;
  }

  private remember(value: unknown, container: JsonObject): void {
    if (Array.isArray(value)) for (const item of value) this.remember(item, container);
    else if (isObject(value)) {
      if (typeof value.reference === 'string' && value.reference.startsWith('#')) this.containers.set(value, container);
      for (const item of Object.values(value)) this.remember(item, container);
    }
  }

  private contained(reference: JsonObject, id: string): JsonObject | undefined {
    const container = this.containers.get(reference);
    const list = container && Array.isArray(container.contained) ? container.contained : [];
    return list.find((r): r is JsonObject => isObject(r) && r.id === id);
  }

  /** One entry for the whole query: whose records were read. */
  async audit(query: string): Promise<void> {
    const { engine } = this.call.doors;
    const [patient] = this.patients;
    await engine.audits.read(this.call.actor, 'graphql', engine.clock.now().toISOString(), {
      origin: originOf(this.call.request),
      patient: this.patients.size === 1 ? patient : undefined,
      entities: [...this.seen].slice(0, 100),
      detail: { query: query.slice(0, 500), records: this.seen.size },
    });
  }
}

/** Steps of one FHIRPath on one item. */
const BUDGET = 10_000;

/** The items of a list that its arguments choose: `name(use: official)`, `telecom(fhirpath: "system = 'phone'")`. */
export function filterList(value: unknown, type: string, given: Given): unknown {
  if (!Array.isArray(value)) return value;
  const { fhirpath, _offset, _count, ...wanted } = given;
  let list: unknown[] = value;
  for (const [name, text] of Object.entries(wanted))
    list = list.filter((item) => isObject(item) && item[name] !== undefined && String(item[name]) === String(text));
  if (typeof fhirpath === 'string') list = list.filter((item) => holds(fhirpath, item, type));
  const from = typeof _offset === 'number' ? _offset : 0;
  return list.slice(from, typeof _count === 'number' ? from + _count : undefined);
}

/** @throws Problem 400 for an expression that cannot be read, or not for this item */
function holds(expression: string, item: unknown, type: string): boolean {
  try {
    return compilePath(expression).evaluate(typedItem(item, type), { budget: BUDGET })[0]?.value === true;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw refuse(400, 'fhirpath', { vi: `FHIRPath: ${said}`, en: `FHIRPath: ${said}` });
  }
}
