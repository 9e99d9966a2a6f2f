import type { Module } from '@mach/engine';

/** The built-in modules. A plug-in is the same kind of folder outside this repository. */
export const MODULES: readonly Module[] = [];
