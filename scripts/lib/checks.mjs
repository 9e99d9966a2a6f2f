import { join } from 'node:path';
import { checkExports } from '../check/exports.mjs';
import { checkImports } from '../check/imports.mjs';
import { checkLicences } from '../check/licences.mjs';
import { checkProofs } from '../check/proofs.mjs';
import { checkSizes } from '../check/sizes.mjs';
import { readSources } from '../check/sources.mjs';
import { ROOT } from './paths.mjs';
import { captured } from './run.mjs';

/** A tool of the packages; Windows calls its command file. */
function tool(name) {
  return join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

async function runTool(name, args) {
  const { status, output } = await captured(tool(name), args, { shell: process.platform === 'win32' });
  return status === 0 ? [] : [output.trim()];
}

/** What is checked without running anything, each counted as one test. A check gives a list of faults. */
export const CHECKS = [
  { name: 'types', run: () => runTool('tsc', ['-p', 'tsconfig.json', '--pretty', 'false']) },
  {
    name: 'lint and format',
    run: () => runTool('biome', ['ci', '--colors=off', '--diagnostic-level=error', '--max-diagnostics=50']),
  },
  { name: 'imports', run: () => checkImports(readSources()) },
  { name: 'file sizes', run: () => checkSizes(readSources()) },
  { name: 'licences', run: () => checkLicences() },
  { name: 'proofs of security', run: () => checkProofs() },
  { name: 'exports', run: () => checkExports(readSources()) },
];
