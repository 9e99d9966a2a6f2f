import { localDate } from '@mach/base/time.ts';
import type { Engine, RulePacks } from '@mach/engine';
import { valueSetCodes } from '@mach/fhir/definitions.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import { membershipOf } from '@mach/fhir/profile/membership.ts';
import { type Profile, withoutVersion } from '@mach/fhir/profile/model.ts';
import { openPack, type ProfilePack, type ProfilePackData } from '@mach/fhir/profile/pack.ts';
import { ProfileSet } from '@mach/fhir/profile/profile-set.ts';
import { readProfile } from '@mach/fhir/profile/read.ts';
import { parseSearch } from '@mach/fhir/search-syntax.ts';
import { type CodeSystem, readCodeSystem } from '@mach/fhir/terminology/code-system.ts';
import { referringRecords, type StoredRecord, searchRecords } from '@mach/store';
import { packSystem } from '../operations/terminology/pack-systems.ts';

/** Changes of these may change what is valid. */
const CONFORMANCE: ReadonlySet<string> = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem']);
/** Says which profiles a facility demands. */
const GUIDE = 'ImplementationGuide';
/** Subject of the rule pack of the national guide. */
export const PROFILE_PACK = 'vn-core';
const EMPTY: ProfilePack = { profiles: new Map(), codeSystems: new Map(), valueSets: new Map() };
const PAGE = 200;
/** Profiles of one facility beyond this number are not read: no guide comes near it. */
const MAX_PROFILES = 5_000;
/** How deep value sets may name each other. */
const MAX_NESTING = 8;

/** Profiles that every resource of a type must follow, whether it says so or not. */
type Demands = ReadonlyMap<string, readonly string[]>;

interface Kept {
  readonly day: string;
  /** The rule packs that it was made with: others since a change of the facility's was approved. */
  readonly packs: RulePacks;
  readonly set: Promise<ProfileSet>;
}

/**
 * Keeps the compiled profiles of each facility: those of the rule pack, and over them what the facility has stored
 * (StructureDefinition, ValueSet, CodeSystem, and the `global` profiles of its active ImplementationGuides). A write of
 * one of these, by this process or another, drops what was kept.
 */
export class HouseProfiles {
  private readonly engine: Engine;
  private readonly kept = new Map<number, Kept>();
  private readonly demanded = new Map<number, Promise<Demands>>();
  private readonly watched = new Set<number>();

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  private static readonly houses = new WeakMap<Engine, HouseProfiles>();

  /** The profiles of an engine. What is valid depends on the facility, never on what the one who writes may see. */
  static of(engine: Engine): HouseProfiles {
    const whole = wholeOf(engine);
    let house = HouseProfiles.houses.get(whole);
    if (!house) {
      house = new HouseProfiles(whole);
      HouseProfiles.houses.set(whole, house);
    }
    return house;
  }

  /**
   * The profiles of a facility, read when they are first needed: whoever loads a guide of hundreds of definitions one by
   * one does not have them read again after each.
   */
  set(tenant: number): Promise<ProfileSet> {
    this.watch(tenant);
    const day = localDate(this.engine.clock.now().toISOString());
    const packs = this.engine.packsOf(tenant);
    const known = this.kept.get(tenant);
    if (known?.day === day && known.packs === packs) return known.set;
    const set = load(this.engine, tenant, packs, day);
    this.kept.set(tenant, { day, packs, set });
    // A failure is said to whoever asked and is not kept.
    set.catch(() => {
      if (this.kept.get(tenant)?.set === set) this.kept.delete(tenant);
    });
    return set;
  }

  /** The profiles that a facility demands, by resource type. */
  demands(tenant: number): Promise<Demands> {
    this.watch(tenant);
    const known = this.demanded.get(tenant);
    if (known) return known;
    const demands = all(this.engine, tenant, GUIDE).then(demandedBy);
    this.demanded.set(tenant, demands);
    demands.catch(() => {
      if (this.demanded.get(tenant) === demands) this.demanded.delete(tenant);
    });
    return demands;
  }

