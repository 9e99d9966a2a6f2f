export * from './bundle.ts';
export * from './dates.ts';
export * from './definitions.ts';
export {
  type CompiledPath,
  compilePath,
  type EvaluateOptions,
  EvaluationError,
  evaluatePath,
} from './fhirpath/evaluate.ts';
export * from './patch.ts';
export * from './reference-walk.ts';
export * from './references.ts';
export * from './search-definitions.ts';
export * from './search-syntax.ts';
export * from './search-values.ts';
export type * from './types.ts';
export * from './ucum.ts';
export * from './validate.ts';
