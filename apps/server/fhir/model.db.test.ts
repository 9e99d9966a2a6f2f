import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestApp, testApp } from '../testing/app.ts';
import {
  type Ask,
  FAMILIES,
  fhirPathPatch,
  jsonPatch,
  ONCE,
  patient,
  RandomClient,
  random,
  SLOT,
} from './testing/clients.ts';
import { entries, historyOf, type Shown } from './testing/history.ts';
import { judge } from './testing/judge.ts';

/** Random steps of each test; more by MACH_MODEL_STEPS. The seed is told with every fault. */
const STEPS = Number(process.env.MACH_MODEL_STEPS ?? 400);
const SEED = Number(process.env.MACH_MODEL_SEED ?? Date.now() % 1_000_000);

const asking =
  (house: TestApp, token: string): Ask =>
  async (method, path, body, headers) => {
    const type = { 'content-type': 'application/fhir+json', ...headers };
    let given = await house.ask(method, `/fhir${path}`, token, body, type);
    // A server on a busy machine sends requests away before it looks at them.
    for (; given.status === 503; given = await house.ask(method, `/fhir${path}`, token, body, type)) await sleep(200);
    const { status, body: answer, headers: told } = given;
    const tag = /^W\/"(\d+)"$/.exec(String(told.etag ?? ''))?.[1];
    return { status, body: answer, version: tag === undefined ? undefined : Number(tag) };
  };

interface Stored {
  family: string;
  mark: string;
}
/** FHIR as simply as it can be said: a record is the list of its versions; null is a deletion. */
class Model {
  readonly records = new Map<string, (Stored | null)[]>();

  now(id: string): Stored | null | undefined {
    return this.records.get(id)?.at(-1);
  }
  version(id: string): number {
    return this.records.get(id)?.length ?? 0;
  }
  put(id: string, stored: Stored | null): number {
    const versions = this.records.get(id) ?? [];
    this.records.set(id, versions);
    return versions.push(stored);
  }
  /** Ids of what is there and meets a test. */
  find(test: (id: string, stored: Stored) => boolean): string[] {
    return [...this.records.keys()].filter((id) => {
      const stored = this.now(id);
      return stored ? test(id, stored) : false;
    });
  }
}

