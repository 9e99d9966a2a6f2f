import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { type House, openHouse } from '../apps/server/boot.ts';
import { readOptions } from '../apps/server/options.ts';
import { asOwner } from '../apps/server/owner.ts';
import { startEmbedded } from '../apps/server/postgres/embedded.ts';
import { prepareRoles } from '../apps/server/postgres/roles.ts';
import { agrees, proveFacility, proveViews } from '../packages/store/index.ts';
import { cloneVisits } from './lib/clone.ts';
import { load } from './lib/http.ts';
import { questions } from './lib/questions.ts';
import { report, spread } from './lib/report.ts';
import { startServer } from './lib/server.ts';

const ROOT = resolve(import.meta.dirname, '..');
const TENANT = 1;
const ENCOUNTER = 44;
/** The house that is copied: working days, visits a day. A folder of one's own comes by `MACH_BENCH_DATA`. */
const SOURCE = { days: 7, visits: 200 } as const;
const VISITS = Number(process.env.MACH_BENCH_VISITS ?? 50_000);
const THREADS = 2;
const ASKED = 60;
const DAY = 86_400_000;

/** For the load alone: nothing survives a crash of the machine, and nothing waits for the disk. */
const LOADING = {
  shared_buffers: '1GB',
  maintenance_work_mem: '768MB',
  max_wal_size: '32GB',
  checkpoint_timeout: '1h',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_replication_slots: '0',
  max_worker_processes: '8',
  max_parallel_workers: '4',
  max_parallel_maintenance_workers: '2',
  max_connections: '40',
} as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const value = (performance.now() - started) / 1_000;
  report({ name, value, unit: 's', ratio_to_limit: null, n: 1, errors: 0 });
  return result;
}

const visitsOf = async (owner: pg.Client): Promise<number> => {
  await owner.query(`select set_config('mach.tenant', $1, false)`, [String(TENANT)]);
  const { rows } = await owner.query('select count(*)::int as n from record where tenant = $1 and type = $2', [
    TENANT,
    ENCOUNTER,
  ]);
  return rows[0].n;
};

async function newest(owner: pg.Client): Promise<{ visits: number; last: string }> {
  const visits = await visitsOf(owner);
  const { rows } = await owner.query<{ last: Date }>(
    'select max(updated) as last from record where tenant = $1 and type = $2',
    [TENANT, ENCOUNTER],
  );
  return { visits, last: rows[0]?.last.toISOString() ?? '' };
}

function simulate(dataDir: string): void {
  const args = ['apps/cli/main.ts', 'simulate', '--days', String(SOURCE.days), '--visits', String(SOURCE.visits)];
  const made = spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, MACH_DATA: dataDir, MACH_DEMO: 'accounts' },
  });
  if (made.status !== 0) throw new Error('the source could not be simulated');
}

/** Opens the house as an operator's start does: views that are not there are built. */
async function opened<T>(dataDir: string, work: (house: House) => Promise<T>): Promise<T> {
  const house = await openHouse(readOptions({ MACH_DATA: dataDir, MACH_DEMO: 'accounts' }), say);
  try {
    return await work(house);
  } finally {
    await house.stop();
  }
}

/** Every view row by row against the records. @throws Error that names the views which differ */
async function proveAll({ engine }: House): Promise<number> {
  const views = [...engine.views.values()].map((view) => view.definition);
  const proofs = await proveViews(engine.database, TENANT, views);
  const wrong = proofs.filter((proof) => !agrees(proof));
  if (wrong.length > 0) throw new Error(`views differ from the records: ${JSON.stringify(wrong)}`);
  return proofs.reduce((sum, proof) => sum + proof.rows, 0);
}

