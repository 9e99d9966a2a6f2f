import type { Text } from '@mach/base/problem.ts';
import type { AccountSpec, AnyResource, Balance, Event, IdentifiedResource, Movement, PastMovement } from '@mach/store';
import type { z } from 'zod';
import type { Actor, Facility } from './actor.ts';
import type { CommandRef } from './command-ref.ts';
import type { RulePack, RulePacks } from './rule-packs.ts';
import type { DocumentService } from './signing/documents.ts';

/** An intent may be refused; a fact has happened and is recorded, what conflicts becomes work for a named role. */
export type CommandKind = 'intent' | 'fact';

export interface Override {
  rule: string;
  reason: string;
}

/** A message for another facility or a national service; the outbox adds clock, retry and owner of failure. */
export interface Dispatch {
  destination: string;
  kind: string;
  /** `Encounter/…` */
  subject: string;
  patient?: string;
  payload: unknown;
  deadline: string;
  /** Role that gets it as work when it fails. */
  owner: string;
  corrects?: string;
}

/** What a handler may do. It has no other door: no SQL, no clock, no random source of its own. */
export interface CommandContext {
  readonly facility: Facility;
  readonly actor: Actor;
  /** The idempotency key: the name of this deed in ledgers and audit. */
  readonly key: string;
  /** When the server took it. */
  readonly now: string;
  /** When the person did it (a device may hand in late). */
  readonly performedAt: string;
  readonly overrides: readonly Override[];
  id(): string;
  random(bytes: number): Uint8Array;
  /** Next number of a counter; format it into a business code. Never repeats, may leave gaps. */
  next(counter: string): Promise<number>;

  /** @throws Problem 404 */
  read<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T>>;
  find<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T> | undefined>;
  /** Reads and keeps others from writing it until this command ends. Lock what the decision rests on. */
  lock<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T>>;
  /** Records whose search parameter points at an id: `('ServiceRequest.encounter', encounterId)`. */
  referring<T extends AnyResource>(param: string, id: string): Promise<IdentifiedResource<T>[]>;
  /** Records that carry a business code, or one of several: `('Patient.identifier', SID.cccd, '001…')`. */
  byToken<T extends AnyResource>(
    param: string,
    system: string,
    code: string | readonly string[],
  ): Promise<IdentifiedResource<T>[]>;

  /** Validates and writes a new record; its id is assigned unless given. Records that were read are never changed in place. */
  create<T extends AnyResource>(resource: T): IdentifiedResource<T>;
  /** Writes a new version of a record that this command has read. A sealed record is refused. */
  update<T extends AnyResource>(resource: IdentifiedResource<T>): IdentifiedResource<T>;
  /** Writes a record and seals it: from now on only `correct` changes it. */
  seal<T extends AnyResource>(resource: T): IdentifiedResource<T>;
  /** A new version of a sealed record, with the reason kept in it and in the audit. */
  correct<T extends AnyResource>(resource: IdentifiedResource<T>, reason: string): IdentifiedResource<T>;

  balances(ledger: string, prefix: string, lock?: boolean): Promise<Balance[]>;
  /** What a record has moved so far, by earlier commands. */
  movements(record: string): Promise<PastMovement[]>;
  post(movements: readonly Omit<Movement, 'id' | 'at'>[]): void;
  send(message: Dispatch): string;
  emit(name: string, payload: Event['payload']): void;
  /** The rule pack in force on a date (default: performedAt); its hash is kept with the decision. */
  rules<T = unknown>(subject: string, date?: string): RulePack<T>;
  /** Something computed once per edition of a pack, and kept: an index, a map. */
  derived<T>(subject: string, name: string, compute: (pack: RulePack) => T, date?: string): T;
  setting<T>(key: string, fallback: T): T;
  documents: DocumentService;
  /** Runs another command's handler inside this transaction, under the same actor: kernel commands of `encounter`. */
  call<I, R>(command: CommandRef<I, R>, input: I): Promise<R>;
}

/** What a command may use before its transaction begins. */
export interface GatherContext {
  /** Fires after three seconds: care goes on without the answer. */
  readonly signal: AbortSignal;
  readonly facility: Facility;
  readonly actor: Actor;
  readonly packs: RulePacks;
  readonly now: string;
}

export interface CommandSpec<S extends z.ZodType, R, G> {
  /** `reception.checkIn` */
  name: string;
  version?: number;
  kind: CommandKind;
  /** `reception.check-in`; asked of the policy engine before anything is read. */
  permission: string;
  title: Text;
  /** Days after which it is no longer taken: for intents that a desk keeps while its server is away (`lateness.ts`). */
  lateDays?: number;
  input: S;
  result?: z.ZodType<R>;
  /** Turns the input of an older version into this one; kept for twelve months at least. */
  upcast?: Readonly<Record<number, (input: unknown) => unknown>>;
  /** Asks the outside before the transaction begins; undefined when nobody answered in three seconds. */
  gather?(input: z.output<S>, ctx: GatherContext): Promise<G>;
  handle(input: z.output<S>, ctx: CommandContext, gathered: G | undefined): Promise<R>;
  /**
   * Commits together with others that are ready at the same moment. Only for a command that reads nothing of its
   * decision under a lock but the records it then replaces: each is guarded by its version.
   */
  together?: boolean;
}

export interface Command<I = unknown, R = unknown> {
  readonly name: string;
  readonly version: number;
  readonly kind: CommandKind;
  readonly permission: string;
  readonly title: Text;
  readonly lateDays?: number;
  readonly input: z.ZodType<I>;
  readonly result: z.ZodType<R> | undefined;
  readonly upcast: Readonly<Record<number, (input: unknown) => unknown>>;
  gather: ((input: I, ctx: GatherContext) => Promise<unknown>) | undefined;
  handle(input: I, ctx: CommandContext, gathered: unknown): Promise<R>;
  readonly together: boolean;
}

/** Declares a command. The schema gives the type of the input, the field errors, and the API's description. */
export function defineCommand<S extends z.ZodType, R, G = undefined>(
  spec: CommandSpec<S, R, G>,
): Command<z.output<S>, R> {
  return {
    name: spec.name,
    version: spec.version ?? 1,
    kind: spec.kind,
    permission: spec.permission,
    title: spec.title,
    lateDays: spec.lateDays,
    input: spec.input as unknown as z.ZodType<z.output<S>>,
    result: spec.result,
    upcast: spec.upcast ?? {},
    gather: spec.gather,
    together: spec.together ?? false,
    handle: (input, ctx, gathered) => spec.handle(input, ctx, gathered as G | undefined),
  };
}

export type { AccountSpec };
