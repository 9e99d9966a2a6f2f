import { load } from './lib/http.ts';
import { cardOf, VITALS } from './lib/people.ts';
import { report, spread } from './lib/report.ts';
import { type BenchServer, startServer } from './lib/server.ts';
import { bareCommits } from './store.ts';

const WARM = 100;
const VISITS = 600;
/** Pause of a paced client from one deed to the next, ms. */
const PACE = 250;

/** Checks `count` people in at a room. @returns ids of their visits */
async function checkIn(server: BenchServer, token: string, count: number, from = 0): Promise<string[]> {
  const ids: string[] = [];
  const { errors, firstError } = await load(count, 4, async (index) => {
    const result = await server.client.command<{ encounter: string }>(
      token,
      'reception.checkIn',
      {
        cccdQr: cardOf(from + index),
        person: { noPhone: true },
        room: 'room-305',
        reason: 'Khám định kỳ',
        payer: 'fee',
      },
      `bench-check-in-${from + index}`,
    );
    ids.push(result.encounter);
  });
  if (errors > 0) throw new Error(`check-in: ${errors} refused; first: ${firstError}`);
  return ids;
}

/** The budgets of the visit: a vital-signs entry, a worklist of 200, a whole visit, memory afterwards. */
export async function spine(): Promise<void> {
  const server = await startServer();
  try {
    const [desk, nurse, doctor] = await Promise.all(
      ['tiepdon', 'dieuduong', 'bacsi'].map((a) => server.client.signIn(a)),
    );
    if (!desk || !nurse || !doctor) throw new Error('nobody is signed in');
    const encounters = await checkIn(server, desk, WARM + VISITS);
    const entry =
      (prefix: string, from: number) =>
      async (index: number): Promise<void> => {
        // A visit is measured once or twice, as in life.
        const encounter = encounters[from + (index % (encounters.length - from))];
        await server.client.command(
          nurse,
          'outpatient.recordVitals',
          { encounter, ...VITALS },
          `${prefix}-${index}-vitals`,
        );
      };
    await load(WARM, 8, entry('warm', 0));
    // A set of vital signs is a dozen records: the limit is one commit of a dozen rows.
    const bare = await bareCommits(server.dataDir, 8, 2 * VISITS, 12);
    const vitals = await load(2 * VISITS, 8, entry('bench', WARM));
    const limit = spread(bare.times).p50;
    report({
      name: 'command: vital signs, 8 clients',
      value: vitals.times.length / vitals.seconds,
      unit: '/s',
      ratio_to_limit: spread(vitals.times).p50 / limit,
      n: vitals.times.length,
      errors: vitals.errors,
      ...spread(vitals.times),
    });
    // The same eight at a pace that no hand keeps up: each sends a set every quarter of a second.
    const paced = await load(400, 8, entry('paced', WARM), PACE);
    report({
      name: `command: vital signs, 8 clients, each every ${PACE} ms`,
      value: paced.times.length / paced.seconds,
      unit: '/s',
      ratio_to_limit: spread(paced.times).p50 / limit,
      n: paced.times.length,
      errors: paced.errors,
      ...spread(paced.times),
    });
    const list = await load(400, 1, async () => {
      const { status, text } = await server.client.request(
        'GET',
        '/api/views/outpatient.queue?limit=200&sort=queueNumber',
        doctor,
      );
      if (status !== 200 || (JSON.parse(text) as { rows: unknown[] }).rows.length < 200)
        throw new Error(`${status} ${text.slice(0, 200)}`);
    });
    report({
      name: 'worklist of 200',
      value: spread(list.times).p50,
      unit: 'ms',
      ratio_to_limit: null,
      n: list.times.length,
      errors: list.errors,
      ...spread(list.times),
    });
    report({ name: 'server memory', value: server.memory(), unit: 'MiB', ratio_to_limit: null, n: 1, errors: 0 });
  } finally {
    await server.stop();
  }
}
