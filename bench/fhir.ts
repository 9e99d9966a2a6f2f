import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { patientBundle } from './fhir/data.ts';
import { Wire, wire } from './fhir/wire.ts';
import { type Known, WORKLOADS, type Workload } from './fhir/work.ts';
import { report } from './lib/report.ts';
import { type BenchServer, startServer, systemToken } from './lib/server.ts';

/** The size is 1,000 patients with 40 resources each; a smaller one is for a look. */
const PATIENTS = Number(process.argv[3] ?? 1_000);
const CLIENTS = 8;
const LOADERS = 4;
const PASSES = Number(process.env.MACH_BENCH_PASSES ?? 3);
/** Time of one measurement, ms. */
const SPAN = Number(process.env.MACH_BENCH_SECONDS ?? 2) * 1_000;
const WARM = SPAN / 4;
/** A policy holds within this time after it was switched, ms. */
const POLICY_HOLDS = 6_000;
/** A first run is over when so many looks, this far apart in ms, show nothing new. */
const QUIET_LOOKS = 5;
const LOOK = 3_000;
const JSON_TYPE = { 'Content-Type': 'application/fhir+json' };

/** One side of the comparison: whose server, in whose name. */
interface Side {
  readonly name: string;
  readonly port: number;
  readonly base: string;
  readonly headers: () => Promise<Record<string, string>>;
  known: Known[];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function startFloor(dataDir: string): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fhir', 'floor.ts'), `${dataDir}/run`, String(port)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise<void>((done, fail) => {
    child.stdout?.once('data', () => done());
    child.once('exit', () => fail(new Error('the floor did not start')));
  });
  return { child, port };
}

/** Loads everybody; patients as they are known there. @returns resources a second, and their bytes */
async function ingest(side: Side): Promise<{ rate: number; bytes: number }> {
  const headers = { ...JSON_TYPE, ...(await side.headers()) };
  let [next, bytes, resources] = [0, 0, 0];
  const known: Known[] = [];
  const started = performance.now();
  const loader = async (): Promise<void> => {
    const line = new Wire(side.port);
    for (let n = next++; n < PATIENTS; n = next++) {
      const bundle = patientBundle(n);
      for (const { resource } of bundle.entry) bytes += Buffer.byteLength(JSON.stringify(resource));
      resources += bundle.entry.length;
      const { status, body } = await line.ask(wire(side.port, 'POST', side.base || '/', headers, bundle));
      const answer = JSON.parse(body.toString()) as { entry: { response: { location: string } }[] };
      if (status !== 200) throw new Error(`${side.name}: loading ${n}: ${status} ${body.toString().slice(0, 300)}`);
      const id = /Patient\/([^/]+)\//.exec(answer.entry[0]?.response.location ?? '')?.[1] ?? '';
      known.push({ n, id, resource: bundle.entry[0]?.resource ?? { resourceType: 'Patient' } });
    }
    line.close();
  };
  await Promise.all(Array.from({ length: LOADERS }, loader));
  side.known = known.sort((a, b) => a.n - b.n);
  return { rate: resources / ((performance.now() - started) / 1_000), bytes };
}

let count = 0;

