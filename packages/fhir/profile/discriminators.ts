/** How an item is recognised as one of a slice (http://hl7.org/fhir/R4/profiling.html#discriminator). */
import { choiceKey, isSubtype, typeDef } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { parseReference } from '../references.ts';
import type { Context } from '../validation/context.ts';
import type { Compiler } from './checks.ts';
import { type DiscriminatorKind, withoutVersion } from './model.ts';
import { conforms, containedTarget, targetType } from './references.ts';
import { type ElementNode, typesOf } from './tree.ts';
import { fitsPattern, isFixed } from './values.ts';

export type Match = (value: unknown, type: string, sibling: unknown, ctx: Context) => boolean;

/** A value met on the way of a discriminator's path, with its type. */
interface Found {
  readonly value: unknown;
  readonly type: string;
}
type Walk = (from: Found, ctx: Context) => Found[];

/** The test by which items belong to a slice; undefined where the profile gives none. */
export function compileMatch(parent: ElementNode, slice: ElementNode, compiler: Compiler): Match | undefined {
  if (slice.name === 'extension' || slice.name === 'modifierExtension') {
    const url = extensionUrl(slice);
    if (url !== undefined) return (value) => isObject(value) && value.url === url;
  }
  const discriminators = parent.slicing?.discriminators ?? [];
  if (discriminators.length === 0 && parent.base?.isChoice) return typeMatch(slice);
  const tests = discriminators.flatMap((d) => {
    const test = compileDiscriminator(d.kind, d.path, slice, compiler);
    return test ? [test] : [];
  });
  const [only] = tests;
  if (!only) return undefined;
  if (tests.length === 1) return only;
  return (value, type, sibling, ctx) => tests.every((test) => test(value, type, sibling, ctx));
}

/** The URL by which the slices of extensions are told apart: fixed, or that of the extension's own profile. */
function extensionUrl(slice: ElementNode): string | undefined {
  const fixed = slice.children.get('url')?.fixed[0];
  if (typeof fixed === 'string') return fixed;
  const profile = slice.types?.[0]?.profiles?.[0];
  return profile === undefined ? undefined : withoutVersion(profile);
}

function typeMatch(slice: ElementNode): Match {
  const types = new Set(typesOf(slice));
  return (_value, type) => types.has(type);
}

const STEP = /extension\(\s*['"]([^'"]+)['"]\s*\)|ofType\(\s*(?:FHIR\.)?(\w+)\s*\)|resolve\(\)|\$this|\w+(?:\[x\])?/g;

function compileDiscriminator(
  kind: DiscriminatorKind,
  path: string,
  slice: ElementNode,
  compiler: Compiler,
): Match | undefined {
  let nodes: ElementNode[] = [slice];
  const walks: Walk[] = [];
  for (const step of path.matchAll(STEP)) {
    const [text, extension, ofType] = step;
    if (text === '$this') continue;
    // A value fixed on the way holds all that lies below it.
    if (kind !== 'exists' && kind !== 'type' && nodes.some((n) => n.fixed.length > 0 || n.patterns.length > 0)) break;
    if (text === 'resolve()') {
      walks.push(resolveWalk);
      return targetMatch(kind, nodes, walks, compiler);
    }
    if (ofType !== undefined) {
      walks.push((from) => (from.type === ofType || isSubtype(from.type, ofType) ? [from] : []));
      nodes = nodes.flatMap((n) => [n, ...n.slices.values()]).filter((n) => typesOf(n).includes(ofType));
      continue;
    }
    if (extension !== undefined) {
      walks.push((from) => extensionsOf(from, extension));
      nodes = nodes.flatMap((n) =>
        [...(n.children.get('extension')?.slices.values() ?? [])].filter((s) => extensionUrl(s) === extension),
      );
      continue;
    }
    const name = text.replace(/\[x\]$/, '');
    walks.push((from) => childrenOf(from, name));
    nodes = nodes.flatMap((n) => below(n, name, compiler));
  }
  const criteria = nodes.flatMap((n) => {
    const test = criterion(kind, n, compiler);
    return test ? [test] : [];
  });
  if (criteria.length === 0) return undefined;
  return (value, type, sibling, ctx) => {
    const found = walked({ value, type }, walks, ctx);
    return criteria.some((test) => test(found, sibling, ctx));
  };
}

/** The nodes of a child, its slices with it; where the slice says nothing of it, those of the type's own profile. */
function below(node: ElementNode, name: string, compiler: Compiler): ElementNode[] {
  const own = node.children.get(name);
  if (own) return [own, ...own.slices.values()];
  return (node.types ?? [])
    .flatMap((t) => t.profiles ?? [])
    .flatMap((url) => {
      const child = compiler.env.profile(withoutVersion(url))?.tree.root.children.get(name);
      return child ? [child, ...child.slices.values()] : [];
    });
}

function walked(start: Found, walks: readonly Walk[], ctx: Context): Found[] {
  let at: Found[] = [start];
  for (const walk of walks) at = at.flatMap((from) => walk(from, ctx));
  return at;
}

type Criterion = (found: readonly Found[], sibling: unknown, ctx: Context) => boolean;

