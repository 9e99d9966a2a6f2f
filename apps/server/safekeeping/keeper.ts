import { existsSync } from 'node:fs';
import { raiseAlarms } from '@mach/engine/alarms.ts';
import type { Queryable } from '@mach/store';
import { sameDisk } from '../postgres/archive/archive.ts';
import { alarmOf, alarmRows } from './alarms.ts';
import { releaseArchive } from './archive-of.ts';
import { type Deeds, deedsOf, type Kept } from './deeds.ts';
import { firstSave, newestEvents, recordEvent } from './events.ts';
import { type BackupOptions, backupOptions } from './options.ts';
import { BASE, DRILL, isDue, PAUSE } from './plan.ts';
import { type Alarm, type Archiver, judge, type KeeperFacts, keepersOf } from './status.ts';

/** The log is copied this often, ms: what a disk that dies takes with it at most. */
const ROUND = 60_000;

/**
 * Keeps a house's data by itself: the log every minute, a base backup every night, a restore drill every week; says when
 * one of them fails. Care goes on whatever happens here. The time is the house's own.
 */
export class Keeper {
  private readonly house: Kept;
  private readonly env: NodeJS.ProcessEnv;
  private readonly log: (line: string, error?: unknown) => void;
  private readonly options: BackupOptions | undefined;
  private readonly demo: boolean;
  private readonly deeds: Deeds | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private current: Promise<void> = Promise.resolve();
  private alarm: Alarm | undefined;
  private coveredUntil: string | undefined;
  private released = false;
  private baseTried: number | undefined;
  private drillTried: number | undefined;
  private drilling: Promise<void> | undefined;

  constructor(
    house: Kept,
    env: NodeJS.ProcessEnv,
    log: (line: string, error?: unknown) => void,
    deeds?: (options: BackupOptions) => Deeds,
  ) {
    this.house = house;
    this.env = env;
    this.log = log;
    const options = backupOptions(env, house.dataDir);
    // Nobody misses a demo house: it is kept where somebody asks for it.
    this.demo = house.engine.allFacilities.some((facility) => facility.mode === 'demo');
    this.options = this.demo && !options?.chosen ? undefined : options;
    this.deeds = this.options && (deeds?.(this.options) ?? deedsOf(house, env, this.options, log));
    keepersOf.set(house.engine, () => this.facts());
    raiseAlarms(house.engine, 'backup', async () => alarmRows(await this.facts()));
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
    this.deeds?.stop();
    await this.current;
    await this.drilling;
    // The last minute before the program ends.
    if (this.coveredUntil !== undefined)
      await this.deeds?.copy().catch((error: unknown) => this.log('backup of the last minute', error));
  }

  /** One look: copies, and does what is due. */
  async round(now = this.house.engine.clock.now()): Promise<void> {
    if (!this.deeds) {
      if (!this.released) await releaseArchive(this.house.dataDir, this.env);
      this.released = true;
      return;
    }
    try {
      await this.keep(this.deeds, now);
      this.alarm = undefined;
    } catch (error) {
      await this.raise(error, now);
    }
  }

  /** The drill that runs now, if one does. */
  get drill(): Promise<void> | undefined {
    return this.drilling;
  }

  private async keep(deeds: Deeds, now: Date): Promise<void> {
    const { system } = this.house.engine.database;
    const newest = await newestEvents(system);
    const time = (at: string | undefined): number | undefined => (at === undefined ? undefined : Date.parse(at));
    const copied = await deeds.copy();
    if (copied) this.coveredUntil = copied.coveredUntil;
    const saved = this.external ? newest.file : newest.base;
    const ms = now.getTime();
    const gap = copied?.needsBase === true && (this.baseTried === undefined || ms - this.baseTried > PAUSE);
    if (gap || isDue({ at: time(saved?.at), tried: this.baseTried }, BASE, now)) {
      this.baseTried = ms;
      const covered = await deeds.save(now);
      if (covered !== undefined) this.coveredUntil = covered;
    }
    // The first one, and one that has failed, are owed in the next night, not in the next week.
    const { drill } = newest;
    const owed = { at: time(drill?.at ?? (await firstSave(system))), tried: this.drillTried };
    if (!saved || this.drilling || !isDue(owed, drill?.sound ? DRILL : BASE, now)) return;
    this.drillTried = ms;
    this.drilling = deeds
      .drill(now)
      .catch((error: unknown) => this.log('restore drill', error))
      .finally(() => {
        this.drilling = undefined;
      });
  }

  /** Begins an alarm, or goes on with it; each change is written down once. */
  private async raise(error: unknown, now: Date): Promise<void> {
    const at = now.toISOString();
    const found = alarmOf(error);
    if (this.alarm?.text === found.text) return;
    this.alarm = { ...found, since: this.alarm?.since ?? at };
    this.log(`sao lưu: ${found.text}`);
    await recordEvent(this.house.engine.database.system, {
      at,
      kind: 'alarm',
      sound: false,
      seconds: null,
      detail: { code: found.code, text: found.text },
    }).catch(() => undefined);
  }

  private get external(): boolean {
    return Boolean(this.env.DATABASE_URL);
  }

  private async facts(): Promise<KeeperFacts> {
    const { engine, dataDir } = this.house;
    const { options, external } = this;
    const { system } = engine.database;
    const facts: Omit<KeeperFacts, 'warnings'> = {
      on: options !== undefined,
      root: options?.root ?? null,
      days: options?.days ?? 0,
      external,
      // The data folder may be on the same disk as the backup: then the loss of one is the loss of both.
      sameDisk: options !== undefined && existsSync(options.root) && sameDisk(options.root, dataDir),
      coveredUntil: this.coveredUntil ?? null,
      alarm: this.alarm ?? null,
      newest: await newestEvents(system),
      firstSave: (await firstSave(system)) ?? null,
      demo: this.demo,
      archiver: external ? await archiverOf(system) : null,
    };
    return { ...facts, warnings: judge(facts, engine.clock.now()) };
  }
}

/** How a PostgreSQL of one's own keeps its log. */
async function archiverOf(on: Queryable): Promise<Archiver> {
  const { rows } = await on.query<{ mode: string; done: Date | null; failed: Date | null }>({
    text: `select current_setting('archive_mode') as mode, last_archived_time as done, last_failed_time as failed from pg_stat_archiver`,
  });
  const [row] = rows;
  const text = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;
  return { on: row?.mode !== 'off', doneAt: text(row?.done), failedAt: text(row?.failed) };
}
