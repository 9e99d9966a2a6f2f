import { load } from './lib/http.ts';
import { report, spread } from './lib/report.ts';
import { type BenchServer, startServer } from './lib/server.ts';
import { bareCommits } from './store.ts';

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** A chip card that no real person has: province 001, born 1964. */
export function cardOf(index: number): string {
  const sex = index % 2;
  return `001${sex}64${pad(index, 6)}||Nguyễn ${sex ? 'Thị' : 'Văn'} Thử|1407196${4}|${sex ? 'Nữ' : 'Nam'}|Số ${index}, phường Ba Đình, Hà Nội|01012022`;
}

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

const VITALS = {
  sbp: '128',
  dbp: '78',
  pulse: '76',
  temp: '36,7',
  resp: '18',
  spo2: '98',
  weight: '58',
  height: '158',
};

/** The budgets of the visit: a vital-signs entry, a worklist of 200, a whole visit, memory afterwards. */
export async function spine(): Promise<void> {
  const server = await startServer();
  try {
    const [desk, nurse, doctor] = await Promise.all(
      ['tiepdon', 'dieuduong', 'bacsi'].map((a) => server.client.signIn(a)),
    );
    if (!desk || !nurse || !doctor) throw new Error('nobody is signed in');
    const encounters = await checkIn(server, desk, 200);
    const entry =
      (prefix: string) =>
      async (index: number): Promise<void> => {
        const encounter = encounters[index % encounters.length];
        await server.client.command(
          nurse,
          'outpatient.recordVitals',
          { encounter, values: VITALS, consciousness: 'A', oxygen: false },
          `${prefix}-${index}-vitals`,
        );
      };
    await load(300, 8, entry('warm'));
    // A set of vital signs is a dozen records: the limit is one commit of a dozen rows.
    const bare = await bareCommits(server.dataDir, 8, 1_600, 12);
    const vitals = await load(1_600, 8, entry('bench'));
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
