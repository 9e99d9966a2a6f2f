import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { commands, defineCommand, defineModule } from '@mach/engine';
import type { Basic } from '@mach/fhir/types.ts';
import { text } from '@mach/store';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { buildApp } from '../http/app.ts';
import { testApp } from '../testing/app.ts';
import { deeds } from './deeds.ts';

const PIECE = Buffer.alloc(64 * 1024, 'x');
/** More than the sockets of both ends hold: whoever sends it has to wait for its reader. */
const MUCH = 48 * 1024 * 1024;

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await done()); await sleep(10))
    assert.ok(Date.now() < end, `not within a minute: ${what}`);
}

interface Doors {
  app: FastifyInstance;
  port: number;
  line(text: string): Socket;
  ask(n: number): Promise<number>;
  connections(): Promise<number>;
}

async function listening(t: TestContext, app: FastifyInstance, token: string): Promise<Doors> {
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const port = Number(new URL(address).port);
  return {
    app,
    port,
    line: (text) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      t.after(() => socket.destroy());
      socket.write(text);
      return socket;
    },
    ask: async (n) => {
      const answer = await fetch(`${address}/api/commands/deeds.do`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `quick-key-${n}`,
          connection: 'close',
        },
        body: JSON.stringify({ n }),
        signal: AbortSignal.timeout(30_000),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    connections: () =>
      new Promise((done, failed) => app.server.getConnections((error, n) => (error ? failed(error) : done(n)))),
  };
}

