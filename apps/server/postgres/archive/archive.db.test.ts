import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type pg from 'pg';
import { type Embedded, startEmbedded } from '../embedded.ts';
import { prepareRoles, withClient } from '../roles.ts';
import { changeUrl } from '../url.ts';
import { Archive } from './archive.ts';
import { checkSeries } from './check.ts';
import { recover } from './recover.ts';
import { MissingBackupDisk, Series, seriesIn } from './series.ts';
import { slotState } from './wal.ts';

const SECRET = 'một khoá chỉ dùng để thử';
/** Small, so that a test fills it, and quick: no machine is lost here. */
const SETTINGS = { max_slot_wal_keep_size: '32MB', min_wal_size: '32MB', max_wal_size: '32MB', fsync: 'off' };

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'mach-archive-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Site {
  embedded: Embedded;
  archive: Archive;
  root: string;
  dataDir: string;
  on<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  write(text: string): Promise<void>;
}

async function site(t: TestContext): Promise<Site> {
  const dataDir = folder(t);
  const root = join(folder(t), 'disk');
  const embedded = await startEmbedded({ dataDir, log: () => undefined, settings: SETTINGS });
  t.after(() => embedded.stop());
  await prepareRoles(embedded.superuserUrl);
  const url = changeUrl(embedded.superuserUrl, { database: 'mach' });
  const archive = new Archive({
    superuserUrl: embedded.superuserUrl,
    cluster: join(dataDir, 'postgres'),
    dataDir,
    root,
    secret: SECRET,
    program: 'test',
  });
  const on = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => withClient(url, work);
  await on((client) =>
    client.query(`create table deed (n integer generated always as identity primary key, text text not null);
      create table counter (tenant integer, name text, value bigint, primary key (tenant, name))`),
  );
  const write = async (text: string): Promise<void> => {
    await on(async (client) => {
      await client.query('insert into deed (text) values ($1)', [text]);
      await client.query(`insert into counter values (1, 'deed:20261122', 1)
        on conflict (tenant, name) do update set value = counter.value + 1`);
    });
  };
  return { embedded, archive, root, dataDir, on, write };
}

const now = (s: Site): Promise<string> =>
  s.on(async (client) => {
    const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at');
    return (rows[0]?.at ?? new Date(0)).toISOString();
  });

async function restored(t: TestContext, root: string, until?: string): Promise<{ texts: string[]; marks: object }> {
  let texts: string[] = [];
  const { marks } = await recover({
    series: Series.open(seriesIn(root).at(-1) ?? '', SECRET),
    dataDir: folder(t),
    until,
    log: () => undefined,
    settings: SETTINGS,
    after: async (url) => {
      const { rows } = await withClient(url, (client) =>
        client.query<{ text: string }>('select text from deed order by n'),
      );
      texts = rows.map((row) => row.text);
    },
  });
  return { texts, marks };
}

