/*
 * What the care-relation rule costs: the same requests by the same person with the policy off and on.
 *   node apps/server/testing/access-bench.ts [patients]
 * A measurement, no test: run it on a quiet machine.
 */

import { putAll, switchPolicy } from './access.ts';
import { byMe, encounter, observation, patient, WARD_POLICY, WARD_WORLD, ward } from './access-world.ts';
import { testApp } from './app.ts';

const PATIENTS = Number(process.argv[2] ?? 2_000);
const ROUNDS = 100;

const ends: (() => unknown)[] = [];
const app = await testApp({ after: (end: () => unknown) => void ends.unshift(end) } as Parameters<typeof testApp>[0], [
  ward,
]);
try {
  const [client, doctor] = [await app.client(), await app.signIn(['doctor'])];
  await putAll(app, client, WARD_WORLD);
  for (let from = 0; from < PATIENTS; from += 100) {
    const batch: object[] = [];
    for (let n = from; n < from + 100; n++) {
      // Half of them are in this doctor's care.
      batch.push(patient(`p${n}`, `Họ${n % 50}`), encounter(`e${n}`, `p${n}`, n % 2 === 0 ? byMe : {}));
      for (let k = 0; k < 4; k++) batch.push(observation(`o${n}-${k}`, `p${n}`, 60 + ((n + k) % 60)));
    }
    await putAll(app, client, batch);
  }
  const asks: [string, (n: number) => string][] = [
    ['read Patient', (n) => `/fhir/Patient/p${(n * 2) % PATIENTS}`],
    ['read Observation', (n) => `/fhir/Observation/o${(n * 2) % PATIENTS}-1`],
    ['search by patient', (n) => `/fhir/Observation?patient=p${(n * 2) % PATIENTS}`],
    ['search by code, 50', () => '/fhir/Observation?code=8867-4&_count=50'],
    ['sorted by date, 20', () => '/fhir/Observation?_sort=-date&_count=20'],
    ['chained by family', (n) => `/fhir/Observation?subject:Patient.family=Họ${n % 50}&_count=20`],
    ['count by code', () => '/fhir/Observation?code=8867-4&_summary=count'],
    ['$everything', (n) => `/fhir/Patient/p${(n * 2) % PATIENTS}/$everything`],
  ];
  const measure = async (url: (n: number) => string): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < ROUNDS; n++) {
      const begun = performance.now();
      const answer = await app.ask('GET', url(n), doctor);
      times.push(performance.now() - begun);
      if (answer.status !== 200) throw new Error(answer.text);
    }
    return times.sort((a, b) => a - b)[ROUNDS / 2] ?? 0;
  };
  const rows: Record<string, string>[] = [];
  for (const [name, url] of asks) {
    const medians: number[] = [];
    for (const policy of ['open', 'ward', 'open', 'ward']) {
      await switchPolicy(app, policy, policy === 'ward' && medians.length === 1 ? WARD_POLICY : undefined);
      medians.push(await measure(url));
    }
    const [off, on] = [Math.min(medians[0] ?? 0, medians[2] ?? 0), Math.min(medians[1] ?? 0, medians[3] ?? 0)];
    rows.push({
      request: name,
      'off ms': off.toFixed(2),
      'on ms': on.toFixed(2),
      more: `${Math.round((on / off - 1) * 100)} %`,
    });
  }
  console.table(rows);
} finally {
  for (const end of ends) await end();
  process.exit(0);
}
