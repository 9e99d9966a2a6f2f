import type { Database } from './database.ts';

/** Numbers that one value of the sequence stands for. */
const TAKEN = 4096n;
/** Numbers whose records share rows of the equality index: see search-postings.ts. */
const BLOCK = 64n;
/** Values taken from the sequence in one round trip: 250 blocks. */
const VALUES = 4;
/** Blocks that must be there when a command begins: a raw write of 1,000 records takes sixteen. */
const ENOUGH = 64;
/** With fewer than this more are fetched while commands go on. */
const PLENTY = 128;

/** The numbers of one transaction's new records. */
export interface Rids {
  next(): string;
}

/**
 * Record numbers, taken from the sequence many at a time; `reserve` before the writes of a command. Each transaction has
 * blocks of its own: its records stand together in the index, and no other transaction adds rows to a block.
 */
export class RidSource {
  private readonly blocks: bigint[] = [];
  private waiting: Promise<void> | undefined;
  private readonly database: Database;
  constructor(database: Database) {
    this.database = database;
  }

  /** Makes sure that the commands of this moment can be given their numbers without a round trip. */
  async reserve(): Promise<void> {
    while (this.blocks.length < PLENTY) {
      this.waiting ??= this.fetch().finally(() => {
        this.waiting = undefined;
      });
      if (this.blocks.length >= ENOUGH) {
        // Nobody waits for these: who needs them asks again, and is told of a fault.
        this.waiting.catch(() => undefined);
        return;
      }
      await this.waiting;
    }
  }

  private async fetch(): Promise<void> {
    const { rows } = await this.database.system.query<{ value: string }>({
      name: 'rids',
      text: `select nextval('record_rid') as value from generate_series(1, ${VALUES})`,
    });
    for (const { value } of rows) {
      const end = BigInt(value) + TAKEN;
      for (let block = (BigInt(value) + BLOCK - 1n) & -BLOCK; block + BLOCK <= end; block += BLOCK)
        this.blocks.push(block);
    }
  }

  /** Numbers for one transaction. What is left of its last block is given up: numbers need not be gapless. */
  run(): Rids {
    let next = 0n;
    let end = 0n;
    return {
      next: () => {
        if (next >= end) {
          const block = this.blocks.shift();
          if (block === undefined) throw new RangeError('record numbers were not reserved');
          next = block;
          end = block + BLOCK;
        }
        return String(next++);
      },
    };
  }
}
