import { Conversation, type Outcome } from './burst.ts';
import type { Query, Queryable, Row } from './query.ts';

/** Packets under way at once, each on a connection: what is asked when so many are waits for the next one to leave. */
const UNDER_WAY = 6;
/** Questions in one packet: the first waits for the answer to the last. */
const MOST = 24;

interface Asked {
  readonly query: Query;
  resolve(outcome: Outcome): void;
  reject(failure: unknown): void;
}

/**
 * Short questions of several requests in one packet: those that the event loop has found in one round. Nothing waits for
 * company; under load one write and one wake of the database serve many. For reads by key only: they answer within
 * microseconds, and one that failed with its packet may be asked again.
 */
export class Gathering implements Queryable {
  private waiting: Asked[] = [];
  private packets = 0;
  private isDue = false;
  private readonly take: <T>(work: (client: Queryable) => Promise<T>) => Promise<T>;
  private readonly before: (() => Query) | undefined;

  /** `before`: what the database is told first in each packet, about the one who asks. */
  constructor(take: <T>(work: (client: Queryable) => Promise<T>) => Promise<T>, before?: () => Query) {
    this.take = take;
    this.before = before;
  }

  query<R extends Row = Row>(query: Query): Promise<Outcome<R>> {
    const answer = new Promise<Outcome>((resolve, reject) => {
      this.waiting.push({ query, resolve, reject });
    });
    if (!this.isDue && this.packets < UNDER_WAY) {
      this.isDue = true;
      setImmediate(() => this.leave());
    }
    return answer as Promise<Outcome<R>>;
  }

  private leave(): void {
    this.isDue = false;
    do {
      this.packets++;
      void this.send();
    } while (this.waiting.length > 0 && this.packets < UNDER_WAY);
  }

  private async send(): Promise<void> {
    for (let asked = this.next(); asked.length > 0; asked = this.next())
      try {
        await this.take((client) => this.together(client, asked));
      } catch (failure) {
        for (const { reject } of asked) reject(failure);
      }
    this.packets--;
  }

  private next(): Asked[] {
    return this.waiting.splice(0, MOST);
  }

  private async together(client: Queryable, asked: readonly Asked[]): Promise<void> {
    const [first, ...others] = await this.outcomes(client, asked);
    const outcomes = this.before ? others : [...(first ? [first] : []), ...others];
    for (const [i, one] of asked.entries()) {
      const outcome = outcomes[i];
      if (outcome?.status === 'fulfilled') one.resolve(outcome.value);
      else if (asked.length === 1) one.reject(outcome?.reason);
      // Nobody answers for a neighbour's fault.
      else void this.take((other) => this.together(other, [one])).catch(one.reject);
    }
  }

  private outcomes(client: Queryable, asked: readonly Asked[]): Promise<PromiseSettledResult<Outcome>[]> {
    const packet = new Conversation(client);
    const queries = [...(this.before ? [this.before()] : []), ...asked.map(({ query }) => query)];
    return Promise.allSettled(queries.map((query) => packet.query(query)));
  }
}
