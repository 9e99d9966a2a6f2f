import { mkdirSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { type Engine, Jobs, OutboxWorker, Reactions, Schedules, TestPki } from '@mach/engine';
import { useDataKeys } from '@mach/engine/identity/sealing.ts';
import { knowRestored } from '@mach/engine/restored.ts';
import { dateFollowers } from '@mach/simulation';
import { load, type Manifest, migrate, reconcile, type SectionReader } from '@mach/store';
import type pg from 'pg';
import { Anchors } from './anchors.ts';
import { assemble } from './assemble.ts';
import { seedDemo, seedDemoRecords } from './demo.ts';
import { seedDemoRosters } from './demo-rosters.ts';
import { seedDemoStaff } from './demo-staff.ts';
import { knowParameters } from './fhir/parameters/shelf.ts';
import { MODULES } from './house.ts';
import { openDataKeys, sealingKey } from './keys/data-keys.ts';
import { KeyKeeper } from './keys/keeper.ts';
import { sealWhatIsPlain } from './keys/kept.ts';
import { allMigrations, migrationFolders } from './migrations.ts';
import type { ServerOptions } from './options.ts';
import { asOwner } from './owner.ts';
import { runningEmbedded, startEmbedded } from './postgres/embedded.ts';
import { dataFolderOwner, lockDataFolder } from './postgres/lock.ts';
import { type DatabaseUrls, prepareOwnDatabase, prepareRoles } from './postgres/roles.ts';
import { refusePlainLine, urlToAddress } from './postgres/url.ts';
import { newestEvents, recordEvent } from './safekeeping/events.ts';
import { backUpBeforeMigrating } from './safekeeping/upgrade.ts';

export interface House {
  /** True when another process serves this data folder and its PostgreSQL is shared. */
  attached: boolean;
  engine: Engine;
  jobs: Jobs;
  reactions: readonly Reactions[];
  outboxes: readonly OutboxWorker[];
  urls: DatabaseUrls;
  dataDir: string;
  anchors: Anchors;
  /** True when this data folder was marked as demo. */
  demo: boolean;
  /** Starts what works in the background: reactions, outbox, jobs. */
  work(): void;
  stop(): Promise<void>;
}

interface Cluster {
  urls: DatabaseUrls;
  attached: boolean;
  close(): Promise<void>;
}

/** The database of a data folder: its own PostgreSQL, the hospital's, or (for tools) the one that is running there. */
async function openCluster(options: ServerOptions, log: (line: string) => void, attach: boolean): Promise<Cluster> {
  if (options.databaseUrl !== undefined) refusePlainLine(options.databaseUrl, options.plainDatabase);
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const running = attach && options.databaseUrl === undefined ? runningEmbedded(options.dataDir) : undefined;
  if (running) return { urls: await prepareRoles(running.superuserUrl), attached: true, close: async () => undefined };
  // Beside a server on the hospital's own PostgreSQL: the weekly drill is such a tool.
  if (attach && options.databaseUrl !== undefined && dataFolderOwner(options.dataDir) !== undefined)
    return {
      urls: await prepareOwnDatabase(options.databaseUrl),
      attached: true,
      close: async () => undefined,
    };
  const lock = lockDataFolder(options.dataDir);
  try {
    if (options.databaseUrl !== undefined)
      return {
        urls: await prepareOwnDatabase(options.databaseUrl),
        attached: false,
        close: async () => lock.release(),
      };
    const onExit = (reason: string): void => {
      log(`PostgreSQL ended by itself: ${reason}`);
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    };
    const embedded = await startEmbedded({ dataDir: options.dataDir, log, lock, onExit });
    const close = async (): Promise<void> => {
      await embedded.stop();
      lock.release();
    };
    return { urls: await prepareRoles(embedded.superuserUrl), attached: false, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens a data folder: lock, PostgreSQL, migrations, rule packs, views, demo hospital on a first run. `attach` lets a
 * tool work beside a server that is running on the same folder.
 * @throws DataFolderBusy when another process works on it
 */
export async function openHouse(options: ServerOptions, log: (line: string) => void, attach = false): Promise<House> {
  const cluster = await openCluster(options, log, attach);
  const { urls } = cluster;
  try {
    const signer = await TestPki.open(join(options.dataDir, 'keys'), new Date());
    const before = await backUpBeforeMigrating(urls, options.dataDir, await allMigrations(), process.env, log);
    const engine = await assemble({
      ownerUrl: urls.ownerUrl,
      app: { ...urlToAddress(urls.appUrl), max: 12 },
      modules: MODULES,
      signer,
      migrations: migrationFolders(),
      log,
      seed: async (owner, packs) => {
        if (options.demo !== '0' && (await isEmpty(owner))) await seedDemo(owner, packs);
      },
    });
    useDataKeys(
      engine,
      await openDataKeys(options.dataDir, engine.database.system),
      await sealingKey(engine.database.system),
    );
    const sealed = await asOwner(urls, (owner) => sealWhatIsPlain(engine, owner));
    if (sealed > 0) log(`${sealed} bí mật vừa được niêm phong · secrets sealed that stood in clear`);
    const { restore } = await newestEvents(engine.database.system);
    const { since } = restore?.detail ?? {};
    if (restore && typeof since === 'string') knowRestored(engine, { at: restore.at, since });
    // Tools write too: what facilities search by is kept with every write.
    await knowParameters(engine.database);
    if (before) {
      const { at, seconds, ...detail } = before;
      await recordEvent(engine.database.system, { at, kind: 'upgrade', sound: true, seconds, detail: { ...detail } });
    }
    const demo = engine.allFacilities.some((f) => f.mode === 'demo');
    if (demo) {
      await seedDemoRecords(engine);
      await seedDemoStaff(engine);
    }
    const jobs = new Jobs(engine.database, engine.ids);
    const reactions = engine.allFacilities.map((f) => new Reactions(engine, f.tenant));
    const outboxes = engine.allFacilities.map((f) => new OutboxWorker(engine, f.tenant));
    if (demo) dateFollowers(engine, { reactions, outboxes });
    const anchors = new Anchors(engine, options.dataDir);
    const workers = [
      ...reactions,
      ...outboxes,
      jobs,
      anchors,
      new Schedules(engine, log, () => uptime() * 1_000),
      new KeyKeeper(engine, { ownerUrl: urls.ownerUrl, dataDir: options.dataDir }, log),
    ];
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await engine.stop();
      await engine.database.close();
      await cluster.close();
    };
    return {
      engine,
      jobs,
      reactions,
      outboxes,
      urls,
      dataDir: options.dataDir,
      anchors,
      demo,
      attached: cluster.attached,
      work: () => {
        for (const worker of workers) worker.start();
        // Some thousand slots: nobody waits for them.
        if (demo) void seedDemoRosters(engine).catch((error: unknown) => log(`demo rosters: ${String(error)}`));
      },
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

async function isEmpty(owner: pg.Client): Promise<boolean> {
  return (await owner.query('select 1 from system.tenant limit 1')).rowCount === 0;
}

/**
 * Puts a backup into an empty data folder (or an empty database of one's own), brings it forward and makes it safe to
 * open: until `lostUntil` the house that it replaces may have given out numbers and sent messages.
 * @throws Error when a facility is there already; no row is kept when the backup is not whole, and it may be tried again
 */
export async function restoreInto(
  options: ServerOptions,
  reader: SectionReader,
  log: (line: string) => void,
  lostUntil = new Date().toISOString(),
): Promise<Manifest> {
  const cluster = await openCluster(options, log, false);
  try {
    return await asOwner(cluster.urls, async (owner) => {
      // Tables without a facility are what a restore that broke off has left: it may be tried again.
      const { rows } = await owner.query<{ made: boolean }>(`select to_regclass('system.tenant') is not null as made`);
      if (rows[0]?.made && (await owner.query('select 1 from system.tenant limit 1')).rowCount !== 0)
        throw new Error(
          `${options.dataDir} đã có dữ liệu: phục hồi chỉ vào thư mục trống · there is data already: restore into an empty folder`,
        );
      const migrations = await allMigrations();
      const manifest = await load(owner, reader, options.dataDir, migrations, (table, count) =>
        log(`${table}: ${count}`),
      );
      await migrate(owner, migrations);
      await reconcile(owner, {
        at: new Date().toISOString(),
        source: 'file',
        since: manifest.taken,
        until: lostUntil,
        seenUntil: manifest.taken,
        marks: {},
      });
      return manifest;
    });
  } finally {
    await cluster.close();
  }
}
