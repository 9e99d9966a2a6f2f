/** What the expressions of a ViewDefinition may call beside standard FHIRPath. */
import { EvaluationError, type Fn, singleString, typeArgument } from '../fhirpath/env.ts';
import { TEXT_FUNCTIONS } from '../fhirpath/functions-text.ts';
import { isAffordable } from '../fhirpath/pattern-cost.ts';
import { EMPTY, type Items, str } from '../fhirpath/values.ts';
import { isObject } from '../json.ts';
import { parseReference } from '../references.ts';

const join = TEXT_FUNCTIONS.join;

/** The id that a literal reference names, where it is of the wanted type. */
function referenceKey(value: unknown, type: string | undefined): Items {
  const text = isObject(value) ? value.reference : undefined;
  const parsed = typeof text === 'string' ? parseReference(text) : undefined;
  if (parsed?.kind !== 'relative' && parsed?.kind !== 'absolute') return EMPTY;
  return type === undefined || parsed.type === type ? str(parsed.id) : EMPTY;
}

/** A definition can come from anybody: a pattern that could take for ever is not run. */
function affordable(name: 'matches' | 'matchesFull' | 'replaceMatches'): Fn {
  return (input, args, env, exprs) => {
    const pattern = args[0] ? singleString(args[0](env), name) : undefined;
    const text = singleString(input, name);
    if (pattern !== undefined && text !== undefined && !isAffordable(pattern, text.length))
      throw new EvaluationError(`the pattern ${pattern} may take too long`);
    return TEXT_FUNCTIONS[name]?.(input, args, env, exprs) ?? EMPTY;
  };
}

export const VIEW_FUNCTIONS: Readonly<Record<string, Fn>> = {
  /** Key of a resource: its id. */
  getResourceKey: (input) =>
    input.flatMap(({ value }) =>
      isObject(value) && typeof value.resourceType === 'string' && typeof value.id === 'string' ? str(value.id) : EMPTY,
    ),
  /** What `getResourceKey()` of the target gives, for joins. */
  getReferenceKey: (input, _args, _env, exprs) => {
    const type = exprs[0] ? typeArgument(exprs[0]).replace(/^FHIR\./, '') : undefined;
    return input.flatMap((item) => (item.type === 'Reference' ? referenceKey(item.value, type) : EMPTY));
  },
  // In a view an empty list joins to an empty text, where standard FHIRPath gives nothing.
  join: (input, args, env, exprs) => (input.length === 0 || !join ? str('') : join(input, args, env, exprs)),
  matches: affordable('matches'),
  matchesFull: affordable('matchesFull'),
  replaceMatches: affordable('replaceMatches'),
};
