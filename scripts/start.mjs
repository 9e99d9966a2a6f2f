import './lib/check-node.mjs';

const { fail } = await import('./lib/say.mjs');
try {
  const { prepare, up } = await import('./lib/up.mjs');
  if (process.argv.includes('--prepare')) await prepare();
  else process.exitCode = await up();
} catch (error) {
  fail(error);
}
