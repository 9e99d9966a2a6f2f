import type { Engine } from '@mach/engine';
import { type DeliveryOptions, SubscriptionDelivery } from './delivery.ts';
import { SubscriptionFollower } from './follower.ts';
import { Owners } from './reading.ts';
import { SubscriptionSockets } from './sockets.ts';
import { TopicShelf } from './topic-shelf.ts';

/** Everything that works for the subscriptions of one facility. */
export class SubscriptionHub {
  readonly engine: Engine;
  readonly shelf: TopicShelf;
  readonly sockets: SubscriptionSockets;
  private readonly follower: SubscriptionFollower;
  private readonly delivery: SubscriptionDelivery;
  private started = false;

  constructor(engine: Engine, tenant: number, options: DeliveryOptions = {}) {
    this.engine = engine;
    const owners = new Owners(engine, tenant);
    this.shelf = new TopicShelf(engine, tenant);
    this.sockets = new SubscriptionSockets(engine, tenant, owners, this.shelf);
    this.delivery = new SubscriptionDelivery(engine, tenant, owners, this.shelf, options);
    this.follower = new SubscriptionFollower(engine, tenant, owners, this.shelf, () => {
      this.delivery.poke();
      this.sockets.poke();
    });
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.follower.start();
    this.delivery.start();
  }

  /** A Subscription was written at its own door. */
  poke(): void {
    this.start();
    this.delivery.poke();
    this.follower.poke();
  }

  async stop(): Promise<void> {
    if (this.started) await Promise.all([this.follower.stop(), this.delivery.stop()]);
    await this.sockets.stop();
  }
}
