import { type Actor, type Engine, scopesReachRecord } from '@mach/engine';
import { accessService } from '@mach/engine/policy/service.ts';
import { readVersion, type StoredRecord } from '@mach/store';
import { type ActorRef, currentActor } from '../operations/actors.ts';

/** Rights of an owner may lag behind a change by this much, ms. */
const CACHE = 10_000;

/** Whether somebody may read a record as it stands. The one place where events ask the policy. */
export function mayRead(engine: Engine, actor: Actor, record: StoredRecord): boolean {
  return engine.policy.record(actor, 'read', record.type) !== 'denied' && scopesReachRecord(actor, record);
}

/**
 * The version of a record that an event is about, where its reader may see it; a deletion too. `engine`: the whole one;
 * `known`: the version, where it is at hand.
 */
export async function visibleVersion(
  engine: Engine,
  actor: Actor,
  at: { type: string; id: string; version: number },
  known?: StoredRecord,
): Promise<StoredRecord | undefined> {
  // The facility's policy as it stands now: what it closes is not there, what it hides is not in the content.
  const limited = await accessService(engine).of(actor);
  if (known && !limited) return mayRead(engine, actor, known) ? known : undefined;
  const own = limited?.engine ?? engine;
  if (own.policy.record(actor, 'read', at.type) === 'denied') return undefined;
  const record = await readVersion(own.database.tenant(actor.tenant), at.type, at.id, at.version);
  return record && mayRead(own, actor, record) ? record : undefined;
}

/** The owners of subscriptions, with the rights that they have now. */
export class Owners {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly known = new Map<string, { actor: Promise<Actor | undefined>; until: number }>();

  constructor(engine: Engine, tenant: number) {
    this.engine = engine;
    this.tenant = tenant;
  }

  async of(ref: ActorRef | null): Promise<Actor | undefined> {
    if (ref === null) return undefined;
    const key = JSON.stringify(ref);
    const known = this.known.get(key);
    if (known && known.until > Date.now()) return known.actor;
    if (this.known.size > 1_000) this.known.clear();
    const actor = currentActor(this.engine, this.tenant, ref);
    actor.catch(() => this.known.delete(key));
    this.known.set(key, { actor, until: Date.now() + CACHE });
    return actor;
  }
}
