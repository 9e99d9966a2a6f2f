import './lib/check-node.mjs';

const { fail } = await import('./lib/say.mjs');
try {
  const { testAll } = await import('./lib/test-all.mjs');
  const only = process.argv[2] === '--only' ? process.argv[3] : undefined;
  process.exitCode = (await testAll(only)) ? 0 : 1;
} catch (error) {
  // No set-up, no tests: said in the same form, so that nobody takes silence for success.
  process.on('exit', () => process.stdout.write('0 passed, 1 failed\n'));
  fail(error);
}
