import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@mach/engine';
import { dump, writeBackup } from '@mach/store';
import { asOwner } from '../owner.ts';
import type { Archive } from '../postgres/archive/archive.ts';
import { archiveOf } from './archive-of.ts';
import { newestEvents, recordEvent } from './events.ts';
import type { BackupOptions } from './options.ts';
import { houseSecret, requireKey } from './secret.ts';

/** What a keeper needs of a house. */
export interface Kept {
  engine: Engine;
  dataDir: string;
  urls: { ownerUrl: string };
}

export interface Copy {
  /** Everything acknowledged by then is on the backup disk. */
  coveredUntil: string;
  /** There is no base backup from which the log is unbroken. */
  needsBase: boolean;
}

/** What is done so that nothing is lost. Each deed writes down by itself how it went. */
export interface Deeds {
  /** The log's growth, copied; undefined where the log is not ours to copy. */
  copy(): Promise<Copy | undefined>;
  /** A base backup, or a sealed file of a database that is not ours. @returns what the log covers after it */
  save(now: Date): Promise<string | undefined>;
  /** A restore drill. */
  drill(now: Date): Promise<void>;
  /** Ends a drill that runs. */
  stop(): void;
}

const seconds = (since: number): number => Math.round(performance.now() - since) / 1000;
/** The end of what a program said before it failed, characters. */
const LAST_WORDS = 600;

/** The deeds of a house on the database that the program brought along, or on one of its own. */
export function deedsOf(
  house: Kept,
  env: NodeJS.ProcessEnv,
  options: BackupOptions,
  log: (line: string) => void,
): Deeds {
  const { engine, dataDir } = house;
  const { system } = engine.database;
  const external = Boolean(env.DATABASE_URL);
  let archive: Archive | undefined;
  let drilling: AbortController | undefined;

  function open(): Archive | undefined {
    if (archive || external) return archive;
    const found = archiveOf(dataDir, env);
    archive = found?.archive;
    if (found?.keyMade)
      log(
        `khoá sao lưu vừa tạo: ${found.keyMade}; chép sang nơi khác, mất khoá là mất bản sao lưu · the backup key was made: keep a copy elsewhere`,
      );
    return archive;
  }

  async function file(now: Date): Promise<void> {
    const newest = (await newestEvents(system)).file?.detail.file;
    requireKey(dataDir, options.key, typeof newest === 'string' && newest.startsWith(options.root));
    const { secret } = houseSecret(dataDir, options.key);
    const taken = now.toISOString();
    const started = performance.now();
    const path = join(options.root, `mach-${taken.slice(0, 19).replace(/[-:]/g, '')}Z.mbk`);
    const bytes = await asOwner(house.urls, (owner) => writeBackup(path, secret, taken, dump(owner, dataDir, taken)));
    const detail = { file: path, bytes };
    await recordEvent(system, { at: taken, kind: 'file', sound: true, seconds: seconds(started), detail });
    const files = readdirSync(options.root)
      .filter((name) => /^mach-\d{8}T\d{6}Z\.mbk$/.test(name))
      .sort();
    for (const name of files.slice(0, Math.max(0, files.length - Math.max(2, options.days))))
      await rm(join(options.root, name), { force: true });
  }

  return {
    async copy() {
      const copied = await open()?.copy();
      // The key in memory still seals; the next start would find none.
      if (copied) requireKey(dataDir, options.key, true);
      return copied;
    },
    async save(now) {
      if (external) {
        await file(now);
        return undefined;
      }
      const into = open();
      if (!into) return undefined;
      const started = performance.now();
      const { base, copied } = await into.base();
      const detail = { file: base.path, bytes: base.bytes };
      await recordEvent(system, { at: base.at, kind: 'base', sound: true, seconds: seconds(started), detail });
      await into.prune(now, options.days);
      return copied.coveredUntil;
    },
    /** In a process of its own, behind everything else. */
    async drill(now) {
      const started = performance.now();
      drilling = new AbortController();
      const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
      const child = spawn(process.execPath, [main, 'drill', '--json'], {
        env: { ...env, MACH_DATA: dataDir },
        stdio: ['ignore', 'ignore', 'pipe'],
        signal: drilling.signal,
      });
      let words = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        words = (words + text).slice(-LAST_WORDS);
      });
      child.on('error', (error) => {
        words = error.message;
      });
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
      const code = await new Promise<number | null>((done) => child.once('close', done));
      const stopped = drilling.signal.aborted;
      drilling = undefined;
      if (stopped || code === 0) return;
      // One that could not even write down how it went has failed too.
      const written = (await newestEvents(system)).drill?.at;
      if (written !== undefined && Date.parse(written) >= now.getTime()) return;
      const faults = [`mach drill: ${code ?? 'signal'}: ${words.trim()}`];
      const event = { at: now.toISOString(), kind: 'drill', sound: false, seconds: seconds(started) } as const;
      await recordEvent(system, { ...event, detail: { faults } });
    },
    stop: () => drilling?.abort(),
  };
}