function criterion(kind: DiscriminatorKind, node: ElementNode, compiler: Compiler): Criterion | undefined {
  if (kind === 'exists') return existence(node);
  if (kind === 'type') {
    const types = typesOf(node);
    return (found) => found.some((f) => types.some((t) => actualType(f) === t || isSubtype(actualType(f), t)));
  }
  if (kind === 'profile') return conformance(node, compiler);
  const { fixed, patterns } = node;
  if (fixed.length > 0 || patterns.length > 0)
    return (found) =>
      found.some((f) => fixed.every((v) => isFixed(f.value, v)) && patterns.every((p) => fitsPattern(f.value, p)));
  const { binding } = node;
  const members = binding?.strength === 'required' ? compiler.env.members(withoutVersion(binding.valueSet)) : undefined;
  if (members) return (found) => found.some((f) => isMember(f.value, members));
  if (hasValues(node)) return conformance(node, compiler);
  return existence(node);
}

/** Whether a value is fixed somewhere below. */
function hasValues(node: ElementNode): boolean {
  return [...node.children.values(), ...node.slices.values()].some(
    (n) => n.fixed.length > 0 || n.patterns.length > 0 || n.binding?.strength === 'required' || hasValues(n),
  );
}

function existence(node: ElementNode): Criterion | undefined {
  if (node.max === 0) return (found) => found.length === 0;
  return node.min > 0 ? (found) => found.length > 0 : undefined;
}

function conformance(node: ElementNode, compiler: Compiler): Criterion {
  const item = compiler.item(node);
  return (found, sibling, ctx) => found.some((f) => ctx.passes(() => item(f.value, f.type, sibling, ctx)));
}

function isMember(value: unknown, members: { has(s: string | undefined, c: string): boolean | undefined }): boolean {
  if (typeof value === 'string') return members.has(undefined, value) === true;
  if (!isObject(value)) return false;
  if (Array.isArray(value.coding)) return value.coding.some((c) => isMember(c, members));
  const system = typeof value.system === 'string' ? value.system : undefined;
  return typeof value.code === 'string' && members.has(system, value.code) === true;
}

/** The target of a reference, where it stands in the resource; else only the type that its text says. */
const resolveWalk: Walk = (from, ctx) => {
  if (!isObject(from.value)) return [];
  const parsed = typeof from.value.reference === 'string' ? parseReference(from.value.reference) : undefined;
  const target = parsed?.kind === 'contained' ? containedTarget(parsed.id, ctx) : undefined;
  const type = targetType(from.value, ctx);
  return target || type ? [{ value: target, type: type ?? 'Resource' }] : [];
};

/** Slices by what a reference leads to: the types and profiles of the slice's targets. */
function targetMatch(
  kind: DiscriminatorKind,
  nodes: readonly ElementNode[],
  walks: readonly Walk[],
  compiler: Compiler,
): Match | undefined {
  const urls = nodes.flatMap((n) => n.types ?? []).flatMap((t) => t.targets ?? []);
  if (urls.length === 0 || (kind !== 'type' && kind !== 'profile')) return undefined;
  const targets = urls.map((canonical) => {
    const url = withoutVersion(canonical);
    const profile = compiler.env.profile(url);
    return { type: profile?.tree.profile.type ?? url.slice(url.lastIndexOf('/') + 1), profile };
  });
  return (value, type, _sibling, ctx) =>
    walked({ value, type }, walks, ctx).some((f) =>
      targets.some(({ type: wanted, profile }) => {
        if (f.type !== wanted) return false;
        if (kind === 'type' || !profile || f.value === undefined) return true;
        return conforms(f.value, f.type, profile.item, ctx);
      }),
    );
}

function actualType(found: Found): string {
  const { value, type } = found;
  return isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : type;
}

function extensionsOf(from: Found, url: string): Found[] {
  if (!isObject(from.value) || !Array.isArray(from.value.extension)) return [];
  return from.value.extension
    .filter((e) => isObject(e) && e.url === url)
    .map((value: unknown) => ({ value, type: 'Extension' }));
}

interface Place {
  readonly key: string;
  readonly type: string;
}
const places = new Map<string, readonly Place[]>();

/** The JSON keys under which an element of a type stands. */
function placesOf(type: string, name: string): readonly Place[] {
  const id = `${type}/${name}`;
  let known = places.get(id);
  if (!known) {
    const element = typeDef(type)?.elements.find((e) => e.name === name);
    known = (element?.types ?? []).map((t) => ({
      key: element?.isChoice ? choiceKey(name, t.code) : name,
      type: t.code,
    }));
    places.set(id, known);
  }
  return known;
}

function childrenOf(from: Found, name: string): Found[] {
  const { value } = from;
  if (!isObject(value)) return [];
  const out: Found[] = [];
  for (const { key, type } of placesOf(actualType(from), name)) pushAll((value as JsonObject)[key], type, out);
  return out;
}

function pushAll(value: unknown, type: string, out: Found[]): void {
  if (Array.isArray(value)) for (const v of value) pushAll(v, type, out);
  else if (value !== undefined && value !== null) out.push({ value, type });
}