const head = (token: string, key: string, length: number): string =>
  `POST /api/commands/deeds.do HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\nidempotency-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

test('slow and silent lines hold up nobody, and are cut in the end; nothing of them is done', async (t) => {
  const { app, engine, signIn } = await testApp(t, [deeds]);
  const usual = [app.server.requestTimeout, app.server.headersTimeout];
  assert.ok(
    usual.every((ms) => ms > 0 && ms <= 120_000),
    `such lines are cut: ${usual}`,
  );
  // The same limits, sooner.
  Object.assign(app.server, { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 200 });
  const token = await signIn(['doer']);
  const { line, ask, connections } = await listening(t, app, token);
  const lines: Socket[] = [];
  for (let i = 0; i < 40; i++)
    lines.push(
      line(`${head(token, `slow-${i}-key`, 1000)}{"n":`),
      line('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: '),
      line(''),
    );
  const cut = lines.map((socket) => once(socket.resume(), 'close'));
  await until('that they all stand', async () => (await connections()) >= lines.length);
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(ask)), [200, 200, 200, 200, 200]);
  // A byte at a time, and to the end: slow is not refused.
  const body = '{"n":77}';
  const slow = line(head(token, 'slow-but-sure', body.length));
  let answer = '';
  slow.on('data', (part: Buffer) => (answer += part.toString('utf8')));
  for (const letter of body) {
    slow.write(letter);
    await turn();
  }
  await once(slow, 'close');
  assert.match(answer, /^HTTP\/1\.1 200 /);
  // Gone without a word in the middle of a body.
  const gone = line(`${head(token, 'slow-gone-key', 1000)}{"n":`);
  await once(gone, 'connect');
  gone.resetAndDestroy();
  await Promise.all(cut);
  await until('that no line is left', async () => (await connections()) === 0);
  const { rows } = await engine.database.tenant(1).query<{ key: string }>({
    text: `select key from command_log where tenant = mach_tenant() and key like 'slow-%'`,
  });
  assert.deepEqual(rows, [{ key: 'slow-but-sure' }]);
});

/** Answers as large as their readers let them be; `made`: bytes taken from each by the server. */
function floods(app: FastifyInstance, most: number): { made: number; ended: number }[] {
  const all: { made: number; ended: number }[] = [];
  app.get('/api/flood', async (_request, reply) => {
    const flood = { made: 0, ended: 0 };
    all.push(flood);
    const body = async function* (): AsyncGenerator<Buffer> {
      try {
        for (; flood.made < most; flood.made += PIECE.length) yield PIECE;
      } finally {
        flood.ended++;
      }
    };
    return reply.type('application/x-ndjson').send(Readable.from(body(), { objectMode: false }));
  });
  return all;
}

test('who reads slowly gets all of it at his pace; who never reads costs little, and is cut', async (t) => {
  const { engine, signIn } = await testApp(t, [deeds]);
  const token = await signIn(['doer']);
  const doors = async (stalled?: number) => {
    const app = await buildApp(engine, { web: '/nonexistent', log: () => undefined, tooLate: 1e9, stalled });
    t.after(() => app.close());
    const made = floods(app, MUCH);
    return { made, ...(await listening(t, app, token)) };
  };
  const get = 'GET /api/flood HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

  const patient = await doors();
  const reader = patient.line(get);
  let taken = 0;
  reader.on('data', (part: Buffer) => {
    taken += part.length;
    reader.pause();
    setImmediate(() => reader.resume());
  });
  await once(reader, 'close');
  assert.ok(taken >= MUCH, `${taken} bytes`);

  // As many as may work at the same time on the screens' lane, and none of them reads: phones that left the ward.
  const strict = await doors(1_000);
  const deaf = Array.from({ length: 64 }, () => strict.line(get).pause());
  await until('that they all have a place', () => strict.made.length === deaf.length);
  const asked = performance.now();
  assert.deepEqual(await Promise.all([11, 12, 13].map(strict.ask)), [200, 200, 200], 'a place became free');
  assert.ok(performance.now() - asked < 30_000);
  await until('that they are cut', async () => (await strict.connections()) === 0);
  await until('that nothing more is made for them', () => strict.made.every((flood) => flood.ended === 1));
  const most = Math.max(...strict.made.map((flood) => flood.made));
  assert.ok(most < MUCH, `no more is made than is taken: ${most} bytes`);
  for (const socket of deaf) socket.destroy();
});

/** A worklist of one row that is as large as a row can get. */
const large = defineModule({
  name: 'large',
  title: { vi: 'Lớn', en: 'Large' },
  roles: { doer: ['large.use'] },
  views: [
    {
      definition: {
        name: 'large.list',
        kind: 'live',
        base: 'Basic',
        columns: { note: text('extension[url=note].valueString') },
      },
      permission: 'large.use',
      title: { vi: 'Lớn', en: 'Large' },
    },
  ],
  commands: commands(
    defineCommand({
      name: 'large.write',
      kind: 'fact',
      permission: 'large.use',
      title: { vi: 'Ghi', en: 'Write' },
      input: z.strictObject({ n: z.number() }),
      handle: async ({ n }, ctx) => {
        const found = await ctx.find<Basic>('Basic', 'large');
        const extension = [{ url: 'note', valueString: String(n).repeat(1_000_000) }];
        const record: Basic & { id: string } = {
          ...found,
          resourceType: 'Basic',
          id: 'large',
          code: { text: 'x' },
          extension,
        };
        if (found) ctx.update(record);
        else ctx.create(record);
        return null;
      },
    }),
  ),
});

test('a screen that has stopped listening is let go; the others hear everything', async (t) => {
  const { app, engine, actor, signIn } = await testApp(t, [large]);
  const token = await signIn(['doer']);
  const { line, connections } = await listening(t, app, token);
  const get = `GET /api/live?view=large.list HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`;
  let heard = 0;
  let rest = '';
  const well = line(get);
  well.setEncoding('utf8').on('data', (part: string) => {
    // A word may come in two pieces.
    const pieces = (rest + part).split('event: message');
    heard += pieces.length - 1;
    rest = pieces.at(-1)?.slice(-14) ?? '';
  });
  const deaf = line(get);
  await Promise.all([once(deaf, 'readable'), until('that both listen', async () => (await connections()) === 2)]);
  deaf.pause();
  let written = 0;
  for (; (await connections()) === 2 && written < 60; written++) {
    await engine.sendByName('large.write', { n: written % 10 }, actor('doer'), { key: `large-key-${written}` });
    await until('that the other one has heard it', () => heard > written);
  }
  assert.equal(await connections(), 1, `${written} rows of a megabyte, and nobody was let go`);
  assert.equal(heard, written);
});
