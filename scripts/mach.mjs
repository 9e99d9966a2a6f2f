import './lib/check-node.mjs';

const { fail } = await import('./lib/say.mjs');
try {
  const { program, up } = await import('./lib/up.mjs');
  const args = process.argv.slice(2);
  process.exitCode = args[0] === 'up' ? await up() : await program('apps/cli/main.ts', args);
} catch (error) {
  fail(error);
}
