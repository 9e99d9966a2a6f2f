import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tableSource } from '@mach/engine/table-source.ts';
import type { StuckRow } from '@mach/operations/contract.ts';
import operations from '@mach/operations/module.ts';
import { UnreadableBackup } from '@mach/store';
import { MissingBackupDisk } from '../postgres/archive/series.ts';
import { testEngine } from '../testing/engine.ts';
import type { Deeds } from './deeds.ts';
import { type EventKind, listEvents, recordEvent } from './events.ts';
import { Keeper } from './keeper.ts';
import { houseSecret, MissingBackupKey } from './secret.ts';
import type { KeeperFacts } from './status.ts';
import { judge } from './status.ts';

const MINUTE = 60_000;

/** A house whose clock is ours and whose deeds take no time; what they write down is what the real ones write down. */
async function kept(t: TestContext) {
  const house = await testEngine(t, [operations]);
  const { engine, clock } = house;
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-keeper-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const { system } = engine.database;
  const write = (kind: EventKind, at: Date, sound = true, detail = {}): Promise<void> =>
    recordEvent(system, { at: at.toISOString(), kind, sound, seconds: 1, detail });
  const state = { broken: undefined as Error | undefined, needsBase: true, drillSound: true, stopped: 0 };
  const deeds: Deeds = {
    async copy() {
      if (state.broken) throw state.broken;
      return { coveredUntil: clock.now().toISOString(), needsBase: state.needsBase };
    },
    async save(now) {
      await write('base', now, true, { file: 'a', bytes: 1 });
      state.needsBase = false;
      return now.toISOString();
    },
    drill: (now) => write('drill', now, state.drillSound, state.drillSound ? {} : { faults: ['ledger: 1 ≠ 2'] }),
    stop: () => {
      state.stopped++;
    },
  };
  const begin = (): Keeper => {
    const env = { MACH_BACKUP: join(dataDir, 'disk') };
    const keeper = new Keeper(
      { engine, dataDir, urls: { ownerUrl: house.ownerUrl } },
      env,
      () => undefined,
      () => deeds,
    );
    return keeper;
  };
  // Local times of what was done, by kind.
  const done = async (kind: EventKind): Promise<string[]> =>
    (await listEvents(system, 200))
      .filter((event) => event.kind === kind)
      .map(({ at }) => new Date(Date.parse(at) + 7 * 60 * MINUTE).toISOString().slice(5, 13))
      .reverse();
  const until = async (keeper: Keeper, instant: string, step = 120 * MINUTE): Promise<void> => {
    while (clock.now().getTime() < Date.parse(instant)) {
      clock.advance(step);
      await keeper.round();
      await keeper.drill;
    }
  };
  const stuck = async (role: string): Promise<StuckRow[]> => {
    const table = operations.tables?.find((one) => one.name === 'operations.stuck');
    const rows = await table?.read(tableSource(engine, house.actor(role)), {});
    return (rows ?? []) as unknown as StuckRow[];
  };
  return { ...house, state, begin, done, until, stuck, write, dataDir };
}

test('every night a base backup and every week a drill, by themselves and once; a house that was off catches up', async (t) => {
  const h = await kept(t);
  // Tuesday 24/11, 07:00 in Vietnam.
  let keeper = h.begin();
  await keeper.round();
  assert.deepEqual(await h.done('base'), ['11-24T07'], 'the first one at once');
  await h.until(keeper, '2026-11-26T23:00:00Z', 60 * MINUTE);
  assert.deepEqual(await h.done('base'), ['11-24T07', '11-25T04', '11-26T01', '11-27T01']);
  assert.deepEqual(await h.done('drill'), ['11-25T04'], 'the first one in the first night');
  await h.until(keeper, '2026-12-09T23:00:00Z');
  assert.deepEqual((await h.done('drill')).slice(1), ['12-02T02', '12-09T02']);
  assert.equal((await h.done('base')).length, 17, 'one a night');

  // Off for eleven days; started again at 09:00 on a working day, by another process that remembers nothing.
  await keeper.stop();
  assert.equal(h.state.stopped, 1);
  h.clock.set('2026-12-21T02:00:00.000Z');
  keeper = h.begin();
  assert.deepEqual(
    (await h.stuck('administrator')).map((row) => row.key),
    ['backup:drill-old', 'backup:backup-old'],
    'before it has caught up, it says so',
  );
  await keeper.round();
  await keeper.drill;
  await keeper.round();
  await keeper.drill;
  assert.deepEqual((await h.done('base')).slice(17), ['12-21T09']);
  assert.deepEqual((await h.done('drill')).slice(3), ['12-21T09']);
  assert.deepEqual(await h.stuck('administrator'), []);

  // A drill that fails is tried again in the next night, not in the next week.
  h.state.drillSound = false;
  await h.until(keeper, '2026-12-28T20:00:00Z');
  assert.deepEqual((await h.done('drill')).slice(4), ['12-28T01', '12-29T01']);
  const [row] = await h.stuck('administrator');
  assert.equal(row?.key, 'backup:drill-failed');
  assert.match(row?.reason?.vi ?? '', /diễn tập phục hồi gần nhất hỏng: ledger: 1 ≠ 2/);
  h.state.drillSound = true;
  await h.until(keeper, '2026-12-29T20:00:00Z');
  assert.deepEqual(await h.stuck('administrator'), []);
  await keeper.stop();
});

