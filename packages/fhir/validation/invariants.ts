/** Invariants of R4 as closures: the hot ones by hand, all others compiled from their FHIRPath. */
import type { Invariant } from '../definitions.ts';
import { type CompiledPath, compilePath, EvaluationError, holds } from '../fhirpath/evaluate.ts';
import { resourceItem, typedItem } from '../fhirpath/values.ts';
import type { JsonObject } from '../json.ts';
import type { Context } from './context.ts';
import { HAND_WRITTEN } from './invariant-rules.ts';
import { VIETNAMESE } from './invariant-texts.ts';

/** `node` is the JSON of the element: an object, or the value of a primitive. */
export type InvariantCheck = (node: unknown, ctx: Context) => void;

/**
 * Checked by the validator itself: dom-2 to dom-5, ref-1 and txt-* with their elements. dom-6 (every resource should
 * have a narrative) is advice on which no stored resource depends.
 */
const ELSEWHERE = new Set(['dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6', 'ref-1', 'txt-1', 'txt-2']);

/** Expressions that R4 publishes with errors, as they are meant (later releases corrected them). */
const CORRECTED: Readonly<Record<string, string>> = {
  // `$this='problem-list-item'` compares a CodeableConcept with a string and so never holds.
  'con-3':
    "clinicalStatus.exists() or verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-ver-status' and code = 'entered-in-error').exists() or category.coding.where(code='problem-list-item').empty()",
  // The FHIR type is `boolean`; `Boolean` is that of literals.
  'que-7': "operator = 'exists' implies (answer is boolean)",
};

/** Checks of the invariants of a type or element; `type` is the type of the nodes that they get. */
export function compileInvariants(invariants: readonly Invariant[], type: string): readonly InvariantCheck[] {
  return invariants.filter((i) => !ELSEWHERE.has(i.key)).map((i) => compileInvariant(i, type));
}

function compileInvariant(invariant: Invariant, type: string): InvariantCheck {
  const byHand = HAND_WRITTEN[invariant.key];
  const rule = byHand
    ? (node: unknown, ctx: Context) => byHand(node as JsonObject, ctx)
    : fromFhirPath(CORRECTED[invariant.key] ?? invariant.expression, type);
  const { key, severity, human } = invariant;
  const vi = `${VIETNAMESE[key] ?? `Vi phạm quy tắc của FHIR: ${human}`} (${key})`;
  const en = `${human} (${key})`;
  return (node, ctx) => {
    if (rule(node, ctx)) return;
    if (severity === 'error') ctx.error('invariant', vi, en);
    else ctx.warn('invariant', vi, en);
  };
}

function fromFhirPath(expression: string, type: string): (node: unknown, ctx: Context) => boolean {
  let path: CompiledPath | undefined;
  return (node, ctx) => {
    path ??= compilePath(expression);
    try {
      return holds(path, typedItem(node, type), {
        resource: resourceItem(ctx.resource),
        rootResource: resourceItem(ctx.rootResource),
      });
    } catch (e) {
      // No meaning for this node: its elements are of wrong types or too many, which is reported where they stand.
      if (e instanceof EvaluationError) return true;
      throw e;
    }
  };
}
