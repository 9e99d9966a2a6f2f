export * from './dates.ts';
export * from './definitions.ts';
export * from './references.ts';
export * from './validate.ts';
