/** Reference targets of a profile: types, and conformance of targets that stand in the same resource. */
import { isResourceType } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { parseReference } from '../references.ts';
import type { Context } from '../validation/context.ts';
import type { CompileEnv, ItemCheck } from './checks.ts';
import { R4_DEFINITION, withoutVersion } from './model.ts';
import type { ElementNode } from './tree.ts';

/** The rule of `targetProfile`, where it says more than R4 does. */
export function referenceRule(node: ElementNode, env: CompileEnv): ItemCheck[] {
  const urls = (node.types ?? []).filter((t) => t.code === 'Reference').flatMap((t) => t.targets ?? []);
  if (urls.length === 0) return [];
  const allowed = new Set<string>();
  const conforming = new Map<string, ItemCheck[]>();
  let isKnown = true;
  for (const canonical of urls) {
    const url = withoutVersion(canonical);
    const plain = url.startsWith(R4_DEFINITION) ? url.slice(R4_DEFINITION.length) : '';
    if (plain === 'Resource') return [];
    if (isResourceType(plain)) {
      allowed.add(plain);
      conforming.set(plain, [() => undefined]);
      continue;
    }
    const found = env.profile(url);
    if (!found) {
      isKnown = false;
      env.gap({ vi: `Chưa nạp hồ sơ đích ${url}`, en: `The target profile ${url} is not loaded` });
      continue;
    }
    const { type } = found.tree.profile;
    allowed.add(type);
    conforming.set(type, [...(conforming.get(type) ?? []), (v, t, s, ctx) => found.item(v, t, s, ctx)]);
  }
  const base = node.base?.types.find((t) => t.code === 'Reference')?.targets ?? [];
  const narrows = isKnown && !(base.length > 0 && base.every((t) => allowed.has(t)));
  return [
    (value, _type, _sibling, ctx) => {
      if (!isObject(value)) return;
      const type = targetType(value, ctx);
      if (type === undefined) return;
      // What R4 itself does not allow has been reported.
      if (narrows && !allowed.has(type) && (base.length === 0 || base.includes(type))) wrongTarget(type, allowed, ctx);
      else if (isKnown) contained(value, type, conforming.get(type), ctx);
    },
  ];
}

/** The type that a reference says it leads to. */
export function targetType(reference: JsonObject, ctx: Context): string | undefined {
  const text = reference.reference;
  const declared = typeof reference.type === 'string' ? reference.type : undefined;
  if (typeof text !== 'string') return declared;
  const parsed = parseReference(text);
  switch (parsed?.kind) {
    case 'relative':
    case 'absolute':
    case 'conditional':
      return parsed.type;
    case 'contained': {
      const type = containedTarget(parsed.id, ctx)?.resourceType;
      return typeof type === 'string' ? type : declared;
    }
    case 'urn':
      return ctx.bundleTypes?.get(parsed.urn) ?? declared;
    case 'url':
      return ctx.bundleTypes?.get(parsed.url) ?? declared;
    default:
      return declared;
  }
}

/** Contained resources by their id, once for each resource that holds some. */
const containedById = new WeakMap<JsonObject, ReadonlyMap<unknown, JsonObject>>();

/** The contained resource with the id; the containing one for `#`. */
export function containedTarget(id: string, ctx: Context): JsonObject | undefined {
  const root = ctx.rootResource;
  if (id === '') return root;
  if (!Array.isArray(root.contained)) return undefined;
  let known = containedById.get(root);
  if (!known) {
    known = new Map(root.contained.filter(isObject).map((c) => [c.id, c]));
    containedById.set(root, known);
  }
  return known.get(id);
}

function wrongTarget(type: string, allowed: ReadonlySet<string>, ctx: Context): void {
  const names = [...allowed].join(', ');
  ctx.error(
    'value',
    `Hồ sơ không cho tham chiếu tới ${type}; chỉ tới ${names}`,
    `The profile does not allow a reference to ${type} here; allowed are ${names}`,
    'reference',
  );
}

/** Resources may refer to each other in circles: the targets of targets are followed this far. */
const MAX_TARGETS = 3;
/** Targets looked at in one validation; many references to many targets would else multiply. */
const MAX_LOOKS = 500;

/** Whether the target of a reference keeps to a profile; the circle is taken to be closed well. */
export function conforms(target: unknown, type: string, check: ItemCheck, ctx: Context): boolean {
  if (ctx.objectDepth >= MAX_TARGETS || ctx.targetLooks >= MAX_LOOKS) return true;
  ctx.targetLooks++;
  return ctx.passes(() => {
    ctx.objectDepth++;
    check(target, type, undefined, ctx);
  });
}

function contained(reference: JsonObject, type: string, checks: readonly ItemCheck[] | undefined, ctx: Context): void {
  if (!checks || typeof reference.reference !== 'string' || !reference.reference.startsWith('#')) return;
  const target = reference.reference === '#' ? undefined : containedTarget(reference.reference.slice(1), ctx);
  if (!target || checks.some((check) => conforms(target, type, check, ctx))) return;
  ctx.error(
    'value',
    `Tài nguyên đính kèm ${reference.reference} không theo hồ sơ đích`,
    `The contained resource ${reference.reference} does not conform to the target profile`,
    'reference',
  );
}
