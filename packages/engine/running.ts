import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '@mach/base/clock.ts';
import { clockIds, type IdSource } from '@mach/base/ids.ts';
import { refuse } from '@mach/base/problem.ts';
import { type Database, RidSource, ViewSet } from '@mach/store';
import type { Actor, Facility } from './actor.ts';
import { Audits } from './audits.ts';
import type { Command } from './command.ts';
import { Dispatcher } from './dispatch.ts';
import type { Engine } from './engine.ts';
import type { Answer, Envelope } from './envelope.ts';
import exchange from './exchange/module.ts';
import jobs from './jobs/module.ts';
import type { Module, Owned, Table, View } from './module.ts';
import { Policy } from './policy.ts';
import { RecordGuard } from './records/guard.ts';
import record from './records/module.ts';
import { Relay } from './relay.ts';
import { OverlayLoader } from './rule-packs/loader.ts';
import type { RulePacks } from './rule-packs.ts';
import type { Signer } from './signing/signer.ts';

export interface EngineParts {
  database: Database;
  modules: readonly Module[];
  packs: RulePacks;
  facilities: readonly Facility[];
  signer: Signer;
  settings?: ReadonlyMap<number, ReadonlyMap<string, unknown>>;
  clock?: Clock;
  ids?: IdSource;
}

/** Type of the records that hold a facility's changes of rule packs. */
const CHANGES = 'Library';

/** The running house: modules loaded, one policy, one dispatcher, one feed relay a tenant. Owns no port and no file. */
export class RunningEngine implements Engine {
  readonly database: Database;
  readonly modules: readonly Module[];
  readonly packs: RulePacks;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly random = (bytes: number): Uint8Array => randomBytes(bytes);
  readonly policy: Policy;
  readonly guard: RecordGuard;
  readonly audits: Audits;
  readonly rids: RidSource;
  readonly viewSet: ViewSet;
  readonly commands: ReadonlyMap<string, Command<never, unknown>>;
  readonly views: ReadonlyMap<string, View>;
  readonly tables: ReadonlyMap<string, Table>;
  readonly owned: readonly Owned[];
  private readonly dispatcher = new Dispatcher(this);
  private readonly overlays: OverlayLoader;
  private readonly facilities: ReadonlyMap<number, Facility>;
  private readonly tenantSettings: ReadonlyMap<number, ReadonlyMap<string, unknown>>;
  private readonly relays = new Map<number, Relay>();

  constructor(parts: EngineParts) {
    this.database = parts.database;
    this.modules = [exchange, record, jobs, ...parts.modules];
    this.packs = parts.packs;
    this.overlays = new OverlayLoader(parts.database, parts.packs);
    this.signer = parts.signer;
    this.clock = parts.clock ?? systemClock;
    this.ids = parts.ids ?? clockIds(this.clock);
    this.policy = new Policy(this.modules);
    this.audits = new Audits(parts.database, this.ids);
    this.rids = new RidSource(parts.database);
    this.commands = unique(this.modules.flatMap((m) => (m.commands ?? []).map((c) => [c.name, c] as const)));
    this.views = unique(this.modules.flatMap((m) => (m.views ?? []).map((v) => [v.definition.name, v] as const)));
    this.tables = unique(this.modules.flatMap((m) => (m.tables ?? []).map((t) => [t.name, t] as const)));
    this.owned = this.modules.flatMap((m) => m.owns ?? []);
    this.guard = new RecordGuard(this.policy, this.owned);
    this.viewSet = new ViewSet([...this.views.values()].map((v) => v.definition));
    this.facilities = new Map(parts.facilities.map((f) => [f.tenant, f]));
    const defaults = new Map(
      this.modules.flatMap((m) => Object.entries(m.settings ?? {}).map(([k, v]) => [`${m.name}.${k}`, v] as const)),
    );
    this.tenantSettings = new Map(
      parts.facilities.map((f) => [f.tenant, new Map([...defaults, ...(parts.settings?.get(f.tenant) ?? [])])]),
    );
  }

  facility(tenant: number): Facility {
    const facility = this.facilities.get(tenant);
    if (!facility) throw new RangeError(`no facility has the number ${tenant}`);
    return facility;
  }

  get allFacilities(): Facility[] {
    return [...this.facilities.values()];
  }

  settings(tenant: number): ReadonlyMap<string, unknown> {
    return this.tenantSettings.get(tenant) ?? new Map();
  }

  relay(tenant: number): Relay {
    const known = this.relays.get(tenant);
    if (known) return known;
    const relay = new Relay(this.database, tenant);
    this.relays.set(tenant, relay);
    // What another process has approved counts here as soon as it is seen; a failure is made good by the next one.
    relay.onEntries((entries) => {
      if (entries.some((entry) => entry.records.some(([type]) => type === CHANGES)))
        void this.loadPacks(tenant).catch(() => undefined);
    });
    return relay;
  }

  /** The rule packs as a facility has them. */
  packsOf(tenant: number): RulePacks {
    return this.overlays.of(tenant);
  }

  /** Reads again what a facility says differently from the rule packs. */
  loadPacks(tenant: number): Promise<void> {
    return this.overlays.load(tenant);
  }

  /** Sends a command by its declaration (typed) … */
  async send<I, R>(command: Command<I, R>, input: I, actor: Actor, envelope: Envelope): Promise<Answer<R>> {
    const answer = await this.dispatcher.send(command, input, actor, envelope);
    // The next command of this process already decides with what this one has approved.
    if (answer.written?.some((record) => record.type === CHANGES))
      await this.loadPacks(actor.tenant).catch(() => undefined);
    return answer;
  }

  /** … or by its name, as a door does. @throws Problem 404 for a name that no module declares. */
  sendByName(name: string, input: unknown, actor: Actor, envelope: Envelope): Promise<Answer> {
    const command = this.commands.get(name);
    if (!command)
      throw refuse(
        404,
        'unknown-command',
        { vi: `Không có lệnh ${name}`, en: `There is no command ${name}` },
        {
          remedy: { vi: 'Xem /api/openapi.json', en: 'See /api/openapi.json' },
        },
      );
    return this.send(command as unknown as Command<unknown, unknown>, input, actor, envelope);
  }

  /** An actor for the program's own work (jobs, simulation), with the rights of the roles it takes on. */
  systemActor(tenant: number, name: string, roles: readonly string[], practitioner: string | null = null): Actor {
    return {
      id: `system:${name}`,
      tenant,
      login: name,
      name,
      roles,
      permissions: this.policy.permissionsOf(roles),
      practitioner,
      scopes: null,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.relays.values()].map((relay) => relay.stop()));
    await this.audits.flush();
  }
}

function unique<T>(entries: readonly (readonly [string, T])[]): Map<string, T> {
  const map = new Map<string, T>();
  for (const [name, value] of entries) {
    if (map.has(name)) throw new RangeError(`${name} is declared twice`);
    map.set(name, value);
  }
  return map;
}