test(`random interactions one after the other: the answers of a simple model (seed ${SEED})`, async (t) => {
  const house = await testApp(t, []);
  const ask = asking(house, await house.client());
  const model = new Model();
  const next = random(SEED);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const ids = ['m1', 'm2', 'm3', 'm4'];
  for (let step = 0; step < STEPS; step++) {
    const [id, family, mark] = [pick(ids), pick(FAMILIES), `s${step}`];
    const [now, version] = [model.now(id), model.version(id)];
    const path = `/Patient/${id}`;
    const choice = Math.floor(next() * 15);
    const told = `seed ${SEED}, step ${step}, choice ${choice} on ${id} at ${version}${now ? '' : ' (absent)'}`;
    const absent = version === 0 ? 404 : 410;
    /** What is not there is 404, or 410 after a deletion. */
    const changed = async (answer: ReturnType<Ask>, stored: Stored): Promise<void> => {
      const got = await answer;
      if (!now) return assert.equal(got.status, absent, told);
      assert.deepEqual([got.status, got.version], [200, model.put(id, stored)], told);
    };
    switch (choice) {
      case 0:
      case 1: {
        const got = await ask('PUT', path, patient(id, family, mark));
        assert.deepEqual([got.status, got.version], [now ? 200 : 201, model.put(id, { family, mark })], told);
        break;
      }
      case 2: {
        const right = next() < 0.5;
        const header = { 'if-match': `W/"${right ? version : version + 1}"` };
        const got = await ask('PUT', path, patient(id, family, mark), header);
        if (right && now) assert.deepEqual([got.status, got.version], [200, model.put(id, { family, mark })], told);
        else if (!right) assert.equal(got.status, 412, told);
        else if (got.status === 201) assert.equal(got.version, model.put(id, { family, mark }), told);
        else assert.equal(got.status, 412, told);
        break;
      }
      case 3: {
        const got = await ask('PUT', `/Patient?identifier=${SLOT}|${id}`, patient(id, family, mark));
        assert.deepEqual([got.status, got.version], [now ? 200 : 201, model.put(id, { family, mark })], told);
        break;
      }
      case 4:
        await changed(ask('PATCH', path, jsonPatch(mark), { 'content-type': 'application/json-patch+json' }), {
          ...{ family: now?.family ?? '', mark },
        });
        break;
      case 5:
        await changed(ask('PATCH', path, fhirPathPatch(mark)), { family: now?.family ?? '', mark });
        break;
      case 6: {
        const got = await ask('DELETE', next() < 0.5 ? path : `/Patient?identifier=${SLOT}|${id}`);
        assert.equal(got.status, 204, told);
        if (now) model.put(id, null);
        break;
      }
      case 7: {
        const key = pick(['x', 'y']);
        const body = {
          resourceType: 'Patient',
          identifier: [{ system: ONCE, value: key }],
          name: [{ family, text: mark }],
        };
        const got = await ask('POST', '/Patient', body, { 'if-none-exist': `identifier=${ONCE}|${key}` });
        const known = [...model.records.keys()].find((k) => k.startsWith(`${key}:`));
        assert.equal(got.status, known === undefined ? 201 : 200, told);
        const made = (got.body as { id: string }).id;
        if (known === undefined) model.put(`${key}:${made}`, { family, mark });
        else assert.equal(known, `${key}:${made}`, told);
        break;
      }
      case 8: {
        const { status, version: seen } = await ask('GET', path);
        assert.deepEqual([status, seen], now ? [200, version] : [absent, undefined], told);
        break;
      }
      case 9: {
        const { status } = await ask('GET', path, undefined, { 'if-none-match': `W/"${version}"` });
        assert.equal(status, now ? 304 : absent, told);
        break;
      }
      case 10: {
        const asked = 1 + Math.floor(next() * (version + 1));
        const { status, body } = await ask('GET', `${path}/_history/${asked}`);
        const stored = model.records.get(id)?.[asked - 1];
        assert.equal(status, stored ? 200 : stored === null ? 410 : 404, told);
        if (stored) assert.equal((body as Shown)?.name[0]?.text, stored.mark, told);
        break;
      }
      case 11: {
        const { status, body } = await ask('GET', `${path}/_history?_count=1000`);
        assert.equal(status, version === 0 ? 404 : 200, told);
        if (version === 0) break;
        const versions = (model.records.get(id) ?? []).map((s, i) => `${i + 1} ${s?.mark ?? 'DELETE'}`).reverse();
        const shown = entries(body).map(
          (e) => `${/\d+/.exec(e.response.etag)?.[0]} ${e.resource?.name[0]?.text ?? e.request.method}`,
        );
        assert.deepEqual(shown, versions, told);
        break;
      }
      default: {
        const [query, test] = pick<[string, (id: string, s: Stored) => boolean]>([
          [`identifier=${SLOT}|${id}`, (one) => one === id],
          [`family=${encodeURIComponent(family)}`, (_one, s) => s.family === family],
          [`family:not-a-modifier=x`, () => false],
          [`_id=${ids.slice(0, 2).join()}`, (one) => ids.slice(0, 2).includes(one)],
          [
            `identifier=${SLOT}|&family=${encodeURIComponent(family)}`,
            (one, s) => !one.includes(':') && s.family === family,
          ],
          [`family:missing=false&_sort=-_id`, () => true],
        ]);
        const { status, body } = await ask('GET', `/Patient?${query}&_count=100&_total=accurate`);
        if (query.includes('modifier')) {
          assert.equal(status, 400, told);
          break;
        }
        assert.equal(status, 200, `${told}: ${query}`);
        const expected = model.find(test).map((key) => `${key.split(':').at(-1)} ${model.version(key)}`);
        const found = entries(body).map((e) => `${e.resource?.id} ${e.resource?.meta.versionId}`);
        assert.deepEqual(found.sort(), expected.sort(), `${told}: ${query}`);
        assert.equal((body as { total: number }).total, expected.length, `${told}: ${query}`);
      }
    }
  }
});

test(`8 clients at once: each record is a register that changes at one instant (seed ${SEED})`, async (t) => {
  const house = await testApp(t, []);
  const ask = asking(house, await house.client());
  const ids = ['r1', 'r2', 'r3'];
  const clients = Array.from({ length: 8 }, (_, n) => new RandomClient(ask, ids, `c${n}`, SEED + n));
  await Promise.all(
    clients.map(async (client) => {
      for (let step = 0; step < STEPS / 4; step++) await client.step();
    }),
  );
  const deeds = clients.flatMap((c) => c.deeds);
  const strange = deeds.find((d) => d.status >= 400 && ![404, 409, 410, 412].includes(d.status));
  assert.equal(strange, undefined, `seed ${SEED}: ${JSON.stringify(strange)}`);
  for (const id of ids) {
    const history = await historyOf(ask, id);
    assert.ok(history.length > 10, `${id} has ${history.length} versions`);
    const faults = judge(
      deeds.filter((d) => d.id === id),
      history,
    );
    assert.deepEqual(faults.slice(0, 5), [], `seed ${SEED}, ${id}`);
  }
  for (const key of ['a', 'b', 'c']) {
    const answers = clients.flatMap((c) => c.once).filter((o) => o.key === key);
    assert.equal(new Set(answers.map((a) => a.id)).size, 1, `seed ${SEED}: one record for ${key}`);
    assert.equal(answers.filter((a) => a.status === 201).length, 1, `seed ${SEED}: made once`);
  }
});
