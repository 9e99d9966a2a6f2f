import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { report } from './lib/report.ts';

const DIST = resolve(import.meta.dirname, '..', 'apps', 'web', 'dist');

/** What a browser fetches before the first screen of the staff app: the page, its scripts, style sheets and preloads. */
export async function web(): Promise<void> {
  const page = readFileSync(join(DIST, 'index.html'), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map((m) => m[1] ?? '');
  const gz = (file: string): number => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length;
  const scripts = first.reduce((sum, file) => sum + gz(file), gzipSync(page).length);
  report({
    name: 'web: first load',
    value: scripts / 1024,
    unit: 'KiB gz',
    ratio_to_limit: null,
    n: first.length + 1,
    errors: 0,
  });
  const all = readdirSync(join(DIST, 'assets'))
    .filter((f) => /\.(js|css)$/.test(f))
    .map((f) => join('assets', f));
  report({
    name: 'web: every script and sheet',
    value: all.reduce((sum, f) => sum + gz(f), 0) / 1024,
    unit: 'KiB gz',
    ratio_to_limit: null,
    n: all.length,
    errors: 0,
  });
}
