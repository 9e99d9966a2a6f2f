import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder, ROOT } from './paths.mjs';
import { captured } from './run.mjs';
import { say, seconds, Trouble } from './say.mjs';

const PNPM = 'pnpm@12.21.0';
const STAMP = join(ROOT, 'node_modules', '.mach-install');

/** What the installed packages depend on. */
function wanted() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n${PNPM}\n`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function installed() {
  try {
    return readFileSync(STAMP, 'utf8') === wanted();
  } catch {
    return false;
  }
}

/** npm and pnpm keep caches at home; where that cannot be written, they get a home in our cache. */
function homeEnv() {
  try {
    accessSync(homedir(), constants.W_OK);
    return {};
  } catch {
    const home = join(cacheFolder(), 'home');
    mkdirSync(home, { recursive: true });
    return {
      HOME: home,
      USERPROFILE: home,
      npm_config_cache: join(home, '.npm'),
      XDG_CACHE_HOME: '',
      XDG_DATA_HOME: '',
      XDG_STATE_HOME: '',
    };
  }
}

function explain(output) {
  if (/ENOSPC|no space left/i.test(output))
    return new Trouble(
      'Đĩa đã đầy: cần khoảng 1,5 GB trống để cài.',
      'The disk is full: the installation needs about 1.5 GB.',
    );
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network|META_FETCH_FAIL/i.test(
      output,
    )
  )
    return new Trouble(
      'Không tải được các gói: lần cài đầu tiên cần mạng (hoặc proxy của npm). Sau đó Mạch chạy không cần Internet.',
      'The packages could not be fetched: the first installation needs the network (or npm’s proxy settings). After it, Mạch runs without the internet.',
    );
  if (/OUTDATED_LOCKFILE/.test(output))
    return new Trouble(
      'pnpm-lock.yaml không khớp với package.json: hãy chạy npx pnpm install.',
      'pnpm-lock.yaml does not match the package.json files: run npx pnpm install.',
    );
  if (/EACCES|EPERM|EROFS/.test(output))
    return new Trouble(`Không ghi được vào ${ROOT}.`, `${ROOT} cannot be written by this user.`);
  return new Trouble(
    'Cài đặt không thành công; xem thông báo ở trên.',
    'The installation failed; see the messages above.',
  );
}

/** Of the package manager's many words, its count of packages, once a second. */
function progress() {
  let shown = 0;
  return (text) => {
    const line = text.match(/Progress: (.*)/g)?.at(-1);
    if (!line || performance.now() - shown < 1000) return;
    shown = performance.now();
    process.stderr.write(`    ${line.slice('Progress: '.length)}\n`);
  };
}

/** One installation at a time: `npm start` and `npm test` may be called together. */
async function locked(work) {
  const lock = join(cacheFolder(), 'install.lock');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!alive(lock)) rmSync(lock, { force: true });
      await sleep(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function alive(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')) || process.pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Installs the packages when they are missing or the lock file has changed; otherwise costs a few milliseconds. */
export async function install() {
  if (installed()) return;
  await locked(async () => {
    if (installed()) return;
    const start = performance.now();
    const free = statfsSync(ROOT);
    if (free.bavail * free.bsize < 1.5e9 && !existsSync(STAMP))
      say('đĩa còn dưới 1,5 GB, có thể không đủ', 'less than 1.5 GB of disk is left, which may not be enough');
    say('đang cài các gói, lần đầu mất khoảng một phút', 'installing packages, about a minute the first time');
    const { status, output } = await captured(
      process.platform === 'win32' ? 'npx.cmd' : 'npx',
      ['--yes', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only', '--config.confirmModulesPurge=false'],
      // A command file of Windows needs its shell; nothing in the arguments comes from outside.
      { onText: progress(), shell: process.platform === 'win32', env: { ...process.env, ...homeEnv(), CI: 'true' } },
    ).catch((error) => ({ status: 1, output: String(error) }));
    if (status !== 0) {
      process.stderr.write(`${output.slice(-4000)}\n`);
      throw explain(output);
    }
    writeFileSync(STAMP, wanted());
    say(`đã cài xong sau ${seconds(start)}`, 'packages installed');
  });
}
