/** The rules of a profile and of all profiles underneath, merged into one tree of elements. */
import type { Text } from '@mach/base';
import { choiceKey, type ElementDef, type ElementType, typeDef } from '../definitions.ts';
import { type ElementRule, type Profile, type ProfileInvariant, type ProfileType, R4_DEFINITION } from './model.ts';
import { splitId } from './read.ts';

/** The rules of one element, or of one slice of it, from all profiles of the chain. */
export interface ElementNode {
  /** Name without the `[x]` of a choice; the type itself at the root. */
  readonly name: string;
  /** Path without slices, for content references: `Questionnaire.item`. */
  readonly path: string;
  /** Id as the differential has it, for messages about the profile itself. */
  readonly id: string;
  readonly slice: string | undefined;
  /** What R4 says of it; undefined at the root. */
  readonly base: ElementDef | undefined;
  readonly children: Map<string, ElementNode>;
  readonly slices: Map<string, ElementNode>;
  min: number;
  max: number;
  types: readonly ProfileType[] | undefined;
  readonly fixed: unknown[];
  readonly patterns: unknown[];
  readonly invariants: ProfileInvariant[];
  binding: ElementRule['binding'];
  slicing: ElementRule['slicing'];
  mustSupport: boolean;
  isModifier: boolean;
  maxLength: number | undefined;
  minValue: unknown;
  maxValue: unknown;
}

export interface ProfileTree {
  readonly profile: Profile;
  readonly root: ElementNode;
  /** What of the profile cannot be applied, for whoever loads or uses it. */
  readonly gaps: Text[];
}

/** A chain of profiles is short; a longer one has a cycle. */
const MAX_CHAIN = 16;
/** Elements of elements; types that hold themselves would allow any number. */
const MAX_STEPS = 40;

/** Builds the tree of a profile; `find` gives the profiles underneath. */
export function buildTree(profile: Profile, find: (url: string) => Profile | undefined): ProfileTree {
  const chain = [profile];
  const gaps: Text[] = [];
  for (let at: Profile | undefined = profile; at?.base !== undefined; ) {
    if (at.base === R4_DEFINITION + profile.type) break;
    const next: Profile | undefined = chain.length < MAX_CHAIN ? find(at.base) : undefined;
    if (!next || next.type !== profile.type) {
      gaps.push({
        vi: `${profile.url}: chưa nạp hồ sơ gốc ${at.base}, chỉ kiểm theo R4 và phần của chính hồ sơ`,
        en: `${profile.url}: the base profile ${at.base} is not loaded; R4 and the profile's own rules are checked`,
      });
      break;
    }
    chain.push(next);
    at = next;
  }
  const root = node(profile.type, profile.type, profile.type, undefined, undefined);
  for (const part of chain.reverse())
    for (const rule of part.elements) {
      const target = locate(root, rule.id);
      if (target) merge(target, rule);
      else
        gaps.push({
          vi: `${part.url}: R4 không có phần tử ${rule.id}`,
          en: `${part.url}: R4 has no element ${rule.id}`,
        });
    }
  return { profile, root, gaps };
}

function node(
  name: string,
  path: string,
  id: string,
  slice: string | undefined,
  base: ElementDef | undefined,
): ElementNode {
  return {
    name,
    path,
    id,
    slice,
    base,
    children: new Map(),
    slices: new Map(),
    min: 0,
    max: Number.POSITIVE_INFINITY,
    types: undefined,
    fixed: [],
    patterns: [],
    invariants: [],
    binding: undefined,
    slicing: undefined,
    mustSupport: false,
    isModifier: false,
    maxLength: undefined,
    minValue: undefined,
    maxValue: undefined,
  };
}

function locate(root: ElementNode, id: string): ElementNode | undefined {
  let at: ElementNode | undefined = root;
  const steps = splitId(id);
  if (steps.length > MAX_STEPS) return undefined;
  for (const [i, step] of steps.entries()) {
    if (i > 0) at = childOf(at, step.name.replace(/\[x\]$/, ''));
    // A slice of a slice is written a/b.
    for (const name of step.slice?.split('/') ?? []) at = at && sliceOf(at, name);
    if (!at) return undefined;
  }
  return at;
}

function childOf(parent: ElementNode, name: string): ElementNode | undefined {
  const known = parent.children.get(name);
  if (known) return known;
  for (const type of typesOf(parent)) {
    for (const element of typeDef(type)?.elements ?? []) {
      if (element.name === name) {
        const made = node(name, `${parent.path}.${name}`, `${parent.id}.${name}`, undefined, element);
        parent.children.set(name, made);
        return made;
      }
      // `Observation.valueQuantity` is short for the slice of that type.
      if (element.isChoice && element.types.some((t) => choiceKey(element.name, t.code) === name)) {
        const choice = childOf(parent, element.name);
        return choice && sliceOf(choice, name);
      }
    }
  }
  return undefined;
}

function sliceOf(parent: ElementNode, name: string): ElementNode {
  const known = parent.slices.get(name);
  if (known) return known;
  const made = node(parent.name, parent.path, `${parent.id}:${name}`, name, parent.base);
  made.types = choiceTypes(parent.base, name) ?? parent.types;
  parent.slices.set(name, made);
  return made;
}

/** `valueQuantity` as the name of a slice says the type. */
function choiceTypes(base: ElementDef | undefined, slice: string): ProfileType[] | undefined {
  if (!base?.isChoice) return undefined;
  const type = base.types.find((t) => choiceKey(base.name, t.code) === slice);
  return type && [{ code: type.code }];
}

/** Codes of the types that a node may have, backbone elements by their R4 name. */
export function typesOf(n: ElementNode): string[] {
  const base: readonly ElementType[] = n.base?.types ?? [{ code: n.path, targets: [] }];
  if (!n.types) return base.map((t) => t.code);
  return n.types.flatMap((t) =>
    t.code === 'BackboneElement' || t.code === 'Element' ? base.map((b) => b.code) : [t.code],
  );
}

function merge(n: ElementNode, rule: ElementRule): void {
  if (rule.min !== undefined) n.min = Math.max(n.min, rule.min);
  if (rule.max !== undefined) n.max = Math.min(n.max, rule.max);
  if (rule.types) n.types = rule.types;
  if ('fixed' in rule) n.fixed.push(rule.fixed);
  if ('pattern' in rule) n.patterns.push(rule.pattern);
  for (const invariant of rule.invariants ?? [])
    if (!n.invariants.some((i) => i.key === invariant.key)) n.invariants.push(invariant);
  if (rule.binding) n.binding = rule.binding;
  if (rule.slicing) n.slicing = sliced(n.slicing, rule.slicing);
  if (rule.mustSupport) n.mustSupport = true;
  if (rule.isModifier) n.isModifier = true;
  if (rule.maxLength !== undefined) n.maxLength = rule.maxLength;
  if (rule.minValue !== undefined) n.minValue = rule.minValue;
  if (rule.maxValue !== undefined) n.maxValue = rule.maxValue;
}

/** A derived profile repeats the slicing with what it adds, and may leave the discriminators to its base. */
function sliced(known: ElementRule['slicing'], given: NonNullable<ElementRule['slicing']>): ElementRule['slicing'] {
  if (!known || given.discriminators.length > 0) return given;
  return { ...given, discriminators: known.discriminators };
}
