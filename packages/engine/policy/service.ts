import { type Database, RESOURCE_TYPES, readRecord, referringRecords } from '@mach/store';
import type { Actor } from '../actor.ts';
import type { Engine } from '../engine.ts';
import { Access, type Asker } from './access.ts';
import { type Enter, enterOf, LimitedDatabase } from './limited.ts';
import { LimitedPolicy } from './limited-policy.ts';
import { isNow, type Period } from './period.ts';
import { ACCESS_PACK, type AccessPack, type AccessPolicy, OPEN_POLICY, POLICY_SETTING } from './rules.ts';

/** How long an answer about a person may lag behind his roles, rooms and purpose, ms. */
const AGE = 10_000;
/** How long a facility's choice of policy is remembered, ms. */
const CHOICE_AGE = 5_000;
const MAX_KNOWN = 5_000;

/** What one person may see, and an engine that knows no more than he does. */
export interface Limited {
  readonly access: Access;
  /** The same as settings of the database: what background work for him keeps. */
  readonly enter: Enter;
  /** The engine as it is, but for what it reads from and whom it asks for permission. */
  readonly engine: Engine;
  /** The database as it is. */
  readonly whole: Database;
  /** Patients for whom he has broken the glass → until when. */
  readonly broken: ReadonlyMap<string, string>;
}

interface Known {
  readonly until: number;
  readonly limited: Promise<Limited | undefined>;
}

/** Says of each person what the facility's policy leaves him. One for an engine. */
export class AccessService {
  private readonly engine: Engine;
  private readonly known = new Map<string, Known>();
  private readonly settled = new Map<string, Limited>();
  private readonly choices = new Map<number, { until: number; name: Promise<string> }>();

  constructor(engine: Engine) {
    this.engine = engine;
    engine.audits.purposeOf = (actor, patient) => this.purposeFor(actor, patient);
  }

  pack(): AccessPack {
    return this.engine.packs.at<AccessPack>(ACCESS_PACK, this.engine.clock.now().toISOString()).data;
  }

  /** Name of the policy that a facility has switched on. */
  policyName(tenant: number): Promise<string> {
    const now = performance.now();
    const known = this.choices.get(tenant);
    if (known && known.until > now) return known.name;
    const name = this.readChoice(tenant);
    this.choices.set(tenant, { until: now + CHOICE_AGE, name });
    name.catch(() => this.choices.delete(tenant));
    return name;
  }

  private async readChoice(tenant: number): Promise<string> {
    const { rows } = await this.engine.database.system.query<{ value: unknown }>({
      name: 'access_choice',
      text: 'select value from system.setting where tenant = $1 and key = $2',
      values: [tenant, POLICY_SETTING],
    });
    const value = rows[0]?.value ?? this.engine.settings(tenant).get(POLICY_SETTING);
    return typeof value === 'string' ? value : OPEN_POLICY;
  }

  /** @throws RangeError when the facility has chosen a policy that the pack does not have: nothing is opened then */
  policyOf(name: string): AccessPolicy {
    const policy = this.pack().policies[name];
    if (!policy) throw new RangeError(`the rule pack ${ACCESS_PACK} has no policy ${name}`);
    return policy;
  }

  /**
   * What the policy leaves to somebody; undefined when it leaves him all that his roles give. Partners' clients have
   * their scopes, and the program's own work has its roles.
   */
  async of(actor: Actor, stated?: string): Promise<Limited | undefined> {
    if (!actor.id.startsWith('account:')) return undefined;
    const name = await this.policyName(actor.tenant);
    if (name === OPEN_POLICY) return undefined;
    const purpose = stated ?? this.purposes()[0] ?? 'TREAT';
    const key = [actor.tenant, actor.id, actor.practitioner, purpose, name, ...actor.roles].join('\u0000');
    const now = performance.now();
    const known = this.known.get(key);
    if (known && known.until > now) return known.limited;
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    const limited = this.compile(actor, this.policyOf(name), purpose);
    this.known.set(key, { until: now + AGE, limited });
    limited.then(
      (made) => {
        if (this.settled.size >= MAX_KNOWN) this.settled.clear();
        if (made) this.settled.set(`${actor.tenant} ${actor.id}`, made);
      },
      () => this.known.delete(key),
    );
    return limited;
  }

  purposes(): string[] {
    return this.pack().purposes.map((p) => p.code);
  }

  /** Purpose of a deed for the audit: BTG while the glass is broken for this patient. */
  purposeFor(actor: Actor, patient: string | null | undefined): string | undefined {
    const limited = this.settled.get(`${actor.tenant} ${actor.id}`);
    const until = patient == null ? undefined : limited?.broken.get(patient);
    return until !== undefined && until > this.engine.clock.now().toISOString() ? 'BTG' : undefined;
  }

