import { type AuditEntry, auditStatement } from './audit.ts';
import { Conversation } from './burst.ts';
import { type Database, type Query, type Queryable, Rollback, sqlState } from './database.ts';
import { Conflict, DuplicateKey, LedgerFloor } from './faults.ts';
import { searchKey } from './keys.ts';
import { type Balance, type Movement, postStatements, readBalances } from './ledger.ts';
import { type OutboxMessage, outboxStatement } from './outbox.ts';
import {
  type Lock,
  type RecordWrite,
  readRecord,
  readRecords,
  recordsByToken,
  referringRecords,
  writeStatements,
} from './records.ts';
import type { AnyResource, IdentifiedResource, StoredRecord } from './resource.ts';
import type { RidSource } from './rids.ts';
import { emptyIndex, type IndexChange, indexRows, indexStatements, patientOf } from './search-index.ts';
import type { SourceReader, ViewSet, Written } from './views/maintain.ts';
import { rowStatements } from './views/table.ts';

export interface Event {
  name: string;
  payload: Readonly<Record<string, unknown>>;
}

/** What the command log keeps of the deed that this transaction is. */
export interface CommandEntry {
  key: string;
  name: string;
  version: number;
  bodyHash: Buffer;
  actor: string;
  performedAt: string;
  receivedAt: string;
  device?: string;
  deviceSequence?: number;
  rulePacks: readonly string[];
  overrides?: unknown;
  result: unknown;
}

interface Buffered {
  write: RecordWrite;
  before?: AnyResource;
  resource?: IdentifiedResource;
  index: IndexChange;
}

/**
 * One command's transaction: reads go to the database and see what the command itself has written; writes are
 * gathered and go out together at the end, in one pipelined burst that ends with the commit. Together or not at all.
 */
export class Transaction {
  private readonly buffer = new Map<string, Buffered>();
  private readonly movements: Movement[] = [];
  private readonly messages: OutboxMessage[] = [];
  private readonly events: Event[] = [];
  private readonly audits: AuditEntry[] = [];
  private readonly extra: Query[] = [];
  /** What was read, as last seen, and which of it nobody else can write before this transaction ends. */
  private readonly known = new Map<string, StoredRecord>();
  private readonly held = new Set<string>();
  private readonly client: Queryable;
  private readonly counters: Queryable;
  private readonly rids: RidSource;
  private readonly views: ViewSet;
  /** Instant that every record of this transaction is stamped with. */
  readonly now: string;

  constructor(client: Queryable, counters: Queryable, rids: RidSource, views: ViewSet, now: string) {
    this.client = client;
    this.counters = counters;
    this.rids = rids;
    this.views = views;
    this.now = now;
  }

  /** The record as this command sees it; undefined when there is none or it was deleted. */
  async read<T extends AnyResource>(
    type: T['resourceType'],
    id: string,
    lock = false,
  ): Promise<StoredRecord<T> | undefined> {
    const own = this.buffer.get(`${type}/${id}`);
    if (own) return own.write.deleted ? undefined : (stored(own) as StoredRecord<T>);
    const record = await this.fetch(type, id, lock);
    return record && !record.deleted ? (record as StoredRecord<T>) : undefined;
  }

  /** The row whatever its state, deleted too. */
  async readAny(type: string, id: string, lock = false): Promise<StoredRecord | undefined> {
    const own = this.buffer.get(`${type}/${id}`);
    return own ? stored(own) : this.fetch(type, id, lock);
  }

  private async fetch(type: string, id: string, lock: boolean): Promise<StoredRecord | undefined> {
    const slot = `${type}/${id}`;
    if (this.held.has(slot)) return this.known.get(slot);
    const record = await readRecord(this.client, type, id, lock);
    if (record) this.keep(record, lock ? 'update' : 'none');
    return record;
  }

  private keep(record: StoredRecord, lock: Lock): void {
    const slot = `${record.type}/${record.id}`;
    if (this.held.has(slot)) return;
    this.known.set(slot, record);
    if (lock === 'update') this.held.add(slot);
  }

  /** Records that point here or carry this code, by search parameter: `('ServiceRequest.encounter', id)`. */
  async referring<T extends AnyResource>(param: string, value: string): Promise<StoredRecord<T>[]> {
    const found = await referringRecords(this.client, [{ param, value }]);
    return this.overlay(
      found.map((f) => f.record),
      searchKey(param, value),
    ) as StoredRecord<T>[];
  }

  async byToken<T extends AnyResource>(param: string, system: string, code: string): Promise<StoredRecord<T>[]> {
    return this.overlay(
      await recordsByToken(this.client, param, system, code),
      searchKey(param, code),
    ) as StoredRecord<T>[];
  }

  private overlay(found: StoredRecord[], key: string): StoredRecord[] {
    const kept = found.filter((record) => !this.buffer.has(`${record.type}/${record.id}`));
    for (const record of kept) this.keep(record, 'none');
    for (const own of this.buffer.values()) if (own.index.after.byKey.has(key)) kept.push(stored(own));
    return kept;
  }

