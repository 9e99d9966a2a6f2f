import type { Database } from './database.ts';

const BLOCK = 4096n;

/** Record numbers, taken from the sequence a block at a time; `reserve` before the writes of a command. */
export class RidSource {
  private next_ = 0n;
  private end = 0n;
  private waiting: Promise<void> | undefined;
  private readonly database: Database;
  constructor(database: Database) {
    this.database = database;
  }

  /** Makes sure that at least `count` numbers can be handed out without a round trip (less than a block); a raw write may hold a thousand records. */
  async reserve(count = 1_100): Promise<void> {
    while (this.end - this.next_ < BigInt(count)) {
      this.waiting ??= this.fetch().finally(() => {
        this.waiting = undefined;
      });
      await this.waiting;
    }
  }

  private async fetch(): Promise<void> {
    const { rows } = await this.database.system.query<{ block: string }>({
      name: 'rids',
      text: `select nextval('record_rid') as block`,
    });
    // What is left of the old block is given up: numbers need not be gapless.
    this.next_ = BigInt(rows[0]?.block ?? '0');
    this.end = this.next_ + BLOCK;
  }

  next(): string {
    if (this.next_ >= this.end) throw new RangeError('record numbers were not reserved');
    const value = this.next_;
    this.next_ += 1n;
    return value.toString();
  }
}
