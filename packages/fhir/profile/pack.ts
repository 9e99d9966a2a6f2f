/** A profile pack: profiles, code systems and value sets of a guide, in the compact form of the rule packs. */
import type { JsonObject } from '../json.ts';
import { type CodeSystem, codeSystem } from '../terminology/code-system.ts';
import type { DressRules } from './dress.ts';
import type { ElementRule, Profile } from './model.ts';

/** A slip of a published profile, and what is dropped of it while the rule is in force. */
export interface ProfileRepair {
  /** Local dates `yyyy-MM-dd`, both included; null: without end. */
  readonly from: string;
  readonly to: string | null;
  readonly profile: string;
  /** Id of the element. */
  readonly element: string;
  readonly drop: readonly (keyof ElementRule)[];
  readonly why: string;
}

interface PackCodeSystem {
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly content?: string;
  readonly concepts?: readonly (readonly [code: string, display?: string])[];
}

interface PackPart {
  readonly system?: string;
  readonly codes?: readonly string[];
  readonly filters?: readonly (readonly [property: string, op: string, value: string])[];
  readonly valueSets?: readonly string[];
}

interface PackValueSet {
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly include: readonly PackPart[];
  readonly exclude?: readonly PackPart[];
}

export interface ProfilePackData {
  readonly profiles: readonly Profile[];
  readonly repairs: readonly ProfileRepair[];
  readonly codeSystems: readonly PackCodeSystem[];
  readonly valueSets: readonly PackValueSet[];
  readonly dresses: readonly DressRules[];
}

/** What a pack gives on a day, by URL. */
export interface ProfilePack {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly codeSystems: ReadonlyMap<string, CodeSystem>;
  readonly valueSets: ReadonlyMap<string, JsonObject>;
}

/** Opens a pack as it stands on a local date `yyyy-MM-dd`. */
export function openPack(data: ProfilePackData, date: string): ProfilePack {
  const repairs = data.repairs.filter((r) => inForce(r, date));
  return {
    profiles: new Map(data.profiles.map((p) => [p.url, repaired(p, repairs)])),
    codeSystems: new Map(
      data.codeSystems.flatMap((cs) => {
        const made = systemOf(cs);
        return made ? [[cs.url, made]] : [];
      }),
    ),
    valueSets: new Map(data.valueSets.map((vs) => [vs.url, valueSetOf(vs)])),
  };
}

/** Whether a dated rule holds on a day. */
export function inForce(rule: { readonly from: string; readonly to: string | null }, date: string): boolean {
  return rule.from <= date && (rule.to === null || date <= rule.to);
}

function repaired(profile: Profile, repairs: readonly ProfileRepair[]): Profile {
  const own = repairs.filter((r) => r.profile === profile.url);
  if (own.length === 0) return profile;
  return {
    ...profile,
    elements: profile.elements.map((element) => {
      const drop = new Set<string>(own.filter((r) => r.element === element.id).flatMap((r) => r.drop));
      if (drop.size === 0) return element;
      return Object.fromEntries(Object.entries(element).filter(([key]) => !drop.has(key))) as unknown as ElementRule;
    }),
  };
}

/** A code system with its concepts; of a shell nothing can be asked. */
function systemOf(cs: PackCodeSystem): CodeSystem | undefined {
  if (!cs.concepts) return undefined;
  const head = {
    url: cs.url,
    name: cs.name ?? cs.url,
    isComplete: cs.content === 'complete',
    ...(cs.version === undefined ? {} : { version: cs.version }),
  };
  return codeSystem(
    head,
    cs.concepts.map(([code, display]) => ({
      code,
      ...(display === undefined ? {} : { display }),
      designations: [],
      properties: [],
      parents: [],
      isAbstract: false,
      isInactive: false,
    })),
  );
}

function valueSetOf(vs: PackValueSet): JsonObject {
  return {
    resourceType: 'ValueSet',
    url: vs.url,
    ...(vs.version === undefined ? {} : { version: vs.version }),
    ...(vs.name === undefined ? {} : { name: vs.name }),
    status: 'active',
    compose: {
      include: vs.include.map(partOf),
      ...(vs.exclude ? { exclude: vs.exclude.map(partOf) } : {}),
    },
  };
}

function partOf(part: PackPart): JsonObject {
  return {
    ...(part.system === undefined ? {} : { system: part.system }),
    ...(part.codes ? { concept: part.codes.map((code) => ({ code })) } : {}),
    ...(part.filters ? { filter: part.filters.map(([property, op, value]) => ({ property, op, value })) } : {}),
    ...(part.valueSets ? { valueSet: part.valueSets } : {}),
  };
}
