import type { Queryable } from './database.ts';
import type { Habits } from './habits.ts';
import { searchKey } from './keys.ts';
import { type Balance, movementsOf, type PastMovement, readBalances } from './ledger.ts';
import { type Lock, readRecord, readRecords, recordsByToken, referringRecords } from './records.ts';
import type { AnyResource, StoredRecord } from './resource.ts';
import { type Change, storedOf } from './unit.ts';
import type { SourceReader } from './views/maintain.ts';

export interface Wanted {
  param: string;
  value: string;
}
export interface Key {
  type: string;
  id: string;
}

/** What a command stands on: the database, or a batch of commands before it. Deleted records are among the answers. */
export interface Ground {
  record(type: string, id: string, lock: boolean): Promise<StoredRecord | undefined>;
  referring(wanted: Wanted): Promise<StoredRecord[]>;
  byToken(param: string, system: string, codes: readonly string[]): Promise<StoredRecord[]>;
  balances(ledger: string, prefix: string, lock: boolean): Promise<Balance[]>;
  movements(record: string): Promise<PastMovement[]>;
}

export const slotOf = ({ type, id }: Key): string => `${type}/${id}`;

type Found = Wanted & { record: StoredRecord };
const wantedSlot = ({ param, value }: Wanted): string => `${param}=${value}`;
const recordsOf = (found: readonly Found[]): StoredRecord[] => found.map(({ record }) => record);

/** The database within one transaction. Remembers what was read, and what of it nobody else can write until it ends. */
export class DatabaseGround implements Ground {
  private readonly known = new Map<string, StoredRecord>();
  private readonly held = new Set<string>();
  /** Asked with an earlier question and since the last lock: what stands behind a lock is read after it was got. */
  private readonly ahead = new Map<string, Promise<StoredRecord[]>>();
  /** By record: what was asked about it first since then. */
  private readonly first = new Map<string, string>();
  private readonly on: Queryable;
  private readonly habits: Habits | undefined;
  constructor(on: Queryable, habits?: Habits) {
    this.on = on;
    this.habits = habits;
  }

  private locking(): void {
    this.ahead.clear();
    this.first.clear();
  }

  /** As last seen: a guess, unless it is held. */
  seen(slot: string): StoredRecord | undefined {
    return this.known.get(slot);
  }
  holds(slot: string): boolean {
    return this.held.has(slot);
  }
  private keep(record: StoredRecord, lock: Lock): StoredRecord {
    const slot = slotOf(record);
    if (!this.held.has(slot)) this.known.set(slot, record);
    if (lock === 'update') this.held.add(slot);
    return record;
  }

  async record(type: string, id: string, lock: boolean): Promise<StoredRecord | undefined> {
    const slot = `${type}/${id}`;
    if (this.held.has(slot)) return this.known.get(slot);
    if (lock) this.locking();
    const record = await readRecord(this.on, type, id, lock);
    return record && this.keep(record, lock ? 'update' : 'none');
  }

  async records(keys: readonly Key[], lock: Lock): Promise<StoredRecord[]> {
    const missing = new Map(keys.filter((key) => !this.held.has(slotOf(key))).map((key) => [slotOf(key), key]));
    const held = keys.flatMap((key) => (this.held.has(slotOf(key)) ? [this.known.get(slotOf(key))] : []));
    if (lock !== 'none' && missing.size > 0) this.locking();
    const read = await readRecords(this.on, [...missing.values()], lock);
    return [...held.filter((r) => r !== undefined), ...read.map((record) => this.keep(record, lock))];
  }

