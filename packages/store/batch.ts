import { type CommandAnswer, readAnswer } from './commands.ts';
import { CounterBlocks } from './counters.ts';
import type { Database } from './database.ts';
import { DatabaseGround, type Ground, overlay, slotOf, type Wanted } from './ground.ts';
import { keysOf } from './keys.ts';
import type { Balance, Movement, PastMovement } from './ledger.ts';
import type { StoredRecord } from './resource.ts';
import { commitUnits, inTransaction } from './transaction.ts';
import { type Change, storedOf, type Unit } from './unit.ts';
import type { ViewSet } from './views/maintain.ts';

/** Commands that are sent to the database together. */
const TOGETHER = 40;
/** Records remembered; beyond, the batch starts anew from the database. */
const REMEMBERED = 6_000;

/**
 * Commands one after the other whose writes reach the database in groups, each group one transaction: for work that
 * nobody waits for command by command (simulated days, what a device hands in). Each command still has its own entry
 * in the log, its versions, audit and events, and stands on what came before it. What is remembered is read from here,
 * so whoever uses a batch is the one who writes those records meanwhile; should another have written one, its version
 * tells, the group is refused as a whole, and the batch is over. Not one command's fault but a group's: send again.
 */
export class Batch implements Ground {
  /** As the commands so far left them, newest versions; and the same by search key. */
  private readonly written = new Map<string, Change>();
  private readonly read = new Map<string, StoredRecord>();
  private readonly byKey = new Map<string, Set<string>>();
  private readonly minted = new Set<string>();
  private readonly shelves = new Map<string, Shelf>();
  readonly counters: CounterBlocks;
  private units: Unit[] = [];
  private changes = new Map<string, Change>();
  private freshIds = new Set<string>();
  private answers = new Map<string, CommandAnswer>();
  private flushing: Promise<void> = Promise.resolve();
  private failure: unknown;
  private readonly database: Database;
  private readonly tenant: number;
  private readonly views: ViewSet;
  /** True: the caller knows that none of the keys was ever used. The log still refuses one that was. */
  fresh = false;

  constructor(database: Database, tenant: number, views: ViewSet) {
    this.database = database;
    this.tenant = tenant;
    this.views = views;
    this.counters = new CounterBlocks(database.relaxed(tenant));
  }

  /** What was answered under a key, in this batch or before it. */
  async answer(key: string): Promise<CommandAnswer | undefined> {
    const own = this.answers.get(key);
    return own ?? (this.fresh ? undefined : readAnswer(this.database.tenant(this.tenant), key));
  }

  async record(type: string, id: string): Promise<StoredRecord | undefined> {
    const slot = slotOf({ type, id });
    const own = this.written.get(slot);
    if (own) return storedOf(own);
    const known = this.read.get(slot);
    if (known || this.minted.has(id)) return known;
    const found = await this.ground.record(type, id, false);
    if (found) this.read.set(slot, found);
    return found;
  }

  async referring(wanted: Wanted): Promise<StoredRecord[]> {
    const found = this.minted.has(wanted.value) ? [] : await this.ground.referring(wanted);
    return this.laid(found, keysOf(wanted.param, [wanted.value]));
  }

  async byToken(param: string, system: string, codes: readonly string[]): Promise<StoredRecord[]> {
    return this.laid(await this.ground.byToken(param, system, codes), keysOf(param, codes));
  }

  /** Read once, then kept up with what the commands move. */
  async balances(ledger: string, prefix: string): Promise<Balance[]> {
    const slot = `${ledger}\u001f${prefix}`;
    let shelf = this.shelves.get(slot);
    if (!shelf) {
      // What is on its way would be counted twice or not at all.
      await this.flushing;
      const found = await this.ground.balances(ledger, prefix, false);
      shelf = { ledger, prefix, balances: new Map(found.map((b) => [b.account, b])) };
      for (const unit of this.units) moveOn(shelf, unit.movements);
      this.shelves.set(slot, shelf);
    }
    return [...shelf.balances.values()].sort((a, b) => (a.account < b.account ? -1 : 1));
  }

  async movements(record: string): Promise<PastMovement[]> {
    await this.flush();
    return this.ground.movements(record);
  }

