import { migrate, type Reconciled, reconcile } from '@mach/store';
import { allMigrations } from '../migrations.ts';
import { type Recovered, recover } from '../postgres/archive/recover.ts';
import { Series, seriesIn } from '../postgres/archive/series.ts';
import { prepareRoles, withClient } from '../postgres/roles.ts';

export interface ArchiveRestore {
  /** A backup folder (its newest series), or a series in it. */
  archive: string;
  secret: string;
  /** Empty. */
  dataDir: string;
  /** Put back to this instant; to the end of the archive otherwise. */
  until: string | undefined;
  /** When the house that is replaced stopped giving out numbers; now, where nobody says. */
  lostUntil: string;
  log: (line: string) => void;
  settings?: Readonly<Record<string, string>>;
}

/** Puts a base backup and its log back into an empty data folder, and makes it safe to open again. */
export async function restoreArchive(task: ArchiveRestore): Promise<Recovered & { reconciled: Reconciled }> {
  const folder = seriesIn(task.archive).at(-1);
  if (folder === undefined)
    throw new Error(`${task.archive}: không có bản lưu trữ nào · there is no archive in this folder`);
  const series = Series.open(folder, task.secret);
  let reconciled: Reconciled | undefined;
  const found = await recover({
    series,
    dataDir: task.dataDir,
    until: task.until,
    log: task.log,
    ...(task.settings ? { settings: task.settings } : {}),
    after: async (url, recovered) => {
      const { ownerUrl } = await prepareRoles(url);
      await bringForward(ownerUrl);
      reconciled = await withClient(url, (client) =>
        reconcile(client, {
          at: new Date().toISOString(),
          source: folder,
          since: recovered.lastCommit ?? recovered.base,
          until: task.lostUntil,
          seenUntil: recovered.coveredUntil,
          marks: recovered.marks,
        }),
      );
    },
  });
  if (!reconciled) throw new Error('the recovered database was not reconciled');
  return { ...found, reconciled };
}

/** The schema of this version: what is restored may be of an earlier one. */
async function bringForward(ownerUrl: string): Promise<void> {
  const migrations = await allMigrations();
  await withClient(ownerUrl, (owner) => migrate(owner, migrations));
}
