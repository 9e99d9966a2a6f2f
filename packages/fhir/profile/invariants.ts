/** Invariants of a profile: its FHIRPath, compiled once. */
import { typeDef } from '../definitions.ts';
import { type CompiledPath, compilePath, EvaluationError, holds } from '../fhirpath/evaluate.ts';
import { type Item, resourceItem } from '../fhirpath/values.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { CompileEnv, ItemCheck } from './checks.ts';
import type { ProfileInvariant } from './model.ts';
import { type ElementNode, typesOf } from './tree.ts';

/** Every snapshot repeats these; the base has checked them. */
const EVERYWHERE = /^(ele-1|ext-1|dom-[2-6])$/;

export function invariantRules(node: ElementNode, env: CompileEnv): ItemCheck[] {
  const known = new Set([
    ...(node.base?.invariants ?? []).map((i) => i.key),
    ...typesOf(node).flatMap((t) => (typeDef(t)?.invariants ?? []).map((i) => i.key)),
  ]);
  return node.invariants
    .filter((i) => !known.has(i.key) && !EVERYWHERE.test(i.key))
    .flatMap((invariant) => compileInvariant(invariant, node, env));
}

function compileInvariant(invariant: ProfileInvariant, node: ElementNode, env: CompileEnv): ItemCheck[] {
  const { key, severity, human, expression } = invariant;
  let path: CompiledPath;
  try {
    path = compilePath(expression);
  } catch (error) {
    env.gap({
      vi: `${node.id}: không đọc được biểu thức của quy tắc ${key} (${message(error)})`,
      en: `${node.id}: the expression of the invariant ${key} cannot be read (${message(error)})`,
    });
    return [];
  }
  const vi = `Vi phạm quy tắc của hồ sơ: ${human} (${key})`;
  const en = `${human} (${key})`;
  return [
    (value, type, sibling, ctx) => {
      try {
        if (holds(path, itemOf(value, type, sibling), scope(ctx.resource, ctx.rootResource))) return;
      } catch (error) {
        // No meaning for this node: what is wrong with it is reported where it stands.
        if (error instanceof EvaluationError) return;
        throw error;
      }
      if (severity === 'error') ctx.error('invariant', vi, en);
      else ctx.warn('invariant', vi, en);
    },
  ];
}

function itemOf(value: unknown, type: string, sibling: unknown): Item {
  if (isObject(value) && typeof value.resourceType === 'string') return resourceItem(value);
  return isObject(sibling) ? { type, value, sibling } : { type, value };
}

function scope(resource: JsonObject, rootResource: JsonObject): { resource: Item; rootResource: Item } {
  const item = resourceItem(resource);
  return { resource: item, rootResource: rootResource === resource ? item : resourceItem(rootResource) };
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
