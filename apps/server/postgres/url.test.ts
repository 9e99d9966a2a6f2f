import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { Database } from '@mach/store';
import { refusePlainLine, urlToAddress } from './url.ts';

/** What a client of PostgreSQL sends first when it wants TLS: its length and the number of the request. */
const TLS_REQUEST = '0000000804d2162f';

test('the line to a database elsewhere is encrypted as its address says, for the daily work too', async (t) => {
  const first: string[] = [];
  const lines = new Set<Socket>();
  const server = createServer((line) => {
    lines.add(line);
    line.on('error', () => undefined);
    line.on('data', (bytes) => {
      first.push(bytes.toString('hex'));
      // "I speak no TLS": whoever goes on now would go on in clear.
      line.write('N');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    for (const line of lines) line.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const url = `postgresql://mach_app:secret@127.0.0.1:${port}/mach`;
  for (const mode of ['verify-full', 'no-verify']) {
    const database = new Database({ ...urlToAddress(`${url}?sslmode=${mode}`), max: 1 });
    await assert.rejects(database.tenant(1).query({ text: 'select 1' }), /does not support SSL/);
    await database.close();
    assert.deepEqual(first.splice(0), [TLS_REQUEST], `${mode}: asks for TLS, and sends nothing more without it`);
  }
  assert.equal(urlToAddress(url).ssl, undefined);
});

test('a plain line to another machine is refused, and says what to add', () => {
  const url = 'postgresql://mach:x@db.benhvien.vn/mach';
  assert.throws(() => refusePlainLine(url, false), /db\.benhvien\.vn.*sslmode=verify-full.*MACH_DATABASE_PLAIN/);
  assert.throws(() => refusePlainLine(`${url}?sslmode=disable`, false), /in clear/);
  assert.throws(() => refusePlainLine(`${url}?sslmode=no-verify`, false), /without knowing that it is that machine/);
  assert.throws(() => refusePlainLine('postgresql://mach@10.0.0.7/mach?host=10.0.0.7', false), /in clear/);
  refusePlainLine(url, true);
  for (const fine of [
    `${url}?sslmode=verify-full`,
    'postgresql://mach:x@127.0.0.1/mach',
    'postgresql://mach:x@localhost:5433/mach',
    'postgresql://mach@localhost/mach?host=/var/run/postgresql&port=5432',
  ])
    refusePlainLine(fine, false);
});
