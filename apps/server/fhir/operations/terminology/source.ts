import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type Actor, type Engine, type RulePacks, scopesReachRecord } from '@mach/engine';
import { resourceTypes, typeDef, valueSetCodes } from '@mach/fhir/definitions.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import type { ProfilePack } from '@mach/fhir/profile/pack.ts';
import { type CodeSystem, codeSystem, readCodeSystem } from '@mach/fhir/terminology/code-system.ts';
import type { TerminologySource } from '@mach/fhir/terminology/value-set.ts';
import { parseUnit } from '@mach/fhir/ucum.ts';
import { readRecord, referringRecords, type StoredRecord } from '@mach/store';
import { gone, notFound } from '../../exchange.ts';
import { packOn } from '../../profiles/house-profiles.ts';
import { packSystem } from './pack-systems.ts';

const UCUM = 'http://unitsofmeasure.org';
/** UCUM has no list of codes: a code is what its grammar reads. */
const UNITS: CodeSystem = {
  url: UCUM,
  name: 'UCUM',
  isComplete: true,
  find: (code) =>
    parseUnit(code)
      ? { code, display: code, designations: [], properties: [], parents: [], isAbstract: false, isInactive: false }
      : undefined,
  all: () => undefined,
  childrenOf: () => [],
};

type Canonical = 'CodeSystem' | 'ValueSet' | 'ConceptMap';
/** Stored code systems ready to be asked, by tenant, record and version; the least recently asked goes first. */
const compiled = new Map<string, CodeSystem | undefined>();
const MAX_COMPILED = 40;

/** Who asks, and of which house. */
export interface TermsCall {
  readonly doors: { readonly engine: Engine };
  readonly actor: Actor;
}

/**
 * Where the terminology operations find what they ask for: first the stored resources, as far as the caller may read
 * them, then the lists of the rule packs, then what R4 itself defines.
 */
export class HouseTerminology implements TerminologySource {
  private readonly call: TermsCall;
  /** Local date that chooses between the editions of a list, yyyy-MM-dd. */
  readonly date: string;

  constructor(call: TermsCall, date: string | undefined) {
    this.call = call;
    this.date = date?.slice(0, 10) ?? localDate(call.doors.engine.clock.now().toISOString());
  }

  async codeSystem(url: string, version: string | undefined): Promise<CodeSystem | undefined> {
    const stored = await this.newest('CodeSystem', url, version);
    if (stored) return this.compiled(stored);
    if (url === UCUM) return UNITS;
    return packSystem(this.packs, url, version, this.date) ?? this.guide.codeSystems.get(url) ?? r4System(url);
  }

  async valueSet(canonical: string): Promise<JsonObject | undefined> {
    const [url = '', version] = canonical.split('|');
    const stored = await this.stored('ValueSet', url, version);
    if (stored) return stored;
    return implicitSet(url, version) ?? this.guide.valueSets.get(url) ?? r4ValueSet(url);
  }

  /** The rule packs as the caller's facility has them, with what it says differently. */
  get packs(): RulePacks {
    return this.call.doors.engine.packsOf(this.call.actor.tenant);
  }

  private get guide(): ProfilePack {
    return packOn(this.packs, this.date);
  }

  async stored(type: Canonical, url: string, version: string | undefined): Promise<JsonObject | undefined> {
    const record = await this.newest(type, url, version);
    return record && resourceOf(record);
  }

  private compiled(record: StoredRecord): CodeSystem | undefined {
    const key = `${this.call.actor.tenant}/${record.rid}/${record.version}`;
    const known = compiled.has(key) ? compiled.get(key) : readCodeSystem(resourceOf(record));
    compiled.delete(key);
    compiled.set(key, known);
    for (const oldest of compiled.keys()) {
      if (compiled.size <= MAX_COMPILED) break;
      compiled.delete(oldest);
    }
    return known;
  }

  /** A stored resource by its canonical URL; of several the version asked for, else the active and latest one. */
  private async newest(type: Canonical, url: string, version: string | undefined): Promise<StoredRecord | undefined> {
    const found = (await this.storedBy(type, `${type}.url`, url)).filter(
      (r) => version === undefined || resourceOf(r).version === version,
    );
    const rank = (r: StoredRecord): string =>
      `${resourceOf(r).status === 'active' ? 1 : 0} ${String(resourceOf(r).version ?? '')} ${r.updated}`;
    return found.sort((a, b) => (rank(a) < rank(b) ? 1 : -1))[0];
  }

