import './lib/check-node.mjs';

const { fail } = await import('./lib/say.mjs');
try {
  const { up } = await import('./lib/up.mjs');
  process.exitCode = await up();
} catch (error) {
  fail(error);
}