  /** The database as everybody sees it, outside any transaction. */
  private get ground(): DatabaseGround {
    return new DatabaseGround(this.database.tenant(this.tenant));
  }

  private laid(found: StoredRecord[], keys: ReadonlySet<string>): StoredRecord[] {
    const own = new Map<string, Change>();
    for (const key of keys)
      for (const slot of this.byKey.get(key) ?? []) {
        const change = this.written.get(slot);
        if (change) own.set(slot, change);
      }
    return overlay(
      found.filter((record) => !this.written.has(slotOf(record))),
      keys,
      own,
    );
  }

  /** Takes in what a command leaves. Sends a full group on its way and does not wait for it. @throws what a group failed with */
  async take(unit: Unit, minted: ReadonlySet<string>): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const { entry } = unit;
    this.answers.set(entry.key, {
      name: entry.name,
      bodyHash: entry.bodyHash,
      result: entry.result,
      position: undefined,
    });
    for (const id of minted) {
      this.minted.add(id);
      this.freshIds.add(id);
    }
    for (const [slot, change] of unit.changes) {
      this.remember(slot, change);
      this.changes.set(slot, merged(this.changes.get(slot), change));
    }
    for (const shelf of this.shelves.values()) moveOn(shelf, unit.movements);
    this.units.push(unit);
    if (this.units.length >= TOGETHER) await this.send();
  }

  private remember(slot: string, change: Change): void {
    for (const key of this.written.get(slot)?.index.after.byKey ?? []) this.byKey.get(key)?.delete(slot);
    this.written.set(slot, change);
    for (const key of change.index.after.byKey) {
      const slots = this.byKey.get(key) ?? new Set<string>();
      this.byKey.set(key, slots.add(slot));
    }
  }

  /** One group is under way at most; the next is gathered meanwhile. */
  private async send(): Promise<void> {
    await this.flushing;
    if (this.failure !== undefined) throw this.failure;
    const { units, changes, freshIds } = this;
    if (units.length === 0) return;
    this.units = [];
    this.changes = new Map();
    this.freshIds = new Set();
    this.flushing = this.commit({ units, changes, minted: freshIds });
  }

  private async commit(of: Parameters<typeof commitUnits>[0]): Promise<void> {
    try {
      await inTransaction(this.database, this.tenant, (on, ground) => commitUnits(of, on, ground, this.views), false);
    } catch (error) {
      this.failure = error;
    }
  }

  /** `flush`, and the end of the batch: numbers that nobody used are given back. */
  async end(): Promise<void> {
    await this.flush();
    await this.counters.giveBack();
  }

  /** Everything taken so far is in the database when this returns. @throws what a group failed with */
  async flush(): Promise<void> {
    await this.send();
    await this.flushing;
    if (this.failure !== undefined) throw this.failure;
    this.answers = new Map();
    if (this.written.size + this.read.size <= REMEMBERED) return;
    for (const memory of [this.written, this.read, this.byKey, this.minted, this.shelves]) memory.clear();
  }
}

/** Accounts whose name begins alike, as the commands so far left them. */
interface Shelf {
  ledger: string;
  prefix: string;
  balances: Map<string, Balance>;
}

function moveOn({ ledger, prefix, balances }: Shelf, movements: readonly Movement[]): void {
  const move = ({ account, unit, attributes = {} }: Movement['from'], by: Movement['amount']): void => {
    if (!account.startsWith(prefix)) return;
    const known = balances.get(account);
    balances.set(
      account,
      known
        ? { ...known, balance: known.balance.add(by) }
        : { account, unit, balance: by, floor: null, attributes: { ...attributes } },
    );
  };
  for (const m of movements) {
    if (m.ledger !== ledger) continue;
    move(m.from, m.amount.neg());
    move(m.to, m.amount);
  }
}

/** Two changes of one record as one: from what the first replaced to what the second made. */
function merged(first: Change | undefined, second: Change): Change {
  if (!first) return second;
  return {
    ...second,
    before: first.before,
    index: { ...second.index, before: first.index.before, fresh: first.index.fresh },
    write: { ...second.write, rid: first.write.rid, replaces: first.write.replaces },
    between: [...(first.between ?? []), { ...first.write, replaces: 0 }],
  };
}
