import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

/** A browser that journeys can be walked in, and what it needs around it. */
export interface BrowserProgram {
  executablePath: string;
  env: Record<string, string>;
}

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** `.cache` of the checkout, or a private temporary folder where the checkout cannot be written. */
function cacheFolder(): string {
  try {
    const cache = join(ROOT, '.cache');
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return cache;
  } catch {
    return join(tmpdir(), `mach-cache-${process.getuid?.() ?? ''}`);
  }
}

/** Only the font inside the package, so that pictures look the same everywhere. The app brings its own web fonts. */
function fontConfiguration(folder: string): string {
  const path = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${path}/fonts</dir><cachedir>${path}/font-cache</cachedir></fontconfig>
`;
}

/**
 * Unpacks the Chromium that travels inside an npm package (with the shared libraries that it needs), once for each
 * version, beside its final place: neither an interruption nor two runs at once leave half a browser.
 */
async function unpackBrowser(): Promise<BrowserProgram> {
  const entry = import.meta.resolve('@sparticuz/chromium');
  const { version } = createRequire(import.meta.url)(join(dirname(fileURLToPath(entry)), '..', 'package.json')) as {
    version: string;
  };
  const folder = join(cacheFolder(), `chromium-${version}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`;
    mkdirSync(draft, { recursive: true, mode: 0o755 });
    try {
      await unpackInto(draft, entry);
      renameSync(draft, folder);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const fonts = join(folder, 'fonts.conf');
  // Checked each time: the checkout may have moved.
  const wanted = fontConfiguration(folder);
  if (!existsSync(fonts) || readFileSync(fonts, 'utf8') !== wanted) writeFileSync(fonts, wanted);
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: fonts },
  };
}

/** The package unpacks into the temporary folder, so it does so in a process that has its own. */
async function unpackInto(folder: string, entry: string): Promise<void> {
  const archive = join(dirname(fileURLToPath(entry)), '..', 'bin', 'al2023.tar.br');
  const code = `const { default: chromium, inflate } = await import(${JSON.stringify(entry)});
    await Promise.all([chromium.executablePath(), inflate(${JSON.stringify(archive)})]);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, TMPDIR: folder, TMP: folder, TEMP: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const status = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  if (status !== 0) throw new Error(`the test browser could not be unpacked into ${folder}`);
}

function runs(program: BrowserProgram): boolean {
  const { status } = spawnSync(program.executablePath, ['--version'], {
    env: { ...process.env, ...program.env },
    stdio: 'ignore',
    timeout: 20_000,
  });
  return status === 0;
}

let found: Promise<BrowserProgram> | undefined;

/**
 * The browser for tests: MACH_TEST_BROWSER when set, else the one inside the npm package (no root, no download), else
 * one that is installed. Compare pictures only on the packaged one.
 */
export function findBrowser(): Promise<BrowserProgram> {
  found ??= chooseBrowser();
  return found;
}

async function chooseBrowser(): Promise<BrowserProgram> {
  const chosen = process.env.MACH_TEST_BROWSER;
  if (chosen) return { executablePath: chosen, env: {} };
  const faults: unknown[] = [];
  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      const packaged = await unpackBrowser();
      if (runs(packaged)) return packaged;
      faults.push(new Error(`${packaged.executablePath} does not run here`));
    } catch (error) {
      faults.push(error);
    }
  }
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return { executablePath: installed, env: {} };
  throw new AggregateError(faults, 'no browser for tests: install chromium, or name one with MACH_TEST_BROWSER');
}

/** Starts the browser for tests, headless, without a word to the outside world. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const program = await findBrowser();
  return chromium.launch({
    ...options,
    executablePath: program.executablePath,
    env: { ...process.env, ...program.env, ...options.env } as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Containers often give only 64 MB of shared memory.
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
      ...(options.args ?? []),
    ],
  });
}
