import type { AuditEntry } from './audit.ts';
import { Conversation } from './burst.ts';
import type { Counters } from './counters.ts';
import { type Database, type Query, type Queryable, Rollback, sqlState } from './database.ts';
import { Conflict, DuplicateKey, LedgerFloor } from './faults.ts';
import { DatabaseGround, type Ground, overlay, sourceReader } from './ground.ts';
import type { Habits } from './habits.ts';
import { emptyIndex } from './index-rows.ts';
import { keysOf, searchKey } from './keys.ts';
import type { Balance, Movement, PastMovement } from './ledger.ts';
import type { OutboxMessage } from './outbox.ts';
import type { AnyResource, IdentifiedResource, StoredRecord } from './resource.ts';
import type { RidSource, Rids } from './rids.ts';
import { indexRows, patientOf } from './search-index.ts';
import { type Change, type CommandEntry, type Event, storedOf, type Unit, unitStatements, writtenOf } from './unit.ts';
import type { ViewSet } from './views/maintain.ts';

/**
 * One command's writes: reads go to the ground it stands on and see what the command itself has written; writes are
 * gathered, and leave together as one unit.
 */
export class Transaction {
  private readonly buffer = new Map<string, Change>();
  private readonly movementsOut: Movement[] = [];
  private readonly messages: OutboxMessage[] = [];
  private readonly events: Event[] = [];
  private readonly audits: AuditEntry[] = [];
  private readonly extra: Query[] = [];
  private readonly ground: Ground;
  private readonly counters: Counters;
  private readonly rids: Rids;
  private readonly ready: Promise<void>;
  /** Ids that this command has made up: nothing can point at them yet. */
  readonly minted = new Set<string>();
  /** Instant that every record of this transaction is stamped with. */
  readonly now: string;

  /** `ready`: rejects when the command turns out to have been answered before; nothing is used up for it then. */
  constructor(ground: Ground, counters: Counters, rids: RidSource, now: string, ready: Promise<void>) {
    this.ground = ground;
    this.ready = ready;
    this.counters = counters;
    this.rids = rids.run();
    this.now = now;
  }

  /** The record as this command sees it; undefined when there is none or it was deleted. */
  async read<T extends AnyResource>(
    type: T['resourceType'],
    id: string,
    lock = false,
  ): Promise<StoredRecord<T> | undefined> {
    const record = await this.readAny(type, id, lock);
    return record && !record.deleted ? (record as StoredRecord<T>) : undefined;
  }

  /** The row whatever its state, deleted too. */
  async readAny(type: string, id: string, lock = false): Promise<StoredRecord | undefined> {
    const own = this.buffer.get(`${type}/${id}`);
    return own ? storedOf(own) : this.ground.record(type, id, lock);
  }

  /** Records that point here or carry this code, by search parameter: `('ServiceRequest.encounter', id)`. */
  async referring<T extends AnyResource>(param: string, value: string): Promise<StoredRecord<T>[]> {
    const found = this.minted.has(value) ? [] : await this.ground.referring({ param, value });
    return overlay(found, new Set([searchKey(param, value)]), this.buffer) as StoredRecord<T>[];
  }

  /** Records that carry one of the codes. */
  async byToken<T extends AnyResource>(
    param: string,
    system: string,
    codes: readonly string[],
  ): Promise<StoredRecord<T>[]> {
    const found = await this.ground.byToken(param, system, codes);
    return overlay(found, keysOf(param, codes), this.buffer) as StoredRecord<T>[];
  }

  balances(ledger: string, prefix: string, lock = false): Promise<Balance[]> {
    return this.ground.balances(ledger, prefix, lock);
  }

  /** What a record has moved before this command, oldest first. */
  movements(record: string): Promise<PastMovement[]> {
    return this.ground.movements(record);
  }

  /** The next number of a counter: never the same twice, gaps possible, also when this transaction ends with a fault. */
  async next(counter: string): Promise<number> {
    await this.ready;
    return this.counters.next(counter);
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
    const updated = this.stamp(replaces);
    const after: IdentifiedResource<T> = {
      ...resource,
      meta: { ...resource.meta, versionId: String(version), lastUpdated: updated },
    };
    const text = JSON.stringify(after);
    const rid = own?.write.rid ?? replaces?.rid ?? this.rids.next();
    const before = own ? own.before : replaces && !replaces.deleted ? replaces.resource : undefined;
    this.buffer.set(slot, {
      before,
      resource: after,
      index: {
        rid,
        before: own?.index.before ?? (before ? indexRows(before) : emptyIndex()),
        after: indexRows(after),
        fresh: base === 0,
      },
      write: {
        type: resource.resourceType,
        id: resource.id,
        rid,
        replaces: base,
        version,
        updated,
        deleted: false,
        sealed: seal || (own?.write.sealed ?? replaces?.sealed ?? false),
        patient: patientOf(after),
        text,
      },
    });
    return after;
  }

  /** A version is never older than the one it replaces, which another may have begun later and ended first. */
  private stamp(replaces: StoredRecord | undefined): string {
    return replaces && replaces.updated > this.now ? replaces.updated : this.now;
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
        updated: this.stamp(record),
        deleted: true,
        sealed: record.sealed,
        patient: record.patient,
        text: null,
      },
    });
  }

  post(movements: readonly Movement[]): void {
    this.movementsOut.push(...movements);
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

  /** What this command leaves behind, as its log will tell it. */
  unit(entry: CommandEntry): Unit {
    const { buffer: changes, movementsOut: movements, messages, events, audits, extra } = this;
    return { entry, changes, movements, messages, events, audits, extra };
  }
}

/**
 * Sends everything that units leave and commits. `changes`: each record once. `whole`: rows of views are written whole,
 * where a row to be changed was not there.
 * @throws Conflict, DuplicateKey, LedgerFloor, or the database's own fault.
 */
export async function commitUnits(
  of: { units: readonly Unit[]; changes: ReadonlyMap<string, Change>; minted: ReadonlySet<string> },
  on: Queryable,
  ground: DatabaseGround,
  views: ViewSet,
  whole = false,
): Promise<void> {
  const reader = sourceReader(ground, of.changes, of.minted);
  const changes = [...of.changes.values()];
  try {
    const dirty = await views.dirty(changes.map(writtenOf), reader);
    for (const view of dirty.keys()) if (view.kind !== 'live') dirty.delete(view);
    const rows = await views.compute(dirty, reader, whole);
    const statements = [...unitStatements(of.units, changes, rows), COMMIT];
    await Promise.all(statements.map((statement) => on.query(statement)));
  } catch (error) {
    throw translate(error);
  }
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
 * `durable` false: the commit does not wait for the disk. `habits`: what work of this kind is known to ask.
 */
export async function inTransaction<T>(
  database: Database,
  tenant: number,
  work: (on: Queryable, ground: DatabaseGround) => Promise<T>,
  durable = true,
  habits?: Habits,
): Promise<T> {
  return database.withClient(tenant, async (client) => {
    const conversation = new Conversation(client);
    const begun = [BEGIN, ...(durable ? [] : [RELAXED])].map((query) => conversation.query(query));
    for (const answer of begun) answer.catch(() => undefined);
    try {
      return await work(conversation, new DatabaseGround(conversation, habits));
    } catch (error) {
      await conversation.query({ text: 'rollback' });
      throw new Rollback(error);
    }
  });
}
