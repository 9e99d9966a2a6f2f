import { type CommandAnswer, readAnswer } from './commands.ts';
import type { Database } from './database.ts';
import { DatabaseGround, type Ground, overlay, slotOf, type Wanted } from './ground.ts';
import { searchKey } from './keys.ts';
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
    return this.laid(found, searchKey(wanted.param, wanted.value));
  }

  async byToken(param: string, system: string, code: string): Promise<StoredRecord[]> {
    return this.laid(await this.ground.byToken(param, system, code), searchKey(param, code));
  }

  async balances(ledger: string, prefix: string): Promise<Balance[]> {
    // What is on its way would be counted twice or not at all.
    await this.flushing;
    const balances = new Map((await this.ground.balances(ledger, prefix, false)).map((b) => [b.account, b]));
    for (const { movements } of this.units)
      for (const m of movements) {
        if (m.ledger !== ledger) continue;
        this.move(balances, m.from, m.amount.neg(), prefix);
        this.move(balances, m.to, m.amount, prefix);
      }
    return [...balances.values()].sort((a, b) => (a.account < b.account ? -1 : 1));
  }

  private move(balances: Map<string, Balance>, spec: Movement['from'], by: Movement['amount'], prefix: string): void {
    if (!spec.account.startsWith(prefix)) return;
    const known = balances.get(spec.account);
    const { account, unit, attributes = {} } = spec;
    const balance = known ? known.balance.add(by) : by;
    balances.set(account, {
      account,
      unit,
      balance,
      floor: known?.floor ?? null,
      attributes: known?.attributes ?? { ...attributes },
    });
  }

  async movements(record: string): Promise<PastMovement[]> {
    await this.flush();
    return this.ground.movements(record);
  }

  /** The database as everybody sees it, outside any transaction. */
  private get ground(): DatabaseGround {
    return new DatabaseGround(this.database.tenant(this.tenant));
  }

  private laid(found: StoredRecord[], key: string): StoredRecord[] {
    const own = new Map<string, Change>();
    for (const slot of this.byKey.get(key) ?? []) {
      const change = this.written.get(slot);
      if (change) own.set(slot, change);
    }
    return overlay(
      found.filter((record) => !this.written.has(slotOf(record))),
      key,
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

  /** Everything taken so far is in the database when this returns. @throws what a group failed with */
  async flush(): Promise<void> {
    await this.send();
    await this.flushing;
    if (this.failure !== undefined) throw this.failure;
    this.answers = new Map();
    if (this.written.size + this.read.size <= REMEMBERED) return;
    for (const memory of [this.written, this.read, this.byKey, this.minted]) memory.clear();
  }
}

/** Two changes of one record as one: from what the first replaced to what the second made. */
function merged(first: Change | undefined, second: Change): Change {
  if (!first) return second;
  return {
    ...second,
    before: first.before,
    index: { ...second.index, before: first.index.before },
    write: { ...second.write, rid: first.write.rid, replaces: first.write.replaces },
    between: [...(first.between ?? []), { ...first.write, replaces: 0 }],
  };
}
