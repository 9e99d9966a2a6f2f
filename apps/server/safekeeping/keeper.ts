import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@mach/engine';
import { dump, writeBackup } from '@mach/store';
import { asOwner } from '../owner.ts';
import { type Archive, sameDisk } from '../postgres/archive/archive.ts';
import { archiveOf, releaseArchive } from './archive-of.ts';
import { newestEvents, recordEvent } from './events.ts';
import { type BackupOptions, backupOptions } from './options.ts';
import { houseSecret } from './secret.ts';
import { type Alarm, judge, type KeeperFacts, keepersOf } from './status.ts';

/** The log is copied this often, ms: what a disk that dies takes with it at most. */
const ROUND = 60_000;
const HOUR = 3_600_000;
/** A base backup a day, in the night if the house is open then. */
const BASE_AFTER = 20 * HOUR;
const BASE_AT_LATEST = 30 * HOUR;
const DRILL_AFTER = 6.5 * 24 * HOUR;
const DRILL_AT_LATEST = 8 * 24 * HOUR;
/** What failed is not tried again at once. */
const PAUSE = HOUR;
const UTC_OFFSET = 7;

/** What the keeper needs of a house. */
interface Kept {
  engine: Engine;
  dataDir: string;
  urls: { ownerUrl: string };
}

/**
 * Keeps a house's data by itself: the log every minute, a base backup every night, a restore drill every week; says when
 * one of them fails. Care goes on whatever happens here.
 */
export class Keeper {
  private readonly house: Kept;
  private readonly env: NodeJS.ProcessEnv;
  private readonly log: (line: string, error?: unknown) => void;
  private readonly options: BackupOptions | undefined;
  private readonly demo: boolean;
  private archive: Archive | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private current: Promise<void> = Promise.resolve();
  private drilling: AbortController | undefined;
  private alarm: Alarm | undefined;
  private coveredUntil: string | undefined;
  private released = false;
  private baseTried = 0;
  private drillTried = 0;

  constructor(house: Kept, env: NodeJS.ProcessEnv, log: (line: string, error?: unknown) => void) {
    this.house = house;
    this.env = env;
    this.log = log;
    const options = backupOptions(env, house.dataDir);
    // Nobody misses a demo house: it is kept where somebody asks for it.
    this.demo = house.engine.allFacilities.some((facility) => facility.mode === 'demo');
    this.options = this.demo && !options?.chosen ? undefined : options;
    keepersOf.set(house.engine, () => this.facts());
  }

  start(): void {
    const round = (): void => {
      if (this.stopped) return;
      this.current = this.round()
        .catch((error: unknown) => this.log('backup', error))
        .finally(() => {
          if (this.stopped) return;
          this.timer = setTimeout(round, ROUND);
          this.timer.unref();
        });
    };
    // Not while the program is starting: people wait for it.
    this.timer = setTimeout(round, 5_000);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.drilling?.abort();
    await this.current;
    // The last minute before the program ends.
    if (this.archive && this.coveredUntil !== undefined) await this.archive.copy().catch(() => undefined);
  }

  /** One look: copies, and does what is due. */
  async round(now = new Date()): Promise<void> {
    const { options } = this;
    if (!options) {
      if (!this.released) await releaseArchive(this.house.dataDir, this.env);
      this.released = true;
      return;
    }
    try {
      await this.keep(options, now);
      await this.settle(undefined);
    } catch (error) {
      await this.settle(error instanceof Error ? error.message : String(error));
    }
  }

  private async keep(options: BackupOptions, now: Date): Promise<void> {
    const { system } = this.house.engine.database;
    const newest = await newestEvents(system);
    const external = Boolean(this.env.DATABASE_URL);
    let needed = false;
    if (!external) {
      if (!this.archive) {
        const found = archiveOf(this.house.dataDir, this.env);
        this.archive = found?.archive;
        if (found?.keyMade)
          this.log(
            `khoá sao lưu vừa tạo: ${found.keyMade}; chép sang nơi khác, mất khoá là mất bản sao lưu · keep a copy`,
          );
      }
      const copied = await this.archive?.copy();
      this.coveredUntil = copied?.coveredUntil;
      needed = copied?.needsBase === true;
    }
    const saved = external ? newest.file : newest.base;
    if (
      (needed && now.getTime() - this.baseTried > PAUSE) ||
      this.due(saved?.at, now, BASE_AFTER, BASE_AT_LATEST, this.baseTried)
    ) {
      this.baseTried = now.getTime();
      if (external) await this.file(options, now);
      else await this.base(options, now);
    }
    if (this.due(newest.drill?.at ?? newest.base?.at, now, DRILL_AFTER, DRILL_AT_LATEST, this.drillTried)) {
      this.drillTried = now.getTime();
      void this.drill();
    }
  }

