import './lib/check-node.mjs';

/*
 * `npm run ui`: the workbench, every component in every state, on http://127.0.0.1:5178/stories.html.
 * `npm run ui -- --test` compares its pictures, `npm run ui -- --accept` takes those of now as the right ones.
 */
const { fail } = await import('./lib/say.mjs');
try {
  const { install } = await import('./lib/install.mjs');
  const { foreground, platformEnv, platformNode } = await import('./lib/run.mjs');
  const { ROOT } = await import('./lib/paths.mjs');
  const { join } = await import('node:path');
  const [what] = process.argv.slice(2);
  await install();
  const web = join(ROOT, 'apps', 'web');
  process.exitCode =
    what === '--test' || what === '--accept'
      ? await foreground(platformNode(), ['--test', join(web, 'dev', 'stories.e2e.test.ts')], {
          env: platformEnv(what === '--accept' ? { MACH_ACCEPT: '1' } : {}),
        })
      : await foreground(
          platformNode(),
          [
            join(web, 'node_modules', 'vite', 'bin', 'vite.js'),
            '--config',
            'dev/vite.config.ts',
            '--open',
            '/stories.html',
          ],
          { cwd: web },
        );
} catch (error) {
  fail(error);
}
