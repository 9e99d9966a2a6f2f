import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Migration, readMigrations } from '@mach/store';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Folders of numbered .sql files with their owners: the packages first, each in alphabetical order. */
export function migrationFolders(root = ROOT): { owner: string; folder: string }[] {
  return ['packages', 'modules'].flatMap((floor) =>
    readdirSync(join(root, floor), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => ({ owner: entry.name, folder: join(root, floor, entry.name, 'migrations') }))
      .filter(({ folder }) => sqlFiles(folder).length > 0)
      .sort((a, b) => (a.owner < b.owner ? -1 : 1)),
  );
}

export function sqlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .sort();
  } catch {
    return [];
  }
}

/** Every migration of the tree, in the order in which they are applied. */
export async function allMigrations(): Promise<Migration[]> {
  return (await Promise.all(migrationFolders().map((m) => readMigrations(m.owner, m.folder)))).flat();
}