/** Copies the visits while nobody else is there; the views are forgotten, so that the next start builds them. */
async function copy(dataDir: string): Promise<void> {
  const postgres = await startEmbedded({ dataDir, log: say, durable: false, settings: LOADING });
  try {
    const urls = await prepareRoles(postgres.superuserUrl);
    await asOwner(urls, async (owner) => {
      const source = await visitsOf(owner);
      const copies = Math.round(VISITS / source) - 1;
      const started = performance.now();
      const { written, proved } = await cloneVisits(owner, {
        tenant: TENANT,
        copies,
        threads: THREADS,
        ownerUrl: urls.ownerUrl,
        onProgress: say,
      });
      const seconds = (performance.now() - started) / 1_000;
      const name = `copies of ${proved} records`;
      report({ name, value: written / seconds, unit: 'records/s', ratio_to_limit: null, n: written, errors: 0 });
      const { rows: views } = await owner.query<{ table_name: string }>('delete from system.view returning table_name');
      for (const { table_name } of views) await owner.query(`drop table view.${table_name}`);
      await timed('vacuum analyze', () => owner.query('vacuum (analyze)'));
      const { rows } = await owner.query('select pg_database_size(current_database()) / 1048576 as size');
      report({ name: 'database', value: Number(rows[0].size), unit: 'MiB', ratio_to_limit: null, n: 1, errors: 0 });
    });
  } finally {
    await postgres.stop();
  }
}

async function ask(dataDir: string, label: string, last: string): Promise<void> {
  // The working day of Vietnam on which the last visit came.
  const day = Date.parse(`${new Date(Date.parse(last) + 7 * 3_600_000).toISOString().slice(0, 10)}T00:00:00+07:00`);
  const server = await startServer({ MACH_DATA: dataDir });
  try {
    const tokens = new Map<string, string>();
    const all = questions(new Date(day).toISOString(), new Date(day - 5 * DAY).toISOString());
    for (const { who } of all) if (!tokens.has(who)) tokens.set(who, await server.client.signIn(who));
    for (const { name, who, path } of all) {
      const once = async (n: number): Promise<void> => {
        const { status, text } = await server.client.request('GET', path(n), tokens.get(who));
        if (status !== 200) throw new Error(`${path(n)}: ${status} ${text.slice(0, 200)}`);
      };
      const warm = await load(5, 1, once);
      const { times, errors, firstError } = warm.errors > 0 ? warm : await load(ASKED, 1, once);
      if (errors > 0) say(`${name}: ${firstError}`);
      const figures = spread(times);
      report({
        name: `${label}: ${name}`,
        value: figures.p50,
        unit: 'ms',
        ratio_to_limit: null,
        n: times.length,
        errors,
        ...figures,
      });
    }
  } finally {
    await server.stop();
  }
}

/** The questions of the day, asked of a hospital with years behind it. */
export async function scale(): Promise<void> {
  const own = process.env.MACH_BENCH_DATA;
  const dataDir = own ?? mkdtempSync(join(tmpdir(), 'mach-scale-'));
  try {
    if (!existsSync(join(dataDir, 'postgres'))) await timed('simulated', async () => simulate(dataDir));
    const before = await opened(dataDir, async (house) => {
      await timed('views of the commands proved', () => proveAll(house));
      return asOwner(house.urls, visitsOf);
    });
    if (before < VISITS / 2) {
      await copy(dataDir);
      await timed('house opened, views built anew', () => opened(dataDir, async () => undefined));
    }
    const { visits, last } = await opened(dataDir, ({ urls }) => asOwner(urls, newest));
    await ask(dataDir, `${visits} visits`, last);
    await opened(dataDir, async (house) => {
      const rows = await timed('views proved row by row', () => proveAll(house));
      say(`${rows} rows`);
      const faults = await timed('records, commands, ledgers, index proved', async () =>
        (await proveFacility(house.engine.database, TENANT)).filter((proof) => proof.faults.length > 0),
      );
      if (faults.length > 0) throw new Error(`the copied house does not hold: ${JSON.stringify(faults)}`);
    });
  } finally {
    if (own === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}
