// `npm run audit:packages`: known weaknesses of the packages in the lock file, as the registry tells them.
// Ends with 0 when none is known, 1 when one of weight is, 2 when nobody could be asked: not asked is not clean.
import './lib/check-node.mjs';

const { captured } = await import('./lib/run.mjs');
const { ROOT } = await import('./lib/paths.mjs');

const { output } = await captured('npx', ['--yes', 'pnpm@12.21.0', 'audit', '--json'], {
  cwd: ROOT,
  shell: process.platform === 'win32',
  timeout: 120_000,
});
const { judge } = await import('./lib/audit.mjs');
const { status, lines } = judge(output);
for (const line of lines) process.stdout.write(`${line}\n`);
process.exitCode = status;