  async storedBy(type: Canonical, param: string, value: string): Promise<StoredRecord[]> {
    const { engine } = this.call.doors;
    if (engine.policy.record(this.call.actor, 'search', type) === 'denied') return [];
    const found = await referringRecords(engine.database.tenant(this.call.actor.tenant), [{ param, value }]);
    return found.map((f) => f.record).filter((r) => r.type === type && scopesReachRecord(this.call.actor, r, 'search'));
  }

  /** @throws Problem 403, 404, 410 */
  async byId(type: Canonical, id: string): Promise<JsonObject> {
    const { engine } = this.call.doors;
    engine.policy.requireRecord(this.call.actor, 'read', type);
    const record = await readRecord(engine.database.tenant(this.call.actor.tenant), type, id);
    if (!record || !scopesReachRecord(this.call.actor, record)) throw notFound(type, id);
    if (record.deleted) throw gone(type, id);
    return resourceOf(record);
  }
}

const resourceOf = (record: StoredRecord): JsonObject => record.resource as unknown as JsonObject;

/** `[system]?fhir_vs` means all codes of a system, `?fhir_vs=isa/[code]` those below one. */
function implicitSet(url: string, version: string | undefined): JsonObject | undefined {
  const match = /^(.+)\?fhir_vs(?:=isa\/(.+))?$/.exec(url);
  if (!match) return undefined;
  const [, system, above] = match;
  const include = {
    system,
    ...(version === undefined ? {} : { version }),
    ...(above === undefined ? {} : { filter: [{ property: 'concept', op: 'is-a', value: above }] }),
  };
  return { resourceType: 'ValueSet', url, status: 'active', compose: { include: [include] } };
}

/** A value set that R4 defines and its required bindings use; codes only. */
function r4ValueSet(url: string): JsonObject | undefined {
  const codes = valueSetCodes(url);
  if (!codes) return undefined;
  const include = [...codes].map(([system, list]) => ({ system, concept: [...list].map((code) => ({ code })) }));
  return { resourceType: 'ValueSet', url, status: 'active', compose: { include } };
}

let r4Systems: Map<string, Set<string>> | undefined;

/** The code systems of R4's required value sets: codes without displays, and perhaps not all. */
function r4System(url: string): CodeSystem | undefined {
  if (!r4Systems) {
    r4Systems = new Map();
    for (const valueSet of boundValueSets())
      for (const [system, codes] of valueSetCodes(valueSet) ?? []) {
        const known = r4Systems.get(system) ?? new Set();
        r4Systems.set(system, known);
        for (const code of codes) known.add(code);
      }
  }
  const codes = r4Systems.get(url);
  if (!codes) return undefined;
  const bare = { designations: [], properties: [], parents: [], isAbstract: false, isInactive: false };
  return codeSystem(
    { url, version: '4.0.1', name: url.replace(/^.*\//, ''), isComplete: false },
    [...codes].map((code) => ({ code, ...bare })),
  );
}

/** URLs of all value sets that elements of R4 resources are bound to. */
function boundValueSets(): Set<string> {
  const urls = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const element of typeDef(name)?.elements ?? []) {
      if (element.binding) urls.add(element.binding.valueSet);
      for (const type of element.types) visit(type.code);
    }
  };
  for (const type of resourceTypes()) visit(type);
  return urls;
}

export function unknownCanonical(type: string, url: string) {
  return refuse(
    404,
    'not-found',
    { vi: `Không có ${type} ${url}`, en: `There is no ${type} ${url}` },
    { field: 'url' },
  );
}

export function asResource(value: unknown, type: string, name: string): JsonObject | undefined {
  if (value === undefined) return undefined;
  if (isObject(value) && value.resourceType === type) return value;
  throw refuse(
    400,
    'bad-parameter',
    { vi: `${name} phải là ${type}`, en: `${name} must be a ${type}` },
    { field: name },
  );
}