/** One measurement: answers a second at eight clients. @throws Error when the answer is not the right one */
async function measure(side: Side, work: Workload): Promise<{ rate: number; times: number[]; errors: number }> {
  const headers = await side.headers();
  // Reads see the upper half, writes change the lower one.
  const half = Math.floor(side.known.length / 2);
  const choose = (): Known => {
    const at = Math.floor(Math.random() * half) + (work.writes ? 0 : half);
    const one = side.known[at] ?? side.known[0];
    if (!one) throw new Error('nobody is loaded');
    return one;
  };
  const written = (): Buffer => {
    const { method, path, body, headers: more } = work.request(choose(), ++count);
    const type = body === undefined ? {} : JSON_TYPE;
    return wire(side.port, method, `${side.base}${path}` || '/', { ...headers, ...type, ...more }, body);
  };
  const wanted = work.status ?? 200;
  const first = new Wire(side.port);
  const { status, body } = await first.ask(written());
  first.close();
  if (status !== wanted || !(work.right?.(JSON.parse(body.toString())) ?? true))
    throw new Error(`${side.name}, ${work.name}: ${status} ${body.toString().slice(0, 300)}`);
  const times: number[] = [];
  let errors = 0;
  const begin = performance.now() + WARM;
  const end = begin + SPAN;
  const client = async (): Promise<void> => {
    const line = new Wire(side.port);
    for (let start = performance.now(); start < end; start = performance.now()) {
      const answer = await line.ask(written());
      if (answer.status !== wanted) errors++;
      else if (start >= begin) times.push(performance.now() - start);
    }
    line.close();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { rate: times.length / (SPAN / 1_000), times, errors };
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

function sides(server: BenchServer, floorPort: number): { system: Side; doctor: Side; floor: Side } {
  const { port, client } = server;
  const common = { port, base: '/fhir', known: [] };
  let doctor: string | undefined;
  return {
    // Tokens of services live shortly: each measurement takes its own.
    system: {
      ...common,
      name: 'system',
      headers: async () => ({ Authorization: `Bearer ${await systemToken(port)}` }),
    },
    doctor: {
      ...common,
      name: 'bacsi',
      headers: async () => {
        doctor ??= await client.signIn('bacsi');
        return { Authorization: `Bearer ${doctor}` };
      },
    },
    floor: { name: 'floor', port: floorPort, base: '', known: [], headers: async () => ({}) },
  };
}

async function owner(server: BenchServer): Promise<pg.Client> {
  const client = new pg.Client({ host: `${server.dataDir}/run`, port: 5432, user: 'postgres', database: 'mach' });
  await client.connect();
  return client;
}

/** Bytes of the tables a resource: rows with history, index, and apart what is written for audit and feed. */
async function bytesOf(on: pg.Client): Promise<{ records: number; index: number; apart: number; resources: number }> {
  const { rows } = await on.query<{ place: string; bytes: string }>(
    `select case when relname ~ '^record' then 'records' when relname ~ '^search_' then 'index'
            when relname ~ '^(audit|feed|outbox)' then 'apart' end as place, sum(pg_total_relation_size(c.oid)) as bytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname = 'public' group by 1`,
  );
  const size = (place: string): number => Number(rows.find((r) => r.place === place)?.bytes ?? 0);
  const { rows: total } = await on.query<{ n: string }>('select count(*) as n from record where not deleted');
  return { records: size('records'), index: size('index'), apart: size('apart'), resources: Number(total[0]?.n ?? 1) };
}

/** What is there when the first run of a demo house has written all of its own records. */
async function settled(on: pg.Client): ReturnType<typeof bytesOf> {
  let before = await bytesOf(on);
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await new Promise((done) => setTimeout(done, LOOK));
    const now = await bytesOf(on);
    quiet = now.resources === before.resources ? quiet + 1 : 0;
    before = now;
  }
  return before;
}

/**
 * The FHIR door beside the floor of the same work, in one run, sides in turn, medians: reads and searches half with the
 * system client and half as a doctor under a rule of care relation, writes with the system client (a doctor writes by
 * commands).
 */
export async function fhir(): Promise<void> {
  const server = await startServer();
  const floorServer = await startFloor(server.dataDir);
  const on = await owner(server);
  try {
    const { system, doctor, floor } = sides(server, floorServer.port);
    const before = await settled(on);
    const [ours, bare] = [await ingest(system), await ingest(floor)];
    doctor.known = system.known;
    report({
      ...{
        name: 'ingest, transactions of 40',
        value: ours.rate,
        unit: 'resources/s',
        ratio_to_limit: ours.rate / bare.rate,
      },
      ...{ n: PATIENTS, errors: 0 },
    });
    await on.query('vacuum analyze');
    const after = await bytesOf(on);
    const times = (key: 'records' | 'index' | 'apart'): number => (after[key] - before[key]) / ours.bytes;
    const bytes = { unit: 'x input', ratio_to_limit: null, n: after.resources - before.resources, errors: 0 };
    report({ name: 'database, rows and index (goal 3.2)', value: times('records') + times('index'), ...bytes });
    report({ name: 'database, audit and feed', value: times('apart'), ...bytes });
    await on.query(
      `insert into system.setting (tenant, key, value) values (1, 'access.policy', '"care-relation"')
       on conflict (tenant, key) do update set value = excluded.value`,
    );
    await new Promise((done) => setTimeout(done, POLICY_HOLDS));
    for (const work of WORKLOADS) await compare(work, work.writes ? [system] : [system, doctor], floor);
    report({
      name: 'memory of the server',
      value: server.memory(),
      unit: 'MiB',
      ratio_to_limit: null,
      n: 1,
      errors: 0,
    });
  } finally {
    await on.end();
    floorServer.child.kill('SIGTERM');
    await server.stop();
  }
}

async function compare(work: Workload, ours: readonly Side[], floor: Side): Promise<void> {
  const rates = new Map<Side, number[]>([...ours, floor].map((side) => [side, []]));
  const times = new Map<Side, number[]>();
  let errors = 0;
  for (let pass = 0; pass < PASSES; pass++)
    for (const [side, list] of rates) {
      const result = await measure(side, work);
      list.push(result.rate);
      times.set(side, [...(times.get(side) ?? []), ...result.times]);
      errors += result.errors;
    }
  const limit = median(rates.get(floor) ?? []);
  for (const side of ours) {
    const own = (times.get(side) ?? []).sort((a, b) => a - b);
    const at = (share: number): number => own[Math.floor(own.length * share)] ?? 0;
    const value = median(rates.get(side) ?? []);
    const name = `${work.name}, ${side.name} (goal ${work.goal})`;
    const percentiles = { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
    report({ name, value, unit: '/s', ratio_to_limit: value / limit, n: own.length, errors, ...percentiles });
  }
}
