/** Strict validation against base R4. */
import type { Issue } from '@mach/base';
import { isObject } from './json.ts';
import { Context, type ValidateOptions } from './validation/context.ts';
import { checkAnyResource, checkResourceScope } from './validation/resource-check.ts';

export type { ValidateOptions } from './validation/context.ts';

/**
 * Every fault of a parsed JSON resource against FHIR R4; an empty list means that it is valid. `field` of an issue is
 * the FHIRPath location of the fault, `code` an OperationOutcome issue type. Warnings do not make a resource invalid:
 * see {@link isValid}.
 */
export function validate(resource: unknown, options: ValidateOptions = {}): Issue[] {
  const ctx = new Context(options, checkAnyResource);
  if (!isObject(resource)) {
    ctx.error('structure', 'Tài nguyên phải là đối tượng JSON', 'A resource must be a JSON object');
    return ctx.issues;
  }
  ctx.path[ctx.depth++] = typeof resource.resourceType === 'string' ? resource.resourceType.slice(0, 64) : 'Resource';
  if (resource.resourceType === 'Bundle') prepareBundle(resource, ctx);
  checkResourceScope(resource, ctx);
  if (ctx.found > ctx.issues.length) {
    const rest = ctx.found - ctx.issues.length;
    ctx.issues.push({
      severity: 'error',
      code: 'too-costly',
      field: ctx.location(),
      text: { vi: `Còn ${rest} lỗi khác không liệt kê`, en: `${rest} more faults are not listed` },
    });
  }
  return ctx.issues;
}

/** Whether a list of issues leaves the resource valid. */
export function isValid(issues: readonly Issue[]): boolean {
  return !issues.some((i) => i.severity === 'error');
}

/** References inside a transaction may be conditional, and full URLs tell the types of their targets. */
function prepareBundle(bundle: Record<string, unknown>, ctx: Context): void {
  if (bundle.type === 'transaction' || bundle.type === 'batch') ctx.conditionalReferences = true;
  if (!Array.isArray(bundle.entry)) return;
  ctx.bundleTypes = new Map();
  for (const entry of bundle.entry) {
    if (!isObject(entry) || typeof entry.fullUrl !== 'string' || !isObject(entry.resource)) continue;
    const type = entry.resource.resourceType;
    if (typeof type === 'string') ctx.bundleTypes.set(entry.fullUrl, type);
  }
}
