import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunningEngine } from '@mach/engine';
import { type ConnectionConfig, Database } from '@mach/store';
import { buildApp } from '../http/app.ts';
import { type TestApp, testApp } from '../testing/app.ts';
import { turnsOf } from './turns.ts';

/** Clients at the same time, half of them at each of two programs on one database. */
const CLIENTS = 8;

/** A second program on the database of the first, as behind a balancer: nothing in memory is shared. */
async function second(house: TestApp): Promise<TestApp['app']> {
  const config = Reflect.get(house.engine.database, 'config') as ConnectionConfig;
  const engine = new RunningEngine({
    database: new Database(config),
    modules: [],
    packs: house.engine.packs,
    facilities: [...house.engine.allFacilities],
    signer: house.engine.signer,
    settings: new Map(),
    clock: house.clock,
  });
  return buildApp(engine, { web: '/nonexistent', tooLate: Number.POSITIVE_INFINITY, log: () => undefined });
}

interface Answer {
  status: number;
  id: string;
}

test('what is created under a condition is created once, by eight clients at two programs', async (t) => {
  const house = await testApp(t, []);
  const token = await house.client();
  const other = await second(house);
  try {
    const send = async (
      client: number,
      method: 'POST' | 'PUT',
      url: string,
      payload: unknown,
      more: Record<string, string> = {},
    ): Promise<{ status: number; headers: Record<string, unknown>; body: Record<string, unknown> }> => {
      const app = client % 2 === 0 ? house.app : other;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...more };
      const answer = await app.inject({ method, url: `/fhir${url}`, headers, payload: JSON.stringify(payload) });
      return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
    };
    const patient = (value: string): object => ({
      resourceType: 'Patient',
      identifier: [{ system: 'urn:turn', value }],
    });
    const inBundle = (type: string, method: string, url: string, ifNoneExist?: (v: string, c: number) => string) => {
      return async (client: number, value: string): Promise<Answer> => {
        const condition = ifNoneExist?.(value, client);
        const request = {
          method,
          url: url.replace('@', value),
          ...(condition === undefined ? {} : { ifNoneExist: condition }),
        };
        const bundle = { resourceType: 'Bundle', type, entry: [{ resource: patient(value), request }] };
        const { status, body } = await send(client, 'POST', '', bundle);
        assert.equal(status, 200, JSON.stringify(body));
        const response = (body.entry as { response: { status: string; location: string } }[])[0]?.response;
        return {
          status: Number.parseInt(response?.status ?? '', 10),
          id: /Patient\/([^/]+)/.exec(response?.location ?? '')?.[1] ?? '',
        };
      };
    };
    const ways: Readonly<Record<string, (client: number, value: string) => Promise<Answer>>> = {
      create: async (client, value) => {
        // The same condition, written in several ways.
        const condition =
          client % 3 === 0 ? `identifier=urn:turn|${value}` : `Patient?identifier=urn%3Aturn%7C${value}&_count=9`;
        const { status, body } = await send(client, 'POST', '/Patient', patient(value), { 'if-none-exist': condition });
        return { status, id: String(body.id) };
      },
      update: async (client, value) => {
        const { status, body } = await send(client, 'PUT', `/Patient?identifier=urn:turn|${value}`, patient(value));
        return { status, id: String(body.id) };
      },
      'create in a transaction': inBundle('transaction', 'POST', 'Patient', (v) => `identifier=urn:turn|${v}`),
      'create in a batch': inBundle('batch', 'POST', 'Patient', (v) => `identifier=urn:turn|${v}`),
      'update in a transaction': inBundle('transaction', 'PUT', 'Patient?identifier=urn:turn|@'),
    };
    for (const [name, way] of Object.entries(ways))
      for (let round = 0; round < 3; round++) {
        const value = `${name.replaceAll(' ', '-')}-${round}`;
        const answers = await Promise.all(Array.from({ length: CLIENTS }, (_, client) => way(client, value)));
        assert.equal(answers.filter((a) => a.status === 201).length, 1, `${name}: ${JSON.stringify(answers)}`);
        assert.equal(
          answers.filter((a) => a.status === 200).length,
          CLIENTS - 1,
          `${name}: ${JSON.stringify(answers)}`,
        );
        assert.equal(new Set(answers.map((a) => a.id)).size, 1, name);
        const found = await house.ask('GET', `/fhir/Patient?identifier=urn:turn|${value}&_total=accurate`, token);
        assert.equal((found.body as { total: number }).total, 1, name);
      }
    // Two transactions that want the same two turns in opposite orders wait for each other in neither.
    const both = async (client: number): Promise<number> => {
      const pair = client % 4 < 2 ? ['a', 'b'] : ['b', 'a'];
      const entry = pair.map((value) => ({
        resource: patient(`pair-${value}`),
        request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:turn|pair-${value}` },
      }));
      return (await send(client, 'POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status;
    };
    const ended = await Promise.all(Array.from({ length: CLIENTS }, (_, client) => both(client)));
    assert.deepEqual(new Set(ended), new Set([200]));
    const { rows } = await house.engine.database.tenant(1).query<{ held: string }>({
      text: `select count(*) as held from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`,
    });
    assert.equal(Number(rows[0]?.held), 0, 'every turn was given back');
  } finally {
    await other.close();
  }
});

test('a connection that breaks costs the turns that meet it, not all of them for as long as somebody is at work', async (t) => {
  const house = await testApp(t, []);
  const turns = turnsOf(house.engine.database, 1);
  /** Some of the pool's connections are broken; each is met once. */
  const comes = async (key: string): Promise<string> => {
    for (let tries = 0; ; tries++)
      try {
        return await turns.take([key], async () => key);
      } catch (error) {
        if (tries === 20) throw error;
      }
  };
  await turns.take(['long'], async () => {
    const { rowCount } = await house.engine.database.tenant(1).query({
      text: `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
               and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())`,
    });
    assert.ok(rowCount && rowCount > 0, 'somebody held a lock');
    // The long one is still at work: its connection is not given back meanwhile.
    for (const key of ['b', 'c', 'd']) assert.equal(await comes(key), key);
  });
  assert.equal(await comes('long'), 'long');
});
