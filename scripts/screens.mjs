import './lib/check-node.mjs';

/*
 * Takes the pictures of docs/screens anew: `node scripts/screens.mjs [NAME…]`. Starts the demo hospital on a data folder
 * of its own; with MACH_URL it looks at the one that runs there.
 */
const { fail } = await import('./lib/say.mjs');
try {
  const { buildWeb } = await import('./lib/web.mjs');
  const { program } = await import('./lib/up.mjs');
  if (!process.env.MACH_URL) await buildWeb();
  process.exitCode = await program('scripts/lib/take-screens.mjs', process.argv.slice(2));
} catch (error) {
  fail(error);
}