  /** Called when records of these types have been written. */
  written(tenant: number, types: Iterable<string>): void {
    for (const type of types) {
      if (CONFORMANCE.has(type)) this.kept.delete(tenant);
      else if (type === GUIDE) this.demanded.delete(tenant);
    }
  }

  private watch(tenant: number): void {
    if (this.watched.has(tenant)) return;
    this.watched.add(tenant);
    this.engine.relay(tenant).onEntries((entries) => {
      for (const entry of entries)
        this.written(
          tenant,
          entry.records.map(([type]) => type),
        );
    });
  }
}

/** An engine limited to one person stands on the whole one, which alone has packs of its own. */
function wholeOf(engine: Engine): Engine {
  return Object.hasOwn(engine, 'packs') ? engine : wholeOf(Object.getPrototypeOf(engine) as Engine);
}

async function load(engine: Engine, tenant: number, packs: RulePacks, day: string): Promise<ProfileSet> {
  const definitions = await all(engine, tenant, 'StructureDefinition');
  const pack = packOn(packs, day);
  const stored = new Map<string, Profile>();
  for (const definition of definitions.filter((d) => d.status !== 'retired').sort(byRank)) {
    const profile = readProfile(definition);
    if (profile) stored.set(profile.url, profile);
  }
  const terms = await Terms.load(engine, tenant, packs, day, pack, [...stored.values()]);
  return new ProfileSet({
    profile: (url) => stored.get(url) ?? pack.profiles.get(url),
    members: (url) => terms.members(url),
  });
}

/** The profiles, code systems and value sets of the national guide on a local date. */
export function packOn(packs: RulePacks, day: string): ProfilePack {
  try {
    return packs.derived(PROFILE_PACK, day, `profiles-${day}`, (pack) => openPack(pack.data as ProfilePackData, day));
  } catch (error) {
    if (error instanceof RangeError) return EMPTY;
    throw error;
  }
}

/** URLs of the guide's resource profiles by type, for the CapabilityStatement. */
export function packProfiles(engine: Engine, tenant?: number): ReadonlyMap<string, readonly string[]> {
  const { profiles } = packOn(
    tenant === undefined ? engine.packs : engine.packsOf(tenant),
    localDate(engine.clock.now().toISOString()),
  );
  const byType = Map.groupBy(profiles.values(), (p) => p.type);
  return new Map([...byType].map(([type, list]) => [type, list.map((p) => p.url)]));
}

/** Of several with the same URL the last one counts: an active one over a draft, the later version over the earlier. */
function byRank(a: JsonObject, b: JsonObject): number {
  const rank = (r: JsonObject): string => `${r.status === 'active' ? 1 : 0} ${String(r.version ?? '')}`;
  return rank(a) < rank(b) ? -1 : 1;
}

async function all(engine: Engine, tenant: number, type: string): Promise<JsonObject[]> {
  const parsed = parseSearch(type, new URLSearchParams({ _count: String(PAGE) }), {});
  if (!parsed.ok) throw new Error(`the search of ${type} cannot be read`);
  const out: JsonObject[] = [];
  let cursor: string | undefined;
  do {
    const page = await searchRecords(engine.database, tenant, type, parsed.value, cursor);
    out.push(...page.matches.map(resourceOf));
    cursor = page.next;
  } while (cursor !== undefined && out.length < MAX_PROFILES);
  return out;
}

const resourceOf = (record: StoredRecord): JsonObject => record.resource as unknown as JsonObject;
const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** `ImplementationGuide.global`: profiles that all resources of a type must follow. */
function demandedBy(guides: readonly JsonObject[]): Demands {
  const demanded = new Map<string, readonly string[]>();
  for (const guide of guides)
    if (guide.status === 'active')
      for (const { type, profile } of list(guide.global))
        if (typeof type === 'string' && typeof profile === 'string')
          demanded.set(type, [...new Set([...(demanded.get(type) ?? []), profile])]);
  return demanded;
}

