import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { openHouse } from '../apps/server/boot.ts';
import { readOptions } from '../apps/server/options.ts';
import { rebuildView } from '../packages/store/index.ts';
import { cloneVisits } from './lib/clone.ts';
import { load } from './lib/http.ts';
import { report, spread } from './lib/report.ts';
import { type BenchServer, startServer } from './lib/server.ts';

const ROOT = resolve(import.meta.dirname, '..');
const TENANT = 1;
/** The house that is copied: working days, visits a day. A folder of one's own comes by `MACH_BENCH_DATA`. */
const SOURCE = { days: 7, visits: 200 } as const;
const VISITS = Number(process.env.MACH_BENCH_VISITS ?? 50_000);
const ASKED = 60;

/** What people ask of a hospital all day, and what it may take (server time with the journey there and back, ms). */
const QUESTIONS: readonly { name: string; who: string; path: (n: number) => string; status?: number }[] = [
  {
    name: 'worklist of the doctor',
    who: 'bacsi',
    path: () => '/api/views/outpatient.queue?limit=200&sort=queueNumber',
  },
  { name: 'today at reception', who: 'tiepdon', path: () => '/api/views/reception.today?limit=50' },
  {
    name: 'a person by name',
    who: 'tiepdon',
    path: (n) => `/api/views/reception.people?name=${encodeURIComponent(FAMILY[n % FAMILY.length] ?? '')}&limit=20`,
  },
  { name: 'worklist of the laboratory', who: 'xetnghiem', path: () => '/api/views/lab.worklist?limit=100' },
  { name: 'who waits at the pharmacy', who: 'duocsi', path: () => '/api/views/pharmacy.queue?limit=100' },
  { name: 'who waits at the cashier', who: 'thungan', path: () => '/api/views/cashier.queue?limit=100' },
  { name: 'claims of the period', who: 'giamdinh', path: () => '/api/views/claims.list?limit=100' },
  {
    name: 'FHIR: name and birth date',
    who: 'bacsi',
    path: (n) => `/fhir/Patient?name=${FAMILY_ASCII[n % 4]}&birthdate=ge1980&_count=20`,
  },
  { name: 'FHIR: newest encounters', who: 'bacsi', path: () => '/fhir/Encounter?_sort=-date&_count=50' },
];
const FAMILY = ['Nguyễn Thị', 'Trần Văn', 'Lê Thị', 'Phạm Minh'];
const FAMILY_ASCII = ['nguyen', 'tran', 'le', 'pham'];

async function ask(server: BenchServer, label: string): Promise<void> {
  const tokens = new Map<string, string>();
  for (const { who } of QUESTIONS) if (!tokens.has(who)) tokens.set(who, await server.client.signIn(who));
  for (const { name, who, path } of QUESTIONS) {
    const once = async (n: number): Promise<void> => {
      const { status, text } = await server.client.request('GET', path(n), tokens.get(who));
      if (status !== 200) throw new Error(`${path(n)}: ${status} ${text.slice(0, 200)}`);
    };
    await load(5, 1, once);
    const { times, errors, firstError } = await load(ASKED, 1, once);
    if (errors > 0) process.stderr.write(`${name}: ${firstError}\n`);
    report({
      name: `${label}: ${name}`,
      value: spread(times).p50,
      unit: 'ms',
      ratio_to_limit: null,
      n: ASKED,
      errors,
      ...spread(times),
    });
  }
}

async function measured(dataDir: string, label: string): Promise<void> {
  const server = await startServer({ MACH_DATA: dataDir });
  try {
    await ask(server, label);
  } finally {
    await server.stop();
  }
}

/** The same questions of a hospital with a week behind it and of one with years. */
export async function scale(): Promise<void> {
  const own = process.env.MACH_BENCH_DATA;
  const dataDir = own ?? mkdtempSync(join(tmpdir(), 'mach-scale-'));
  try {
    if (own === undefined || !existsSync(join(dataDir, 'postgres'))) {
      const args = ['apps/cli/main.ts', 'simulate', '--days', String(SOURCE.days), '--visits', String(SOURCE.visits)];
      const made = spawnSync(process.execPath, args, {
        cwd: ROOT,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, MACH_DATA: dataDir, MACH_DEMO: 'accounts' },
      });
      if (made.status !== 0) throw new Error('the source could not be simulated');
    }
    const options = readOptions({ MACH_DATA: dataDir, MACH_DEMO: 'accounts' });
    const house = await openHouse(options, (line) => process.stderr.write(`${line}\n`));
    let visits = 0;
    const owner = new pg.Client({ connectionString: house.urls.ownerUrl });
    try {
      await owner.connect();
      await owner.query(`select set_config('mach.tenant', $1, false)`, [String(TENANT)]);
      const count = async (): Promise<number> =>
        Number(
          (await owner.query(`select count(*) as n from record where tenant = $1 and type = 44`, [TENANT])).rows[0].n,
        );
      const source = await count();
      const copies = Math.max(0, Math.round(VISITS / source) - 1);
      const started = performance.now();
      const { written, proved } = await cloneVisits(owner, {
        tenant: TENANT,
        copies,
        onProgress: (n) => process.stderr.write(`\r${n} records`),
      });
      for (const { definition } of house.engine.views.values())
        await rebuildView(house.engine.database, TENANT, definition);
      await owner.query('vacuum analyze');
      visits = await count();
      const seconds = (performance.now() - started) / 1_000;
      report({
        name: 'copies',
        value: written / seconds,
        unit: 'records/s',
        ratio_to_limit: null,
        n: written,
        errors: 0,
      });
      process.stderr.write(`\n${source} visits → ${visits}; ${proved} records proved against what commands wrote\n`);
    } finally {
      await owner.end();
      await house.stop();
    }
    await measured(dataDir, `${visits} visits`);
  } finally {
    if (own === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}
