import type { Queryable } from './database.ts';

/** Business numbers by the name of their counter: never the same twice, gaps possible. */
export interface Counters {
  next(counter: string): Promise<number>;
}

/** Takes `count` numbers. @returns the last of them */
async function take(on: Queryable, counter: string, count: number): Promise<number> {
  const { rows } = await on.query<{ value: string }>({
    name: 'counter_next',
    text: `insert into counter (tenant, name, value) values (mach_tenant(), $1, $2)
           on conflict (tenant, name) do update set value = counter.value + $2 returning value`,
    values: [counter, count],
  });
  return Number(rows[0]?.value);
}

/**
 * One number at a time, outside the command's transaction, so that commands which share a counter do not wait for each
 * other's end. `on`: a connection whose commits do not wait for the disk.
 */
export function singly(on: Queryable): Counters {
  return { next: (counter) => take(on, counter, 1) };
}

/** Numbers taken at once by commands that come one after the other. */
const BLOCK = 16;

/** For a batch of commands: a block of numbers at a time, and what is left of it given back at the end. */
export class CounterBlocks implements Counters {
  private readonly blocks = new Map<string, { next: number; last: number }>();
  private readonly on: Queryable;
  constructor(on: Queryable) {
    this.on = on;
  }

  async next(counter: string): Promise<number> {
    let block = this.blocks.get(counter);
    if (block === undefined || block.next > block.last) {
      const last = await take(this.on, counter, BLOCK);
      block = { next: last - BLOCK + 1, last };
      this.blocks.set(counter, block);
    }
    return block.next++;
  }

  /** Numbers that were not used are free again, unless somebody else has taken later ones. */
  async giveBack(): Promise<void> {
    const left = [...this.blocks].filter(([, block]) => block.next <= block.last);
    this.blocks.clear();
    if (left.length === 0) return;
    await this.on.query({
      name: 'counter_back',
      text: `update counter c set value = n.used from unnest($1::text[], $2::bigint[], $3::bigint[]) as n(name, used, last)
             where c.tenant = mach_tenant() and c.name = n.name and c.value = n.last`,
      values: [left.map(([name]) => name), left.map(([, b]) => b.next - 1), left.map(([, b]) => b.last)],
    });
  }
}