/** The value sets that a facility's profiles are bound to, read before anything is compiled. */
class Terms {
  private readonly sets = new Map<string, JsonObject>();
  private readonly systems = new Map<string, CodeSystem | undefined>();
  private readonly engine: Engine;
  private readonly packs: RulePacks;
  private readonly day: string;
  private readonly pack: ProfilePack;

  private constructor(engine: Engine, packs: RulePacks, day: string, pack: ProfilePack) {
    this.engine = engine;
    this.packs = packs;
    this.day = day;
    this.pack = pack;
  }

  static async load(
    engine: Engine,
    tenant: number,
    packs: RulePacks,
    day: string,
    pack: ProfilePack,
    profiles: readonly Profile[],
  ): Promise<Terms> {
    const terms = new Terms(engine, packs, day, pack);
    const bound = [...profiles, ...pack.profiles.values()].flatMap((p) =>
      p.elements.flatMap((e) => (e.binding ? [withoutVersion(e.binding.valueSet)] : [])),
    );
    await terms.readSets(tenant, new Set(bound), 0);
    await terms.readSystems(tenant);
    return terms;
  }

  private async readSets(tenant: number, urls: ReadonlySet<string>, depth: number): Promise<void> {
    const wanted = [...urls].filter((url) => !this.sets.has(url));
    if (wanted.length === 0 || depth > MAX_NESTING) return;
    for (const resource of await this.stored(tenant, 'ValueSet', wanted)) this.sets.set(String(resource.url), resource);
    for (const url of wanted) {
      const known = this.sets.get(url) ?? this.pack.valueSets.get(url) ?? baseSet(url);
      if (known) this.sets.set(url, known);
    }
    const inner = wanted.flatMap((url) =>
      partsOf(this.sets.get(url)).flatMap((p) => (Array.isArray(p.valueSet) ? p.valueSet : [])),
    );
    await this.readSets(tenant, new Set(inner.map((url) => withoutVersion(String(url)))), depth + 1);
  }

  private async readSystems(tenant: number): Promise<void> {
    const urls = new Set(
      [...this.sets.values()].flatMap(partsOf).flatMap((p) => (typeof p.system === 'string' ? [p.system] : [])),
    );
    for (const resource of await this.stored(tenant, 'CodeSystem', [...urls]))
      this.systems.set(String(resource.url), readCodeSystem(resource));
  }

  private async stored(tenant: number, type: string, urls: readonly string[]): Promise<JsonObject[]> {
    const found = await referringRecords(
      this.engine.database.tenant(tenant),
      urls.map((value) => ({ param: `${type}.url`, value })),
    );
    // The index knows a hash of the URL; the resource itself decides.
    return found
      .filter((f) => f.record.type === type && resourceOf(f.record).url === f.value)
      .map((f) => resourceOf(f.record))
      .sort(byRank);
  }

  members(url: string) {
    const set = this.sets.get(url);
    return (
      set &&
      membershipOf(set, { codeSystem: (system) => this.systemOf(system), valueSet: (other) => this.sets.get(other) })
    );
  }

  private systemOf(url: string): CodeSystem | undefined {
    if (!this.systems.has(url))
      this.systems.set(url, this.pack.codeSystems.get(url) ?? packSystem(this.packs, url, undefined, this.day));
    return this.systems.get(url);
  }
}

function partsOf(valueSet: JsonObject | undefined): JsonObject[] {
  const compose = isObject(valueSet?.compose) ? valueSet.compose : {};
  return [...list(compose.include), ...list(compose.exclude)];
}

/** A value set that R4 itself defines. */
function baseSet(url: string): JsonObject | undefined {
  const codes = valueSetCodes(url);
  if (!codes) return undefined;
  const include = [...codes].map(([system, of]) => ({ system, concept: [...of].map((code) => ({ code })) }));
  return { resourceType: 'ValueSet', url, compose: { include } };
}
