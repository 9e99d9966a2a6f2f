import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { cacheFolder, ROOT } from './paths.mjs';
import { captured, platformNode } from './run.mjs';
import { say, seconds, Trouble } from './say.mjs';

const APP = join(ROOT, 'apps', 'web');
const DIST = join(APP, 'dist');
const STAMP = join(DIST, '.sources');
const SKIPPED = new Set(['node_modules', 'dist', 'migrations', 'lessons']);

/** Every file that may end in the staff app: its own, the packages and the modules, without tests. */
function sources() {
  const files = [join(ROOT, 'pnpm-lock.yaml')];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (!/\.test\.tsx?$|\.md$/.test(entry.name)) files.push(path);
    }
  };
  for (const floor of [APP, join(ROOT, 'packages'), join(ROOT, 'modules')]) walk(floor);
  return files.sort();
}

/** Names, sizes and times: when they are unchanged, so is the content, and nothing needs to be read. */
function glance(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function contents(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file.slice(ROOT.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function readStamp() {
  try {
    const [content, seen] = readFileSync(STAMP, 'utf8').split('\n');
    return { content, seen };
  } catch {
    return {};
  }
}

function writeStamp(folder, content, seen) {
  try {
    writeFileSync(join(folder, '.sources'), `${content}\n${seen}\n`);
  } catch (error) {
    // A checkout that cannot be written stays as it was built.
    if (error.code !== 'EROFS' && error.code !== 'EACCES') throw error;
  }
}

/** Builds the staff app when its sources have changed since the last time. */
export async function buildWeb() {
  const files = sources();
  const stamp = readStamp();
  const seen = glance(files);
  if (stamp.seen === seen) return;
  const content = contents(files);
  if (stamp.content === content) return writeStamp(DIST, content, seen);
  const start = performance.now();
  say('đang dựng giao diện', 'building the staff app');
  // Beside its final place, so that neither an interruption nor a running server sees half an app.
  const draft = join(cacheFolder(), `web-${process.pid}`);
  const { status, output } = await captured(
    platformNode(),
    [
      join(APP, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--outDir',
      draft,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
    { cwd: APP },
  );
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Trouble(
      'Không dựng được giao diện.',
      `The staff app could not be built.\n\n${stripVTControlCharacters(output).trim()}`,
    );
  }
  writeStamp(draft, content, seen);
  mkdirSync(APP, { recursive: true });
  const old = `${draft}.old`;
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(draft, DIST);
  rmSync(old, { recursive: true, force: true });
  say(`giao diện đã dựng sau ${seconds(start)}`, 'staff app built');
}