  balances(ledger: string, prefix: string, lock = false): Promise<Balance[]> {
    return readBalances(this.client, ledger, prefix, lock);
  }

  /** A row of SQL that is not about records: the escape for counters and the engine's own tables. */
  query<R extends Record<string, unknown>>(query: Query): Promise<{ rows: R[] }> {
    return this.client.query<R>(query);
  }

  /**
   * The next number of a counter: never the same twice, gaps possible. It is taken outside this transaction, so that
   * commands which share a counter do not wait for each other's end.
   */
  async next(counter: string): Promise<number> {
    const { rows } = await this.counters.query<{ value: string }>({
      name: 'counter_next',
      text: `insert into counter (tenant, name, value) values (mach_tenant(), $1, 1)
             on conflict (tenant, name) do update set value = counter.value + 1 returning value`,
      values: [counter],
    });
    return Number(rows[0]?.value);
  }

  /**
   * Writes a record. `replaces` is the version that was read (0 for a new one): when another has been written since,
   * the transaction ends with Conflict. Gives the resource back with its id and meta as stored.
   */
  write<T extends AnyResource>(
    resource: IdentifiedResource<T>,
    replaces: StoredRecord | undefined,
    seal = false,
  ): IdentifiedResource<T> {
    const slot = `${resource.resourceType}/${resource.id}`;
    const own = this.buffer.get(slot);
    const base = own ? own.write.replaces : (replaces?.version ?? 0);
    const version = base + 1;
    const after: IdentifiedResource<T> = {
      ...resource,
      meta: { ...resource.meta, versionId: String(version), lastUpdated: this.now },
    };
    const text = JSON.stringify(after);
    const rid = own?.write.rid ?? replaces?.rid ?? this.rids.next();
    const before = own ? own.before : replaces && !replaces.deleted ? replaces.resource : undefined;
    this.buffer.set(slot, {
      before,
      resource: after,
      index: { rid, before: own?.index.before ?? (before ? indexRows(before) : emptyIndex()), after: indexRows(after) },
      write: {
        type: resource.resourceType,
        id: resource.id,
        rid,
        replaces: base,
        version,
        updated: this.now,
        deleted: false,
        sealed: seal || (own?.write.sealed ?? replaces?.sealed ?? false),
        patient: patientOf(after),
        text,
      },
    });
    return after;
  }

  /** Deletes a record: a new version without content. */
  remove(record: StoredRecord): void {
    this.buffer.set(`${record.type}/${record.id}`, {
      before: record.resource,
      index: { rid: record.rid, before: indexRows(record.resource), after: emptyIndex() },
      write: {
        type: record.type,
        id: record.id,
        rid: record.rid,
        replaces: record.version,
        version: record.version + 1,
        updated: this.now,
        deleted: true,
        sealed: record.sealed,
        patient: record.patient,
        text: null,
      },
    });
  }

  post(movements: readonly Movement[]): void {
    this.movements.push(...movements);
  }
  send(message: OutboxMessage): void {
    this.messages.push(message);
  }
  emit(event: Event): void {
    this.events.push(event);
  }
  audit(entry: AuditEntry): void {
    this.audits.push(entry);
  }
  /** A further statement of the engine that belongs to this transaction. */
  also(query: Query): void {
    this.extra.push(query);
  }

  /** The records written so far, for audit and policy. */
  get written(): readonly {
    type: string;
    id: string;
    version: number;
    patient: string | null;
    created: boolean;
    deleted: boolean;
  }[] {
    return [...this.buffer.values()].map(({ write: w }) => ({
      type: w.type,
      id: w.id,
      version: w.version,
      patient: w.patient,
      created: w.replaces === 0,
      deleted: w.deleted,
    }));
  }

  /**
   * Sends everything and commits. `whole`: rows of views are written whole, where a row to be changed was not there.
   * @throws Conflict, DuplicateKey, LedgerFloor, or the database's own fault.
   */
  async commit(entry: CommandEntry, whole = false): Promise<void> {
    const written: Written[] = [...this.buffer.values()].map((b) => ({
      type: b.write.type,
      id: b.write.id,
      before: b.before,
      after: b.resource,
    }));
    const reader = this.sourceReader();
    const found = await this.views.dirty(written, reader);
    for (const view of found.keys()) if (view.kind !== 'live') found.delete(view);
    const rows = await this.views.compute(found, reader, whole);
    const dirty: Record<string, string[]> = {};
    for (const change of rows) {
      const keys = dirty[change.view.name] ?? [];
      dirty[change.view.name] = keys;
      keys.push(change.key);
    }
    const statements: Query[] = [
      commandStatement(entry, this.written, this.events, dirty),
      ...writeStatements([...this.buffer.values()].map((b) => b.write)),
      ...indexStatements([...this.buffer.values()].map((b) => b.index)),
      ...postStatements(this.movements, entry.key),
      ...rowStatements(rows),
      ...this.messages.map(outboxStatement),
      ...this.extra,
      ...(this.audits.length > 0 ? [auditStatement(this.audits)] : []),
      COMMIT,
    ];
    try {
      await Promise.all(statements.map((statement) => this.client.query(statement)));
    } catch (error) {
      throw translate(error);
    }
  }

