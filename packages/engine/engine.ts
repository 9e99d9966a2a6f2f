import type { Clock } from '@mach/base/clock.ts';
import type { IdSource } from '@mach/base/ids.ts';
import type { Database, RidSource, ViewSet } from '@mach/store';
import type { Actor, Facility } from './actor.ts';
import type { Audits } from './audits.ts';
import type { Command } from './command.ts';
import type { Answer, Envelope } from './envelope.ts';
import type { Module, Owned, Table, View } from './module.ts';
import type { Policy } from './policy.ts';
import type { RecordGuard } from './records/guard.ts';
import type { Relay } from './relay.ts';
import type { RulePacks } from './rule-packs.ts';
import type { Signer } from './signing/signer.ts';

/** What the running house offers to its parts and to the doors: `RunningEngine`, or one that knows no more than a person may. */
export interface Engine {
  readonly database: Database;
  readonly modules: readonly Module[];
  readonly packs: RulePacks;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly ids: IdSource;
  random(bytes: number): Uint8Array;
  readonly policy: Policy;
  readonly guard: RecordGuard;
  readonly audits: Audits;
  readonly rids: RidSource;
  readonly viewSet: ViewSet;
  readonly commands: ReadonlyMap<string, Command<never, unknown>>;
  readonly views: ReadonlyMap<string, View>;
  readonly tables: ReadonlyMap<string, Table>;
  readonly owned: readonly Owned[];
  readonly allFacilities: readonly Facility[];
  /** @throws RangeError when no facility has this number */
  facility(tenant: number): Facility;
  settings(tenant: number): ReadonlyMap<string, unknown>;
  relay(tenant: number): Relay;
  /** The rule packs as a facility has them. */
  packsOf(tenant: number): RulePacks;
  /** Reads again what a facility says differently from the rule packs. */
  loadPacks(tenant: number): Promise<void>;
  /** Sends a command by its declaration (typed) … */
  send<I, R>(command: Command<I, R>, input: I, actor: Actor, envelope: Envelope): Promise<Answer<R>>;
  /** … or by its name, as a door does. @throws Problem 404 for a name that no module declares. */
  sendByName(name: string, input: unknown, actor: Actor, envelope: Envelope): Promise<Answer>;
  /** An actor for the program's own work (jobs, simulation), with the rights of the roles it takes on. */
  systemActor(tenant: number, name: string, roles: readonly string[], practitioner?: string | null): Actor;
  stop(): Promise<void>;
}
