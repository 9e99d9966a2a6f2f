import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

const FLOORS = ['packages', 'modules', 'apps', 'bench', 'scripts', 'rulepacks'];
const SKIPPED = new Set(['node_modules', 'dist', 'generated']);

/**
 * @typedef {object} Source
 * @property {string} path from the root, with slashes
 * @property {string} text
 * @property {string} unit the package it belongs to: `packages/base`, `modules/lab`, `apps/server`, `scripts`
 * @property {boolean} test whether it only runs in tests
 */

/** Every program text of the house but generated ones. @returns {Source[]} */
export function readSources() {
  const sources = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const full = join(folder, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (/\.(ts|tsx|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) sources.push(describe(full));
    }
  };
  for (const floor of FLOORS) {
    try {
      walk(join(ROOT, floor));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return sources;
}

function describe(full) {
  const path = relative(ROOT, full).split(sep).join('/');
  const [floor, name] = path.split('/');
  const unit = ['packages', 'modules', 'apps'].includes(floor) ? `${floor}/${name}` : floor;
  const test = /(\.(test|fixture)|\/testing)\.tsx?$|\/(testing|dev)\//.test(path);
  return { path, text: readFileSync(full, 'utf8'), unit, test };
}

/** The text with comments, and on demand the insides of strings, blanked out; lines stay where they are. */
export function withoutComments(text, strings = false) {
  return text.replace(
    /\/\*[\s\S]*?\*\/|(?<![:\\'"`/])\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (match) => (match.startsWith('/') || strings ? match.replace(/[^\n]/g, ' ') : match),
  );
}

/**
 * What a file imports.
 * @returns {{ from: string, typeOnly: boolean }[]}
 */
export function importsOf(text) {
  const code = withoutComments(text);
  const found = [];
  for (const [, kind, clause, from] of code.matchAll(
    /^[ \t]*(import|export)\b([^'"`;]*?)\bfrom\s*['"]([^'"]+)['"]/gm,
  )) {
    const inner = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1];
    const allTypes = inner?.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')) ?? false;
    found.push({ from, typeOnly: /^\s*type\b/.test(clause) || allTypes, reexport: kind === 'export' });
  }
  for (const [, from] of code.matchAll(/^[ \t]*import\s*['"]([^'"]+)['"]/gm)) found.push({ from, typeOnly: false });
  for (const [, from] of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g))
    found.push({ from, typeOnly: false, lazy: true });
  return found;
}