  private sourceReader(): SourceReader {
    const slotOf = ({ type, id }: { type: string; id: string }): string => `${type}/${id}`;
    return {
      seen: (type, id) => this.buffer.get(`${type}/${id}`)?.resource ?? this.known.get(`${type}/${id}`)?.resource,
      records: async (keys, lock) => {
        const result = new Map<string, AnyResource>();
        const missing = new Map<string, { type: string; id: string }>();
        for (const key of keys) {
          const slot = slotOf(key);
          const own = this.buffer.get(slot);
          const mine = own ? own.resource : this.held.has(slot) ? this.known.get(slot)?.resource : undefined;
          if (mine) result.set(slot, mine);
          // An own update is guarded by its version; as the base of others it is held before they are read.
          if (!this.held.has(slot) && (!own || (lock === 'update' && own.write.replaces > 0))) missing.set(slot, key);
        }
        for (const record of await readRecords(this.client, [...missing.values()], lock)) {
          this.keep(record, lock);
          const slot = slotOf(record);
          if (!record.deleted && !this.buffer.has(slot)) result.set(slot, record.resource);
        }
        return result;
      },
      referring: async (wanted) => {
        const result = new Map<string, AnyResource[]>();
        const push = (param: string, value: string, resource: AnyResource): void => {
          const slot = `${param}=${value}`;
          const list = result.get(slot) ?? [];
          result.set(slot, list);
          list.push(resource);
        };
        const unique = [...new Map(wanted.map((w) => [`${w.param}=${w.value}`, w])).values()];
        for (const { param, value, record } of await referringRecords(this.client, unique))
          if (!this.buffer.has(`${record.type}/${record.id}`)) push(param, value, record.resource);
        for (const { param, value } of unique) {
          const key = searchKey(param, value);
          for (const own of this.buffer.values())
            if (own.resource && own.index.after.byKey.has(key)) push(param, value, own.resource);
        }
        return result;
      },
    };
  }
}

function stored({ write, resource }: Buffered): StoredRecord {
  return {
    type: write.type,
    id: write.id,
    rid: write.rid,
    version: write.version,
    updated: write.updated,
    deleted: write.deleted,
    sealed: write.sealed,
    patient: write.patient,
    text: write.text,
    resource: resource ?? { resourceType: write.type, id: write.id },
  };
}

function commandStatement(
  entry: CommandEntry,
  written: Transaction['written'],
  events: readonly Event[],
  dirty: object,
): Query {
  return {
    name: 'command_write',
    text: `insert into command_log (tenant, key, name, version, body_hash, actor, performed_at, received_at, device,
             device_sequence, rule_packs, overrides, result, records, events, dirty)
           values (mach_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    values: [
      entry.key,
      entry.name,
      entry.version,
      entry.bodyHash,
      entry.actor,
      entry.performedAt,
      entry.receivedAt,
      entry.device ?? null,
      entry.deviceSequence ?? null,
      entry.rulePacks,
      entry.overrides === undefined ? null : JSON.stringify(entry.overrides),
      JSON.stringify(entry.result ?? null),
      JSON.stringify(
        written.map((w) => [w.type, w.id, w.version, w.deleted ? 'delete' : w.created ? 'create' : 'update']),
      ),
      JSON.stringify(events),
      JSON.stringify(dirty),
    ],
  };
}

function translate(error: unknown): unknown {
  const state = sqlState(error);
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : '';
  if (state === 'MV409') return new Conflict(error, error instanceof Error && error.message.includes('view row'));
  if (state === '23505' && constraint === 'record_pkey') return new Conflict(error);
  if (state === '40P01' || state === '40001') return new Conflict(error);
  if (state === '23505' && constraint === 'command_log_pkey') return new DuplicateKey(error);
  if (constraint === 'ledger_floor' || constraint === 'ledger_movement_reverses')
    return new LedgerFloor(error, constraint);
  return error;
}

const BEGIN: Query = { name: 'begin', text: 'begin' };
const COMMIT: Query = { name: 'commit', text: 'commit' };
const RELAXED: Query = { name: 'relaxed', text: 'set local synchronous_commit = off' };

/**
 * Begins, runs `work`, and rolls back if it throws before committing. The beginning travels with the first question.
 * `durable` false: the commit does not wait for the disk.
 */
export async function inTransaction<T>(
  database: Database,
  tenant: number,
  work: (client: Queryable) => Promise<T>,
  durable = true,
): Promise<T> {
  return database.withClient(tenant, async (client) => {
    const conversation = new Conversation(client);
    const begun = [BEGIN, ...(durable ? [] : [RELAXED])].map((query) => conversation.query(query));
    for (const answer of begun) answer.catch(() => undefined);
    try {
      return await work(conversation);
    } catch (error) {
      await conversation.query({ text: 'rollback' });
      throw new Rollback(error);
    }
  });
}