  /** What was worked out about a person is worked out anew: his grants or the facility's choice have changed. */
  forget(tenant: number): void {
    this.choices.delete(tenant);
    for (const map of [this.known, this.settled] as Map<string, unknown>[])
      for (const key of map.keys()) if (Number.parseInt(key, 10) === tenant) map.delete(key);
  }

  private async compile(actor: Actor, policy: AccessPolicy, purpose: string): Promise<Limited | undefined> {
    const { engine } = this;
    const access = await this.accessUnder(actor, policy, purpose);
    if (!access.limits(RESOURCE_TYPES) && !hasPermissionRules(policy)) return undefined;
    const enter = enterOf(access);
    const smaller = limitedEngine(engine, enter);
    Object.defineProperty(smaller, 'policy', { value: new LimitedPolicy(engine.policy, access) });
    const broken = await this.brokenBy(actor, access.asker.now);
    const until = new Map(broken.map((one) => [one.patient, one.until]));
    return { access, enter, engine: smaller, whole: engine.database, broken: until };
  }

  /** A policy for a person, whether it is switched on or not. */
  async accessUnder(actor: Actor, policy: AccessPolicy, purpose: string): Promise<Access> {
    const grants = (role: string): ReadonlySet<string> => this.engine.policy.permissionsOf([role]);
    const kept = new Map(actor.roles.map((role) => [role, grants(role)]));
    return new Access(this.pack(), policy, (role) => kept.get(role) ?? new Set(), await this.asker(actor, purpose));
  }

  /** His rooms and departments stand in his PractitionerRole; a department brings its rooms. */
  private async asker(actor: Actor, purpose: string): Promise<Asker> {
    const on = this.engine.database.tenant(actor.tenant);
    const now = this.engine.clock.now().toISOString();
    const me = [actor.id, ...(actor.practitioner === null ? [] : [`Practitioner/${actor.practitioner}`])];
    const base = { roles: actor.roles, me, purpose, now };
    if (actor.practitioner === null) return { ...base, units: [], licensed: false };
    const [roles, person] = await Promise.all([
      referringRecords(on, [{ param: 'PractitionerRole.practitioner', value: actor.practitioner }]),
      readRecord(on, 'Practitioner', actor.practitioner),
    ]);
    const units = new Set<string>();
    for (const { record } of roles) {
      const { organization, location = [], active, period } = record.resource as unknown as RoleRecord;
      if (record.type !== 'PractitionerRole' || active === false || !isNow(period, now)) continue;
      for (const reference of [organization?.reference, ...location.map((l) => l.reference)])
        if (reference !== undefined) units.add(reference);
    }
    const departments = [...units].flatMap((u) => (u.startsWith('Organization/') ? [u.slice(13)] : []));
    const rooms = await referringRecords(
      on,
      departments.map((value) => ({ param: 'Location.organization', value })),
    );
    for (const { record } of rooms) if (record.type === 'Location') units.add(`Location/${record.id}`);
    const { qualification = [] } = (person?.resource ?? {}) as { qualification?: { period?: Period }[] };
    return { ...base, units: [...units].sort(), licensed: qualification.some((q) => isNow(q.period, now)) };
  }

  /** His emergency openings that last. */
  async brokenBy(actor: Actor, now: string): Promise<{ task: string; patient: string; until: string }[]> {
    const { rows } = await this.engine.database
      .tenant(actor.tenant)
      .query<{ source: string; patient: string; until: Date }>({
        name: 'access_broken',
        text: `select source, patient, until from access.relation
             where tenant = mach_tenant() and who = $1 and until > $2::timestamptz order by until`,
        values: [actor.id, now],
      });
    return rows.map(({ source, patient, until }) => ({
      task: source.slice('Task/'.length),
      patient,
      until: until.toISOString(),
    }));
  }
}

interface RoleRecord {
  active?: boolean;
  period?: Period;
  organization?: { reference?: string };
  location?: { reference?: string }[];
}

const hasPermissionRules = (policy: AccessPolicy): boolean =>
  policy.rules.some(
    (rule) =>
      ((rule.kind === 'limit' || rule.kind === 'deny') && (rule.permissions?.length ?? 0) > 0) ||
      (rule.kind === 'hide' && rule.columns !== undefined),
  );

/** An engine that reads no more than somebody may see; it writes as before. */
export function limitedEngine(engine: Engine, enter: Enter): Engine {
  const database = new LimitedDatabase(engine.database, enter, () => engine.clock.now().toISOString());
  return Object.create(engine, { database: { value: database } }) as Engine;
}

const services = new WeakMap<Engine, AccessService>();

/** The access service of an engine. */
export function accessService(engine: Engine): AccessService {
  const known = services.get(engine) ?? services.get(Object.getPrototypeOf(engine) as Engine);
  if (known) return known;
  const made = new AccessService(engine);
  services.set(engine, made);
  return made;
}