  async referring({ param, value }: Wanted): Promise<StoredRecord[]> {
    if (!this.habits) return recordsOf(await this.asked([{ param, value }]));
    const first = this.first.get(value);
    if (first === undefined) this.first.set(value, param);
    else if (first !== param) this.habits.follow(first, param);
    const known = this.ahead.get(wantedSlot({ param, value }));
    if (known) return known;
    const together = new Set([param, ...(first === undefined ? this.habits.begin(param) : [])]);
    const answer = this.asked([...together].map((one) => ({ param: one, value })));
    for (const one of together) {
      const part = answer.then((found) => recordsOf(found.filter((f) => f.param === one)));
      // The fault is told to who asked; what was only asked along may never be wanted.
      part.catch(() => undefined);
      this.ahead.set(wantedSlot({ param: one, value }), part);
    }
    return recordsOf((await answer).filter((f) => f.param === param));
  }
  async allReferring(wanted: readonly Wanted[]): Promise<Found[]> {
    const known = wanted.map(async (one) => {
      const records = await this.ahead.get(wantedSlot(one));
      return records?.map((record) => ({ ...one, record })) ?? [];
    });
    const rest = this.asked(wanted.filter((one) => !this.ahead.has(wantedSlot(one))));
    return (await Promise.all([rest, ...known])).flat();
  }
  private async asked(wanted: readonly Wanted[]): Promise<Found[]> {
    const found = await referringRecords(this.on, wanted);
    for (const { record } of found) this.keep(record, 'none');
    return found;
  }
  async byToken(param: string, system: string, codes: readonly string[]): Promise<StoredRecord[]> {
    return (await recordsByToken(this.on, param, system, codes)).map((record) => this.keep(record, 'none'));
  }
  balances(ledger: string, prefix: string, lock: boolean): Promise<Balance[]> {
    if (lock) this.locking();
    return readBalances(this.on, ledger, prefix, lock);
  }
  movements(record: string): Promise<PastMovement[]> {
    return movementsOf(this.on, record);
  }
}

/**
 * The reading side of view maintenance: the database with changes laid over it that are about to be written. `minted`:
 * ids that this program has made up since; nothing in the database can point at them yet.
 */
export function sourceReader(
  ground: DatabaseGround,
  changes: ReadonlyMap<string, Change>,
  minted: ReadonlySet<string>,
): SourceReader {
  return {
    seen: (type, id) => {
      const slot = slotOf({ type, id });
      return changes.get(slot)?.resource ?? ground.seen(slot)?.resource;
    },
    records: async (keys, lock) => {
      const result = new Map<string, AnyResource>();
      // An own update is guarded by its version; as the base of others it is held before they are read.
      const asked = keys.filter((key) => {
        const own = changes.get(slotOf(key));
        return !own || (lock === 'update' && own.write.replaces > 0);
      });
      for (const record of await ground.records(asked, lock))
        if (!record.deleted) result.set(slotOf(record), record.resource);
      for (const key of keys) {
        const own = changes.get(slotOf(key));
        if (own?.resource) result.set(slotOf(key), own.resource);
        else if (own) result.delete(slotOf(key));
      }
      return result;
    },
    referring: async (wanted) => {
      const result = new Map<string, AnyResource[]>();
      const push = ({ param, value }: Wanted, resource: AnyResource): void => {
        const slot = `${param}=${value}`;
        const list = result.get(slot) ?? [];
        result.set(slot, list);
        list.push(resource);
      };
      const unique = [...new Map(wanted.map((w) => [`${w.param}=${w.value}`, w])).values()];
      const asked = unique.filter(({ value }) => !minted.has(value));
      for (const { record, ...want } of await ground.allReferring(asked))
        if (!changes.has(slotOf(record))) push(want, record.resource);
      const byKey = new Map(unique.map((want) => [searchKey(want.param, want.value), want]));
      for (const own of changes.values())
        if (own.resource)
          for (const key of own.index.after.byKey) {
            const want = byKey.get(key);
            if (want) push(want, own.resource);
          }
      return result;
    },
  };
}

/** Records under one of the keys, as they are with changes laid over. */
export function overlay(
  found: StoredRecord[],
  keys: ReadonlySet<string>,
  changes: ReadonlyMap<string, Change>,
): StoredRecord[] {
  const kept = found.filter((record) => !changes.has(slotOf(record)));
  for (const own of changes.values()) {
    const { byKey } = own.index.after;
    for (const key of keys)
      if (byKey.has(key)) {
        kept.push(storedOf(own));
        break;
      }
  }
  return kept;
}
