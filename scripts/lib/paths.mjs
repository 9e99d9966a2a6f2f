import { accessSync, constants, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, '..', '..');

let folder;

/** A folder for what can be made again: `.cache`, or a private temporary one where the checkout cannot be written. */
export function cacheFolder() {
  if (folder) return folder;
  for (const candidate of [join(ROOT, '.cache'), join(tmpdir(), `mach-cache-${process.getuid?.() ?? ''}`)]) {
    try {
      mkdirSync(candidate, { recursive: true, mode: 0o755 });
      accessSync(candidate, constants.W_OK);
      folder = candidate;
      return folder;
    } catch {
      // The next one.
    }
  }
  throw new Error(`neither ${ROOT} nor ${tmpdir()} can be written`);
}
