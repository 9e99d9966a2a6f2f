import './lib/check-node.mjs';

const { fail } = await import('./lib/say.mjs');
try {
  const { program } = await import('./lib/up.mjs');
  process.exitCode = await program('scripts/release/main.ts', process.argv.slice(2));
} catch (error) {
  fail(error);
}
