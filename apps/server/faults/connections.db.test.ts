import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@mach/store';
import pg from 'pg';
import { testApp } from '../testing/app.ts';
import { testDatabase } from '../testing/database.ts';
import { deeds } from './deeds.ts';

test('every connection is taken: who waits gets his turn, once, and nobody is told twice', async () => {
  const { app: address, ownerUrl, drop } = await testDatabase();
  const database = new Database({ ...address, max: 3 });
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`select set_config('mach.tenant', '1', false)`);
  await owner.query(`insert into counter (tenant, name, value) values (1, 'busy', 0)`);
  // Somebody holds the row that everybody wants.
  await owner.query('begin');
  await owner.query(`select value from counter where tenant = 1 and name = 'busy' for update`);
  const take = (): Promise<number> =>
    database.transaction(1, async (client) => {
      const { rows } = await client.query<{ value: string }>({
        text: `update counter set value = value + 1 where tenant = mach_tenant() and name = 'busy' returning value`,
      });
      return Number(rows[0]?.value);
    });
  const taken = Promise.all(Array.from({ length: 24 }, take));
  await sleep(50);
  await owner.query('commit');
  assert.deepEqual(
    (await taken).sort((a, b) => a - b),
    Array.from({ length: 24 }, (_, i) => i + 1),
  );
  await owner.end();
  await database.close();
  await drop();
});

test('slow and silent lines hold up nobody', async (t) => {
  const { app, engine, signIn } = await testApp(t, [deeds]);
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = new URL(address);
  const token = await signIn(['doer']);
  const line = (text: string) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    t.after(() => socket.destroy());
    socket.write(text);
    return socket;
  };
  // Bodies that never end, heads that never end, and lines on which nobody says anything.
  for (let i = 0; i < 60; i++) {
    line(
      `POST /api/commands/deeds.do HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nidempotency-key: slow-${i}-key\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"n":`,
    );
    line('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ');
    line('');
  }
  await sleep(100);
  const ask = async (n: number): Promise<number> => {
    const answer = await fetch(`${address}/api/commands/deeds.do`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `quick-key-${n}`,
      },
      body: JSON.stringify({ n }),
      signal: AbortSignal.timeout(20_000),
    });
    return answer.status;
  };
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(ask)), [200, 200, 200, 200, 200]);
  // Nothing of the requests that never ended has been done.
  const { rows } = await engine.database.tenant(1).query<{ n: string }>({
    text: `select count(*) as n from command_log where tenant = mach_tenant() and key like 'slow-%'`,
  });
  assert.equal(rows[0]?.n, '0');
  assert.ok(app.server.requestTimeout > 0 && app.server.headersTimeout > 0, 'such lines are cut in the end');
});