test('what needs a person hangs under "Việc treo" with its remedy, from when it began until it is mended', async (t) => {
  const h = await kept(t);
  const keeper = h.begin();
  await keeper.round();
  const fails = async (error: Error): Promise<StuckRow[]> => {
    h.state.broken = error;
    h.clock.advance(MINUTE);
    await keeper.round();
    h.clock.advance(MINUTE);
    await keeper.round();
    return h.stuck('administrator');
  };
  const [row, ...more] = await fails(new MissingBackupDisk('không thấy đĩa · the disk is away'));
  assert.deepEqual(more, []);
  const { key, kind, owner, since, path, remedy, reason } = row ?? {};
  assert.deepEqual(
    { key, kind, owner, since, path },
    {
      key: 'backup:disk-missing',
      kind: 'backup',
      owner: 'administrator',
      since: '2026-11-24T00:01:00.000Z',
      path: '/administration/backups',
    },
  );
  assert.match(remedy?.vi ?? '', /mach-backup/);
  assert.match(remedy?.en ?? '', /mach-backup/);
  assert.deepEqual(reason, { vi: 'Sao lưu đang hỏng: không thấy đĩa', en: 'Backups fail: the disk is away' });
  assert.deepEqual(
    (await h.stuck('director')).map((one) => one.key),
    ['backup:disk-missing'],
  );
  assert.deepEqual(await h.stuck('claims-officer'), [], 'no concern of theirs');
  // Written down once for each change, whatever the number of rounds.
  assert.equal((await h.done('alarm')).length, 1);
  for (const [error, code] of [
    [new MissingBackupKey('x'), 'key-missing'],
    [new UnreadableBackup('Sai khoá'), 'key-wrong'],
    [Object.assign(new Error('full'), { code: 'ENOSPC' }), 'disk-full'],
    [new Error('broken'), 'backup-failing'],
  ] as const) {
    const rows = await fails(error);
    assert.deepEqual([rows.map((one) => one.key), rows[0]?.since], [[`backup:${code}`], '2026-11-24T00:01:00.000Z']);
  }
  h.state.broken = undefined;
  await keeper.round();
  assert.deepEqual(await h.stuck('administrator'), []);
  await keeper.stop();
});

test('a key that was lost is never replaced in silence', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-keeper-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const { secret, made } = houseSecret(dataDir, undefined);
  assert.ok(made?.endsWith('backup.key'));
  assert.deepEqual(houseSecret(dataDir, undefined), { secret });
  writeFileSync(join(dataDir, 'archive.json'), '{}');
  rmSync(made ?? '');
  assert.throws(() => houseSecret(dataDir, undefined), MissingBackupKey);
  assert.deepEqual(houseSecret(dataDir, 'given'), { secret: 'given' });
  mkdirSync(join(dataDir, 'keys'), { recursive: true });
  writeFileSync(join(dataDir, 'keys', 'backup.key'), `${secret}\n`);
  assert.deepEqual(houseSecret(dataDir, undefined), { secret });
});

test('a database of one’s own: an archive that is stuck is an alarm, one that is off is advice', () => {
  const now = new Date('2026-11-24T00:00:00Z');
  const done = { at: now.toISOString(), sound: true, seconds: 1, detail: {} };
  const facts: Omit<KeeperFacts, 'warnings'> = {
    on: true,
    root: '/media/backup',
    days: 7,
    external: true,
    sameDisk: false,
    coveredUntil: null,
    alarm: null,
    newest: { file: { ...done, kind: 'file' }, drill: { ...done, kind: 'drill' } },
    firstSave: null,
    demo: false,
    archiver: null,
  };
  const said = (archiver: KeeperFacts['archiver']): string[] =>
    judge({ ...facts, archiver }, now).map(({ severity, code }) => `${severity} ${code}`);
  const [early, late] = ['2026-11-23T00:00:00Z', '2026-11-23T01:00:00Z'];
  assert.deepEqual(said({ on: true, doneAt: late, failedAt: early }), []);
  assert.deepEqual(said({ on: true, doneAt: early, failedAt: late }), ['error archive-stuck']);
  assert.deepEqual(said({ on: true, doneAt: null, failedAt: late }), ['error archive-stuck']);
  assert.deepEqual(said({ on: false, doneAt: null, failedAt: null }), ['warning archive-off']);
});
