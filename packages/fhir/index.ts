export * from './dates.ts';
export * from './definitions.ts';
export * from './reference-walk.ts';
export * from './references.ts';
export * from './search-definitions.ts';
export * from './search-values.ts';
export type * from './types.ts';
export * from './validate.ts';