  /** Due in the night from the first age on, at any hour from the second. */
  private due(at: string | undefined, now: Date, inTheNight: number, atLatest: number, tried: number): boolean {
    if (now.getTime() - tried < PAUSE) return false;
    if (at === undefined) return tried === 0;
    const age = now.getTime() - Date.parse(at);
    const hour = (now.getUTCHours() + UTC_OFFSET) % 24;
    return age > atLatest || (age > inTheNight && hour >= 1 && hour < 5);
  }

  private async base(options: BackupOptions, now: Date): Promise<void> {
    if (!this.archive) return;
    const started = performance.now();
    const { base, copied } = await this.archive.base();
    this.coveredUntil = copied.coveredUntil;
    const seconds = Math.round(performance.now() - started) / 1000;
    await recordEvent(this.house.engine.database.system, {
      at: base.at,
      kind: 'base',
      sound: true,
      seconds,
      detail: { file: base.path, bytes: base.bytes },
    });
    await this.archive.prune(now, options.days);
  }

  /** For a PostgreSQL of one's own, whose files are not ours: a sealed file a day. */
  private async file(options: BackupOptions, now: Date): Promise<void> {
    const { engine, dataDir, urls } = this.house;
    const { secret } = houseSecret(dataDir, options.key);
    const taken = now.toISOString();
    const started = performance.now();
    const path = join(options.root, `mach-${taken.slice(0, 19).replace(/[-:]/g, '')}Z.mbk`);
    const bytes = await asOwner(urls, (owner) => writeBackup(path, secret, taken, dump(owner, dataDir, taken)));
    const seconds = Math.round(performance.now() - started) / 1000;
    await recordEvent(engine.database.system, {
      at: taken,
      kind: 'file',
      sound: true,
      seconds,
      detail: { file: path, bytes },
    });
    const files = readdirSync(options.root)
      .filter((name) => /^mach-\d{8}T\d{6}Z\.mbk$/.test(name))
      .sort();
    for (const name of files.slice(0, Math.max(0, files.length - Math.max(2, options.days))))
      await rm(join(options.root, name), { force: true });
  }

  /** In a process of its own, behind everything else. It writes down by itself how it went. */
  private async drill(): Promise<void> {
    const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
    this.drilling = new AbortController();
    const child = spawn(process.execPath, [main, 'drill', '--json'], {
      env: { ...this.env, MACH_DATA: this.house.dataDir },
      stdio: 'ignore',
      signal: this.drilling.signal,
    });
    child.on('error', (error) => this.stopped || this.log('restore drill', error));
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    await new Promise((done) => child.once('close', done));
    this.drilling = undefined;
  }

  /** Begins or ends an alarm; each change is written down once. */
  private async settle(fault: string | undefined): Promise<void> {
    const at = new Date().toISOString();
    if (fault === undefined) {
      this.alarm = undefined;
      return;
    }
    if (this.alarm?.text === fault) return;
    this.alarm = { since: this.alarm?.since ?? at, text: fault };
    this.log(`sao lưu: ${fault}`);
    await recordEvent(this.house.engine.database.system, {
      at,
      kind: 'alarm',
      sound: false,
      seconds: null,
      detail: { text: fault },
    }).catch(() => undefined);
  }

  private async facts(): Promise<KeeperFacts> {
    const { engine, dataDir } = this.house;
    const { options } = this;
    const newest = await newestEvents(engine.database.system);
    const external = Boolean(this.env.DATABASE_URL);
    const facts: KeeperFacts = {
      on: options !== undefined,
      root: options?.root ?? null,
      days: options?.days ?? 0,
      external,
      // The data folder may be on the same disk as the backup: then the loss of one is the loss of both.
      sameDisk: options !== undefined && existsSync(options.root) && sameDisk(options.root, dataDir),
      coveredUntil: this.coveredUntil ?? null,
      alarm: this.alarm ?? null,
      newest,
      demo: this.demo,
      warnings: [],
    };
    return { ...facts, warnings: judge(facts, new Date()) };
  }
}