test('base and log: everything copied comes back, at its end or at an instant; numbers of later are known', async (t) => {
  const s = await site(t);
  await s.write('trước bản nền');
  assert.equal((await s.archive.copy()).needsBase, true);
  const { base, copied } = await s.archive.base();
  assert.equal(copied.needsBase, false);
  assert.ok(existsSync(base.path));
  await s.write('một');
  await s.archive.copy();
  await s.write('hai');
  const instant = await now(s);
  await s.write('ba');
  // Over the end of a segment, so that pieces are replaced by the whole.
  await s.on(async (client) => {
    await client.query(`insert into deed (text) select repeat('x', 900) from generate_series(1, 100)`);
    await client.query('select pg_switch_wal()');
    await client.query(`insert into deed (text) values ('bốn')`);
  });
  await s.archive.copy();
  await s.write('sau lần chép cuối');

  const [series = ''] = seriesIn(s.root);
  const { chunks, coveredUntil = '' } = Series.open(series, SECRET);
  assert.ok(chunks.length >= 2 && chunks.every((c, i) => i === 0 || c.from <= (chunks[i - 1]?.to ?? 0n)));
  const end = await restored(t, s.root);
  assert.deepEqual(
    end.texts.filter((text) => !text.startsWith('x')),
    ['trước bản nền', 'một', 'hai', 'ba', 'bốn'],
  );
  const then = await restored(t, s.root, instant);
  assert.deepEqual(then.texts, ['trước bản nền', 'một', 'hai']);
  assert.deepEqual(then.marks, { 1: { 'deed:20261122': 4 } });
  await assert.rejects(restored(t, s.root, new Date(Date.parse(coveredUntil) + 60_000).toISOString()), /reaches to/);
  await assert.rejects(restored(t, s.root, '2020-01-01T00:00:00Z'), /begins at/);

  // A changed or a missing piece is noticed without restoring.
  const piece = chunks.at(-1)?.path ?? '';
  const whole = readFileSync(piece);
  const spoilt = Buffer.from(whole);
  spoilt[whole.length - 40] = (spoilt[whole.length - 40] ?? 0) ^ 1;
  writeFileSync(piece, spoilt);
  await assert.rejects(checkSeries(Series.open(series, SECRET)), /damaged|unsupported|error/i);
  writeFileSync(piece, whole);
  const { bases, pieces, coveredUntil: reached } = await checkSeries(Series.open(series, SECRET));
  assert.deepEqual([bases, pieces, reached], [1, chunks.length, coveredUntil]);
  rmSync(chunks.find((chunk) => chunk.from <= base.from && chunk.to > base.from)?.path ?? '');
  await assert.rejects(checkSeries(Series.open(series, SECRET)), /no complete base/);
  assert.throws(() => Series.open(series, 'another key'), /not the key/);
});

test('a disk that is missing or full is said, work goes on, the log stays within its bound, and a new base closes the gap', async (t) => {
  const s = await site(t);
  await s.archive.base();
  renameSync(s.root, `${s.root}.away`);
  await s.write('không có đĩa');
  await assert.rejects(s.archive.copy(), MissingBackupDisk);
  assert.ok(!existsSync(s.root), 'nothing is written where the disk should be');
  // More log than the slot may keep: it is let go, and the disk does not fill.
  for (let i = 0; i < 5; i++)
    await s.on(async (client) => {
      await client.query(
        `select pg_logical_emit_message(false, 'test', repeat('y', 1000000)) from generate_series(1, 15)`,
      );
      await client.query('checkpoint');
    });
  const { bytes, slot } = await s.on(async (client) => {
    const { rows } = await client.query<{ bytes: string }>('select sum(size)::text as bytes from pg_ls_waldir()');
    return { bytes: Number(rows[0]?.bytes), slot: await slotState(client) };
  });
  assert.ok(bytes < 112 * 1024 * 1024, `${bytes} bytes of log`);
  assert.equal(slot.lost, true);
  renameSync(`${s.root}.away`, s.root);
  assert.equal((await s.archive.copy()).needsBase, true, 'there is a gap');
  await s.archive.base();
  await s.write('lại có đĩa');
  assert.equal((await s.archive.copy()).needsBase, false);
  // Old bases and their log go; what is needed for the newest two stays.
  await s.archive.base();
  const series = Series.open(seriesIn(s.root)[0] ?? '', SECRET);
  const count = series.bases.length;
  assert.ok((await s.archive.prune(new Date(Date.now() + 30 * 86_400_000), 7)) > 0);
  assert.ok(series.bases.length < count && series.bases.length === 2);
  const { texts } = await restored(t, s.root);
  assert.equal(texts.at(-1), 'lại có đĩa');
  assert.ok(texts.includes('không có đĩa'));
  assert.deepEqual(
    readdirSync(s.root).filter((name) => name.endsWith('.part')),
    [],
  );
});
