import type { Database } from './database.ts';
import { DatabaseGround, type Ground, type Wanted } from './ground.ts';
import type { Balance, PastMovement } from './ledger.ts';
import { readRecord } from './records.ts';
import type { StoredRecord } from './resource.ts';
import { commitUnits, inTransaction } from './transaction.ts';
import type { Change, Unit } from './unit.ts';
import type { ViewSet } from './views/maintain.ts';

/** Groups on their way at once: while the database works on one, the next gathers. */
const UNDER_WAY = 2;
/** Records in one group, about: a large unit travels alone. */
const RECORDS = 120;

interface Waiting {
  readonly unit: Unit;
  readonly minted: ReadonlySet<string>;
  resolve(): void;
  reject(failure: unknown): void;
}

/**
 * Commands of several requests in one transaction, for commands that guard what they replace by its version alone and
 * lock nothing in the database. Each keeps its own entry in the log, its versions, audit and events; nobody waits for
 * company: while the database works on a group, the next one gathers. When a group fails, each of its commands is sent
 * by itself, so that nobody answers for a neighbour; one that had been committed after all is known by its key.
 */
export class Together {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private isDue = false;
  private readonly turns = new Map<string, Promise<void>>();
  private readonly database: Database;
  private readonly tenant: number;
  private readonly views: ViewSet;

  constructor(database: Database, tenant: number, views: ViewSet) {
    this.database = database;
    this.tenant = tenant;
    this.views = views;
  }

  /** What one command stands on until it has been written or given up: to be released then. */
  ground(): OpenGround {
    return new OpenGround(this.database, this.tenant, this.turns);
  }

  /** Resolves when the unit is on disk. `whole`: rows of views are written whole. @throws as `commitUnits` */
  take(unit: Unit, minted: ReadonlySet<string>, whole: boolean): Promise<void> {
    if (whole) return this.commit([{ unit, minted }], true);
    return new Promise((resolve, reject) => {
      this.waiting.push({ unit, minted, resolve, reject });
      this.depart();
    });
  }

  private depart(): void {
    if (this.isDue || this.underWay >= UNDER_WAY || this.waiting.length === 0) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      void this.send();
    });
  }

  private async send(): Promise<void> {
    const group = this.next();
    if (group.length === 0) return;
    this.underWay++;
    this.depart();
    try {
      await this.commit(group);
      for (const { resolve } of group) resolve();
    } catch (failure) {
      if (group.length === 1) group[0]?.reject(failure);
      else for (const one of group) await this.commit([one]).then(one.resolve, one.reject);
    } finally {
      this.underWay--;
      this.depart();
    }
  }

  /** Those that wait, in their order; two that write one record go one after the other. */
  private next(): Waiting[] {
    const group: Waiting[] = [];
    const slots = new Set<string>();
    const left: Waiting[] = [];
    for (const one of this.waiting) {
      const own = [...one.unit.changes.keys()];
      const fits = group.length === 0 || slots.size + own.length <= RECORDS;
      if (fits && !own.some((slot) => slots.has(slot))) group.push(one);
      else left.push(one);
      // What must wait keeps its place before those behind it.
      for (const slot of own) slots.add(slot);
    }
    this.waiting = left;
    return group;
  }

  private commit(group: readonly Pick<Waiting, 'unit' | 'minted'>[], whole = false): Promise<void> {
    const units = group.map(({ unit }) => unit);
    // In a fixed order: two writers rarely deadlock.
    const changes = new Map<string, Change>(
      units.flatMap((unit) => [...unit.changes]).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const minted = new Set(group.flatMap((one) => [...one.minted]));
    return inTransaction(this.database, this.tenant, (on, ground) =>
      commitUnits({ units, changes, minted }, on, ground, this.views, whole),
    );
  }
}

/**
 * The database outside of any transaction. A record that is read to be replaced is held against other commands of this
 * program; what another program writes meanwhile is noticed by its version.
 */
export class OpenGround implements Ground {
  private readonly database: DatabaseGround;
  private readonly on: ConstructorParameters<typeof DatabaseGround>[0];
  private readonly turns: Map<string, Promise<void>>;
  private readonly held = new Map<string, () => void>();

  constructor(database: Database, tenant: number, turns: Map<string, Promise<void>>) {
    this.on = database.reading(tenant);
    this.database = new DatabaseGround(this.on);
    this.turns = turns;
  }

  async record(type: string, id: string, lock: boolean): Promise<StoredRecord | undefined> {
    if (lock) await this.hold(`${type}/${id}`);
    return readRecord(this.on, type, id);
  }

  private async hold(slot: string): Promise<void> {
    if (this.held.has(slot)) return;
    let end = (): void => undefined;
    const before = this.turns.get(slot);
    const mine = new Promise<void>((done) => {
      end = done;
    });
    this.turns.set(slot, mine);
    this.held.set(slot, () => {
      end();
      if (this.turns.get(slot) === mine) this.turns.delete(slot);
    });
    await before;
  }

  /** Lets others go on. */
  release(): void {
    for (const end of this.held.values()) end();
    this.held.clear();
  }

  referring(wanted: Wanted): Promise<StoredRecord[]> {
    return this.database.referring(wanted);
  }
  byToken(param: string, system: string, codes: readonly string[]): Promise<StoredRecord[]> {
    return this.database.byToken(param, system, codes);
  }
  balances(ledger: string, prefix: string): Promise<Balance[]> {
    return this.database.balances(ledger, prefix, false);
  }
  movements(record: string): Promise<PastMovement[]> {
    return this.database.movements(record);
  }
}
