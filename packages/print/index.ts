export * from './form.ts';
export * from './paper.ts';
export * from './printer.ts';
export * from './sealed.ts';
export * from './source.ts';
export * from './words.ts';
