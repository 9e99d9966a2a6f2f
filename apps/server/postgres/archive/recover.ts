import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbedded } from '../embedded.ts';
import { withClient } from '../roles.ts';
import { changeUrl } from '../url.ts';
import type { Series } from './series.ts';
import { choose, unpackBase, unpackLog } from './unpack.ts';
import type { Marks } from './wal.ts';

export interface RecoverTask {
  series: Series;
  /** Empty, or not there yet. */
  dataDir: string;
  /** An instant with its offset; the end of the archive otherwise. */
  until: string | undefined;
  log: (line: string) => void;
  settings?: Readonly<Record<string, string>>;
  /** Runs as the superuser in the recovered database, before anybody else may enter. */
  after(databaseUrl: string, found: Recovered): Promise<void>;
}

export interface Recovered {
  /** The base that was begun with. */
  base: string;
  /** Instant of the last transaction that is there; null where the log brought none. */
  lastCommit: string | null;
  /** Everything acknowledged by then is in the archive. */
  coveredUntil: string;
  logBytes: number;
  /** Highest numbers that the archive knows of, also of what lies behind `until`. */
  marks: Marks;
}

/**
 * Puts a base backup and its log into an empty folder and lets PostgreSQL replay it, to its end or to an instant. A
 * folder in which this broke off is cleared, so that it may be tried again.
 */
export async function recover(task: RecoverTask): Promise<Recovered> {
  const { series, dataDir, until, log } = task;
  const choice = choose(series, until);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await unpackBase(series, choice.base, dataDir);
  try {
    log(`bản nền ${choice.base.at} · base backup of ${choice.base.at}`);
    const { marks, bytes } = await unpackLog(series, choice, dataDir, until);
    log(`nhật ký ghi trước: ${(bytes / 1_048_576).toFixed(1)} MiB · log to replay`);
    writeFileSync(join(dataDir, 'postgres', 'recovery.signal'), '', { mode: 0o600 });
    const found: Recovered = {
      base: choice.base.at,
      lastCommit: null,
      coveredUntil: choice.coveredUntil,
      logBytes: bytes,
      marks,
    };
    await replay(task, found);
    return found;
  } catch (error) {
    rmSync(join(dataDir, 'postgres'), { recursive: true, force: true });
    throw error;
  }
}

async function replay(task: RecoverTask, found: Recovered): Promise<void> {
  const { dataDir, until, log } = task;
  // Nothing is fetched while it replays: all of the log lies in its place already.
  const settings = {
    ...task.settings,
    restore_command: 'exit 1',
    recovery_target_action: 'promote',
    // Nobody reads while it replays: it is ready when it is done.
    hot_standby: 'off',
  };
  const target: Record<string, string> =
    until === undefined ? {} : { recovery_target_time: new Date(until).toISOString().replace('Z', '+00') };
  const start = (more: Record<string, string>) => startEmbedded({ dataDir, log, settings: { ...settings, ...more } });
  const embedded = await start(target).catch((error: unknown) => {
    // Nothing was done after the instant: all of the log is wanted.
    if (until !== undefined && /recovery ended before configured recovery target/.test(String(error))) return start({});
    throw error;
  });
  try {
    await withClient(embedded.superuserUrl, async (client) => {
      const { rows } = await client.query<{ at: Date | null; recovering: boolean }>(
        'select pg_last_xact_replay_timestamp() as at, pg_is_in_recovery() as recovering',
      );
      if (rows[0]?.recovering !== false) throw new Error('PostgreSQL is still in recovery');
      found.lastCommit = rows[0].at?.toISOString() ?? null;
    });
    await task.after(changeUrl(embedded.superuserUrl, { database: 'mach' }), found);
  } finally {
    await embedded.stop();
  }
}
