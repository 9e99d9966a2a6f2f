import { Chance } from './lib/chance.ts';
import { mutate } from './lib/mutate.ts';
import { type Probe, Prober, post } from './lib/probe.ts';
import { report, spread } from './lib/report.ts';
import { RESOURCES, samples } from './lib/samples.ts';
import { ANYBODY, Seats } from './lib/seats.ts';
import { type BenchServer, startServer } from './lib/server.ts';
import { SlowStatements } from './lib/slow.ts';

/** No statement of the database may take longer, ms; nor an answer. */
const LIMIT = 5_000;
const CLIENTS = 8;

export interface FuzzResult {
  sent: number;
  /** How many answers had each status. */
  statuses: Record<string, number>;
  /** The same, by kind of door. */
  byDoor: Record<string, Record<string, number>>;
  /** Good requests that the mutated ones are made of; and those that nobody of the house may send, which are left out. */
  doors: { open: number; closed: string[] };
  /** What must not be: an answer of 5xx, a line that was cut off, or an answer after more than five seconds. */
  faults: { why: string; probe: Probe; text: string }[];
  slowStatements: [string, number][];
  times: number[];
  /** Resident memory of the server at each tenth, MiB. */
  memory: number[];
}

/** A refusal for want of room is told with the time to wait; anything else of 5xx is a fault of ours. */
function faultOf(status: number, headers: Record<string, unknown>, ms: number, fault?: string): string | undefined {
  if (fault !== undefined) return fault;
  if (status === 501) return undefined;
  if (status === 503 && headers['retry-after'] !== undefined) return undefined;
  if (status >= 500) return `status ${status}`;
  return ms > LIMIT ? `${Math.round(ms)} ms` : undefined;
}

/** Sends mutated requests to a running server, the same for the same seed. */
export async function runFuzz(server: BenchServer, requests: number, seed: number): Promise<FuzzResult> {
  const prober = new Prober(server.port);
  const seats = new Seats(prober, (login) => server.client.signIn(login));
  await seats.open();
  const text = async (probe: Probe): Promise<string> => (await prober.send(seats.seated(probe))).text;
  const partner = await partnerToken(prober);
  for (const resource of RESOURCES)
    await text({
      ...post(`/fhir/${resource.resourceType}/fuzz-1`, partner, { ...resource, id: 'fuzz-1' }),
      method: 'PUT',
    });
  const { open: known, closed } = await seats.assigned(await samples(text, { person: ANYBODY, partner }));
  const result: FuzzResult = {
    sent: 0,
    statuses: {},
    byDoor: {},
    doors: { open: known.length, closed: closed.map(({ method, path }) => `${method} ${path}`) },
    faults: [],
    slowStatements: [],
    times: [],
    memory: [server.memory()],
  };
  // Each kind of door gets the same share, however many of it there are: else nine of ten would be searches.
  const kinds = [...Map.groupBy(known, doorOf)];
  const slow = await SlowStatements.watch(server.dataDir, LIMIT);
  const chance = new Chance(seed);
  const tenth = Math.ceil(requests / 10);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < requests) {
      const index = next++;
      const [kind, doors] = chance.pick(kinds);
      const from = chance.pick(doors);
      const probe = mutate(chance, from);
      if (index % 500 === 499) await seats.renew();
      // A key that was used answers for its first command: only a new one reaches the code.
      const key = from.headers?.['idempotency-key'];
      if (key !== undefined && probe.headers?.['idempotency-key'] === key)
        probe.headers['idempotency-key'] = `${key.slice(0, 24)}${index.toString(16).padStart(12, '0')}`;
      const seen = await prober.send(seats.seated(probe));
      result.sent++;
      result.times.push(seen.ms);
      result.statuses[seen.status] = (result.statuses[seen.status] ?? 0) + 1;
      const ofDoor = result.byDoor[kind] ?? {};
      result.byDoor[kind] = ofDoor;
      ofDoor[seen.status] = (ofDoor[seen.status] ?? 0) + 1;
      const why = faultOf(seen.status, seen.headers, seen.ms, seen.fault);
      if (why !== undefined && result.faults.length < 200)
        result.faults.push({ why, probe, text: seen.text.slice(0, 500) });
      if (result.sent % tenth === 0) result.memory.push(server.memory());
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, work));
  await slow.stop();
  result.slowStatements = [...slow.found];
  prober.close();
  return result;
}

/** What kind of door a request goes to. */
function doorOf({ method, path }: Probe): string {
  if (path.startsWith('/api/commands/')) return 'commands';
  if (/^\/api\/(views|codes)\//.test(path)) return 'lists';
  if (!path.startsWith('/fhir')) return 'the rest';
  return method === 'GET' && path.includes('?') ? 'searches' : 'records';
}

/** The demo partner's token, by its secret. */
export async function partnerToken(prober: Prober): Promise<string> {
  const { status, text } = await prober.send({
    method: 'POST',
    path: '/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'demo-system',
      client_secret: 'demo-system-secret',
      scope: 'system/*.cruds',
    }).toString(),
  });
  if (status !== 200) throw new Error(`the partner's token: ${status} ${text}`);
  return (JSON.parse(text) as { access_token: string }).access_token;
}

/** `npm run bench -- fuzz [REQUESTS] [SEED]` */
export async function fuzz(
  requests = Number(process.argv[3] ?? 100_000),
  seed = Number(process.argv[4] ?? 1),
): Promise<void> {
  const server = await startServer();
  try {
    const begun = performance.now();
    const result = await runFuzz(server, requests, seed);
    report({
      name: 'fuzz: mutated requests',
      value: result.sent / ((performance.now() - begun) / 1000),
      unit: '/s',
      ratio_to_limit: null,
      n: result.sent,
      errors: result.faults.length,
      ...spread(result.times),
    });
    const { memory } = result;
    const half = Math.ceil(memory.length / 2);
    report({
      name: 'fuzz: memory at the middle',
      value: memory[half] ?? 0,
      unit: 'MiB',
      ratio_to_limit: null,
      n: 1,
      errors: 0,
    });
    report({
      name: 'fuzz: memory at the end',
      value: memory.at(-1) ?? 0,
      unit: 'MiB',
      ratio_to_limit: null,
      n: 1,
      errors: 0,
    });
    report({
      name: 'fuzz: statements over 5 s',
      value: result.slowStatements.length,
      unit: '',
      ratio_to_limit: null,
      n: result.sent,
      errors: result.slowStatements.length,
    });
    process.stdout.write(
      `doors ${result.doors.open}, closed to all ${JSON.stringify(result.doors.closed)}\nstatuses ${JSON.stringify(result.statuses)}\nby door ${JSON.stringify(result.byDoor)}\nmemory ${JSON.stringify(memory.map(Math.round))}\n`,
    );
    for (const [query, ms] of result.slowStatements) process.stdout.write(`slow ${Math.round(ms)} ms: ${query}\n`);
    for (const { why, probe, text } of result.faults.slice(0, 20))
      process.stdout.write(
        `${why}: ${probe.method} ${probe.path.slice(0, 300)} ${JSON.stringify(probe.headers)} ${String(probe.body ?? '').slice(0, 600)}\n  → ${text}\n`,
      );
    if (result.faults.length + result.slowStatements.length > 0) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
