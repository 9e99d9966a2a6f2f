import { setTimeout as sleep } from 'node:timers/promises';
import { type ViewDefinition, viewTable } from '@mach/store';
import type pg from 'pg';

/** Another server that is just ending has closed its connections by then, ms. */
const PATIENCE = 15_000;

/** Views that stand in another form than this program's, or not at all, in a database that somebody has worked in. */
async function unlike(owner: pg.Client, views: readonly ViewDefinition[]): Promise<string[]> {
  const { rows } = await owner.query<{ name: string; hash: string }>(
    'select name, hash from system.view where current',
  );
  if (rows.length === 0) return [];
  const known = new Map(rows.map((row) => [row.name, row.hash]));
  return views.filter((view) => known.get(view.name) !== viewTable(view).hash).map((view) => view.name);
}

async function others(owner: pg.Client): Promise<number> {
  const { rowCount } = await owner.query(
    `select 1 from pg_stat_activity where datname = current_database() and application_name ~ '^mach/[0-9]'`,
  );
  return rowCount ?? 0;
}

/**
 * Views are kept by the command that changes a record, in the form that its program knows. Two programs that know
 * different forms would each leave rows out of the other's: they do not work at the same time.
 * @throws Error while servers of another version are at work on this database
 */
export async function refuseViewsBeside(
  owner: pg.Client,
  views: readonly ViewDefinition[],
  patience = PATIENCE,
): Promise<void> {
  const changed = await unlike(owner, views);
  if (changed.length === 0) return;
  const until = Date.now() + patience;
  for (;;) {
    const connections = await others(owner);
    if (connections === 0) return;
    if (Date.now() >= until)
      throw new Error(
        `máy chủ phiên bản khác đang làm việc trên cơ sở dữ liệu này (${connections} kết nối) và ${changed.length} khung nhìn đã đổi (${changed.slice(0, 3).join(', ')}…): dừng hết máy chủ cũ rồi khởi động lại. Chưa khung nhìn nào bị đổi.\n  Servers of another version are at work on this database (${connections} connections), and ${changed.length} views have changed: stop them all, then start this one. No view was touched.`,
      );
    await sleep(250);
  }
}
