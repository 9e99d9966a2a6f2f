import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { patientBundle } from './fhir/data.ts';
import { Wire, wire } from './fhir/wire.ts';
import { type Known, WORKLOADS } from './fhir/work.ts';
import { report } from './lib/report.ts';
import { type BenchServer, startServer, systemToken } from './lib/server.ts';

const PATIENTS = Number(process.argv[3] ?? 200);
const CLIENTS = 8;
const WRITES = 320;
/** Ticks of the kernel's clock are 10 ms. */
const TICK = 10;
/** A first run is over when this many looks, so far apart in ms, show nothing new. */
const QUIET_LOOKS = 2;
const LOOK = 2_500;

interface Times {
  parent: number;
  own: number;
  /** Of children that have ended. */
  ended: number;
}

/** Processor time of a process, ms (Linux). */
function timesOf(pid: number | string): Times | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (i: number): number => fields[i] ?? 0;
    return { parent: at(1), own: (at(11) + at(12)) * TICK, ended: (at(13) + at(14)) * TICK };
  } catch {
    return undefined;
  }
}

/** Processor time of the server and of its PostgreSQL with all of its processes, ms. */
function processorOf(server: BenchServer, postmaster: number): { node: number; db: number } {
  let db = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const times = timesOf(pid);
    if (times && Number(pid) === postmaster) db += times.own + times.ended;
    else if (times?.parent === postmaster) db += times.own;
  }
  return { node: timesOf(server.pid)?.own ?? 0, db };
}

/**
 * Where the bytes of records, history and search index are, table by table and index by index, and what a write costs:
 * processor time of both processes and bytes of the database's log.
 */
export async function layout(): Promise<void> {
  const server = await startServer();
  const on = new pg.Client({ host: `${server.dataDir}/run`, port: 5432, user: 'postgres', database: 'mach' });
  try {
    await on.connect();
    const first = async (text: string): Promise<number> =>
      Number((await on.query<{ n: string }>(text)).rows[0]?.n ?? 0);
    for (let quiet = 0, before = -1; quiet < QUIET_LOOKS; ) {
      await new Promise((done) => setTimeout(done, LOOK));
      const now = await first('select count(*) as n from record');
      quiet = now === before ? quiet + 1 : 0;
      before = now;
    }
    const sizes = async (): Promise<Map<string, number>> => {
      await on.query('vacuum analyze');
      const { rows } = await on.query<{ name: string; bytes: string }>(
        `select c.relname as name, pg_relation_size(c.oid) as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'i') and c.relname ~ '^(record|search_)'`,
      );
      return new Map(rows.map((row) => [row.name, Number(row.bytes)]));
    };
    const postmaster = Number(readFileSync(join(server.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const written = (): Promise<number> => first(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as n`);
    const priced = async (name: string, n: number, work: () => Promise<void>): Promise<void> => {
      const [before, log] = [processorOf(server, postmaster), await written()];
      await work();
      const [after, more] = [processorOf(server, postmaster), await written()];
      const common = { ratio_to_limit: null, n, errors: 0 };
      report({ name: `${name}: server`, value: (after.node - before.node) / n, unit: 'ms CPU', ...common });
      report({ name: `${name}: PostgreSQL`, value: (after.db - before.db) / n, unit: 'ms CPU', ...common });
      report({ name: `${name}: log`, value: (more - log) / n / 1024, unit: 'kB', ...common });
    };
    const headers = {
      'Content-Type': 'application/fhir+json',
      Authorization: `Bearer ${await systemToken(server.port)}`,
    };
    const empty = await sizes();
    const known: Known[] = [];
    let bytes = 0;
    await priced('transaction of 40', PATIENTS, async () => {
      const line = new Wire(server.port);
      for (let n = 0; n < PATIENTS; n++) {
        const bundle = patientBundle(n);
        for (const { resource } of bundle.entry) bytes += Buffer.byteLength(JSON.stringify(resource));
        const { status, body } = await line.ask(wire(server.port, 'POST', '/fhir', headers, bundle));
        if (status !== 200) throw new Error(`loading ${n}: ${status} ${body.toString().slice(0, 300)}`);
        const id = /Patient\/([^/"]+)\/_history/.exec(body.toString())?.[1] ?? '';
        known.push({ n, id, resource: bundle.entry[0]?.resource ?? { resourceType: 'Patient' } });
      }
      line.close();
    });
    const full = await sizes();
    const grown = [...full].map(([name, size]): [string, number] => [name, size - (empty.get(name) ?? 0)]);
    const common = { unit: 'x input', ratio_to_limit: null, n: PATIENTS * 40, errors: 0 };
    for (const [name, size] of grown.sort((a, b) => b[1] - a[1])) report({ name, value: size / bytes, ...common });
    report({ name: 'all of these', value: grown.reduce((sum, [, size]) => sum + size, 0) / bytes, ...common });
    let count = 0;
    for (const work of WORKLOADS.filter((w) => w.writes)) {
      const n = /of 50/.test(work.name) ? WRITES / 10 : WRITES;
      await priced(work.name, n, async () => {
        let left = n;
        const client = async (): Promise<void> => {
          const line = new Wire(server.port);
          while (left-- > 0) {
            const one = known[count % known.length];
            if (!one) throw new Error('nobody is loaded');
            const { method, path, body, headers: more } = work.request(one, ++count);
            const answer = await line.ask(wire(server.port, method, `/fhir${path}`, { ...headers, ...more }, body));
            if (answer.status !== (work.status ?? 200)) throw new Error(`${work.name}: ${answer.status}`);
          }
          line.close();
        };
        await Promise.all(Array.from({ length: CLIENTS }, client));
      });
    }
  } finally {
    await on.end();
    await server.stop();
  }
}
