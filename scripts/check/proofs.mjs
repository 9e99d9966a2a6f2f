import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

/** A file of ours that is named in a text: `apps/server/x.test.ts`. */
const FILE = /`((?:apps|packages|modules|scripts|bench|rulepacks|docs)\/[\w./@*-]+\.(?:ts|tsx|mjs|sql|md))`/g;

/** What the documents on security name as proof must be there. */
export function checkProofs(
  documents = readdirSync(join(ROOT, 'docs', 'security'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/security/${name}`)
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  exists = (path) => existsSync(join(ROOT, path)),
) {
  const faults = [];
  if (documents.length === 0) faults.push('docs/security is empty');
  for (const { path, text } of documents)
    for (const [, file] of text.matchAll(FILE))
      if (!exists(file)) faults.push(`${path} names ${file}, which is not there`);
  for (const { path, text } of documents.filter((one) => one.path.endsWith('asvs.md')))
    for (const [at, line] of text.split('\n').entries()) {
      const cells = /^\| (\d+\.\d+\.\d+) \|/.test(line) ? line.split('|').map((cell) => cell.trim()) : undefined;
      // A requirement is met by a test, met by something that needs none, open, or not for us: each with its words.
      if (!cells) continue;
      const [, id, , state, proof = ''] = cells;
      if (!/^(yes|part|no|n\/a)$/.test(state ?? '')) faults.push(`${path}:${at + 1}: ${id} has no state`);
      if (proof.length < 8) faults.push(`${path}:${at + 1}: ${id} has neither a test nor a reason`);
    }
  return faults;
}
