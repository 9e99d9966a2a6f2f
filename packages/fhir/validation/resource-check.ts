/** A resource in any place: root, contained, Bundle entry, Parameters. */
import { isResourceType } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { checkNode, compileType } from './compile.ts';
import { type Context, shown } from './context.ts';

/** Checks a resource nested in another one (`contained`, `Bundle.entry.resource`, `Parameters.parameter.resource`). */
export function checkAnyResource(value: unknown, ctx: Context): void {
  if (!isObject(value)) {
    ctx.error('structure', 'Tài nguyên phải là đối tượng JSON', 'A resource must be a JSON object');
    return;
  }
  const isContained = ctx.depth >= 2 && ctx.path[ctx.depth - 2] === 'contained';
  if (isContained) {
    const outer = ctx.resource;
    ctx.resource = value;
    checkContainedRules(value, ctx);
    checkByType(value, ctx);
    ctx.resource = outer;
    return;
  }
  checkResourceScope(value, ctx);
}

/** Checks a resource with a scope of its own for `#id` references. */
export function checkResourceScope(value: JsonObject, ctx: Context): void {
  const { contained, localReferences, resource, rootResource } = ctx;
  ctx.contained = undefined;
  ctx.localReferences = undefined;
  ctx.resource = value;
  ctx.rootResource = value;
  if (Array.isArray(value.contained)) {
    ctx.contained = new Map();
    ctx.localReferences = new Set();
    for (const c of value.contained) {
      if (isObject(c) && typeof c.id === 'string' && typeof c.resourceType === 'string') {
        ctx.contained.set(c.id, c.resourceType);
      }
    }
  }
  checkByType(value, ctx);
  if (ctx.localReferences) checkContainedAreUsed(value.contained as unknown[], ctx.localReferences, ctx);
  ctx.contained = contained;
  ctx.localReferences = localReferences;
  ctx.resource = resource;
  ctx.rootResource = rootResource;
}

function checkByType(value: JsonObject, ctx: Context): void {
  const type = value.resourceType;
  if (typeof type !== 'string' || !isResourceType(type)) {
    ctx.error(
      'structure',
      type === undefined ? 'Thiếu resourceType' : `Loại tài nguyên không có trong FHIR R4: ${shown(type)}`,
      type === undefined ? 'resourceType is missing' : `Not a FHIR R4 resource type: ${shown(type)}`,
      'resourceType',
    );
    return;
  }
  checkNode(compileType(type), value, ctx);
}

/** dom-2, dom-4 and dom-5: what a contained resource may not hold. */
function checkContainedRules(value: JsonObject, ctx: Context): void {
  if (value.contained !== undefined) {
    ctx.error(
      'invariant',
      'Tài nguyên đính kèm không được chứa tài nguyên khác (dom-2)',
      'A contained resource must not contain resources (dom-2)',
      'contained',
    );
  }
  if (typeof value.id !== 'string') {
    ctx.error('invariant', 'Tài nguyên đính kèm phải có id', 'A contained resource must have an id', 'id');
  }
  if (!isObject(value.meta)) return;
  if (value.meta.versionId !== undefined || value.meta.lastUpdated !== undefined) {
    ctx.error(
      'invariant',
      'Tài nguyên đính kèm không được có phiên bản hay giờ cập nhật (dom-4)',
      'A contained resource must not have a version or last-updated time (dom-4)',
      'meta',
    );
  }
  if (value.meta.security !== undefined) {
    ctx.error(
      'invariant',
      'Tài nguyên đính kèm không được có nhãn bảo mật (dom-5)',
      'A contained resource must not have a security label (dom-5)',
      'meta.security',
    );
  }
}

/** dom-3: a contained resource is referred to by, or refers to, the containing one. */
function checkContainedAreUsed(contained: unknown[], used: ReadonlySet<string>, ctx: Context): void {
  const seen = new Set<string>();
  contained.forEach((c, i) => {
    if (!isObject(c) || typeof c.id !== 'string') return;
    if (seen.has(c.id)) {
      ctx.error(
        'invariant',
        `Trùng id tài nguyên đính kèm ${shown(c.id)}`,
        `The contained id ${shown(c.id)} is used twice`,
        `contained[${i}].id`,
      );
    }
    seen.add(c.id);
    if (used.has(c.id) || refersToContainer(c)) return;
    ctx.error(
      'invariant',
      `Tài nguyên đính kèm #${c.id} không được dùng tới (dom-3)`,
      `The contained resource #${c.id} is not referred to (dom-3)`,
      `contained[${i}]`,
    );
  });
}

function refersToContainer(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(refersToContainer);
  if (!isObject(node)) return false;
  return node.reference === '#' || Object.values(node).some((v) => typeof v === 'object' && refersToContainer(v));
}
