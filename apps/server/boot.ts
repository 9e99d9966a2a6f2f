import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, Jobs, OutboxWorker, Reactions, TestPki } from '@mach/engine';
import type pg from 'pg';
import { assemble } from './assemble.ts';
import { seedDemo, seedDemoRecords } from './demo.ts';
import { MODULES } from './house.ts';
import { migrationFolders } from './migrations.ts';
import type { ServerOptions } from './options.ts';
import { type Embedded, startEmbedded } from './postgres/embedded.ts';
import { lockDataFolder } from './postgres/lock.ts';
import { type DatabaseUrls, prepareOwnDatabase, prepareRoles } from './postgres/roles.ts';
import { urlToAddress } from './postgres/url.ts';

export interface House {
  engine: Engine;
  jobs: Jobs;
  urls: DatabaseUrls;
  /** True when this data folder was marked as demo. */
  demo: boolean;
  /** Starts what works in the background: reactions, outbox, jobs. */
  work(): void;
  stop(): Promise<void>;
}

/**
 * Opens a data folder: lock, PostgreSQL, migrations, rule packs, views, demo hospital on a first run. Used by the
 * server and by every command of the command line.
 * @throws DataFolderBusy when another process works on it
 */
export async function openHouse(options: ServerOptions, log: (line: string) => void): Promise<House> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(options.dataDir);
  let embedded: Embedded | undefined;
  try {
    if (options.databaseUrl === undefined)
      embedded = await startEmbedded({
        dataDir: options.dataDir,
        log,
        lock,
        onExit: (reason) => {
          log(`PostgreSQL ended by itself: ${reason}`);
          process.exitCode = 1;
          process.kill(process.pid, 'SIGTERM');
        },
      });
    const urls = embedded
      ? await prepareRoles(embedded.superuserUrl)
      : await prepareOwnDatabase(options.databaseUrl ?? '');
    const signer = await TestPki.open(join(options.dataDir, 'keys'), new Date());
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
    const demo = engine.allFacilities.some((f) => f.mode === 'demo');
    if (demo) await seedDemoRecords(engine);
    const jobs = new Jobs(engine.database, engine.ids);
    const reactions = engine.allFacilities.map((f) => new Reactions(engine, f.tenant));
    const outboxes = engine.allFacilities.map((f) => new OutboxWorker(engine, f.tenant));
    return {
      engine,
      jobs,
      urls,
      demo,
      work: () => {
        for (const worker of [...reactions, ...outboxes, jobs]) worker.start();
      },
      stop: async () => {
        await Promise.all([...reactions, ...outboxes, jobs].map((worker) => worker.stop()));
        await engine.stop();
        await engine.database.close();
        await embedded?.stop();
        lock.release();
      },
    };
  } catch (error) {
    await embedded?.stop();
    lock.release();
    throw error;
  }
}

async function isEmpty(owner: pg.Client): Promise<boolean> {
  return (await owner.query('select 1 from system.tenant limit 1')).rowCount === 0;
}
