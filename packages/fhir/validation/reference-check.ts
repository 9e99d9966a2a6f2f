/** Syntax and target types of references; contained targets must exist (ref-1). */
import { isResourceType } from '../definitions.ts';
import { parseReference } from '../references.ts';
import { type Context, shown } from './context.ts';

/** Checks a Reference object whose elements have been checked already. */
export function checkReference(node: Record<string, unknown>, targets: readonly string[], ctx: Context): void {
  const text = node.reference;
  const declared = node.type;
  if (typeof declared === 'string' && targets.length > 0 && isResourceType(declared) && !targets.includes(declared)) {
    wrongTarget(declared, targets, ctx, 'type');
  }
  if (typeof text !== 'string' || text === '') return;
  const parsed = parseReference(text);
  if (!parsed) {
    ctx.error(
      'value',
      `Tham chiếu không hợp lệ: ${shown(text)}`,
      `Not a reference: ${shown(text)}; use Type/id, an absolute URL, urn:uuid: or #id`,
      'reference',
    );
    return;
  }
  let type: string | undefined;
  switch (parsed.kind) {
    case 'relative':
    case 'absolute':
      type = parsed.type;
      break;
    case 'conditional':
      type = parsed.type;
      if (!ctx.conditionalReferences) {
        ctx.error(
          'value',
          'Tham chiếu có điều kiện chỉ dùng được trong giao dịch (transaction)',
          'A conditional reference is allowed in a transaction only',
          'reference',
        );
      }
      break;
    case 'contained':
      type = containedType(parsed.id, ctx);
      break;
    case 'urn':
      type = ctx.bundleTypes?.get(parsed.urn);
      break;
    case 'url':
      type = ctx.bundleTypes?.get(parsed.url);
      break;
  }
  if (type === undefined) return;
  if (targets.length > 0 && !targets.includes(type)) wrongTarget(type, targets, ctx, 'reference');
  if (typeof declared === 'string' && isResourceType(declared) && declared !== type) {
    ctx.error(
      'value',
      `Tham chiếu tới ${type} nhưng type ghi ${declared}`,
      `Refers to ${type} but type says ${declared}`,
      'type',
    );
  }
}

function containedType(id: string, ctx: Context): string | undefined {
  if (id === '') return typeof ctx.rootResource.resourceType === 'string' ? ctx.rootResource.resourceType : undefined;
  ctx.localReferences?.add(id);
  const type = ctx.contained?.get(id);
  if (type === undefined) {
    ctx.error(
      'invariant',
      `Không có tài nguyên đính kèm #${id} (ref-1)`,
      `There is no contained resource #${id} (ref-1)`,
      'reference',
    );
  }
  return type;
}

function wrongTarget(type: string, targets: readonly string[], ctx: Context, child: string): void {
  ctx.error(
    'value',
    `Không được tham chiếu tới ${type}; chỉ tới ${targets.join(', ')}`,
    `A reference to ${type} is not allowed here; allowed are ${targets.join(', ')}`,
    child,
  );
}
