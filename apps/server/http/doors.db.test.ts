import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands, defineCommand, defineModule, LiveHub } from '@mach/engine';
import type { Patient } from '@mach/fhir/types.ts';
import { text } from '@mach/store';
import { z } from 'zod';
import { MODULES } from '../house.ts';
import { testApp } from '../testing/app.ts';

const desk = defineModule({
  name: 'desk',
  title: { vi: 'Bàn', en: 'Desk' },
  roles: { clerk: ['desk.use', 'record.read:Patient'] },
  views: [
    {
      definition: {
        name: 'desk.people',
        kind: 'live',
        base: 'Patient',
        columns: { name: text('name.text', { indexed: true }) },
      },
      permission: 'desk.use',
      title: { vi: 'Người', en: 'People' },
      sort: 'name',
    },
  ],
  commands: commands(
    defineCommand({
      name: 'desk.add',
      kind: 'intent',
      permission: 'desk.use',
      title: { vi: 'Thêm', en: 'Add' },
      input: z.strictObject({ name: z.string().min(1) }),
      handle: async (input, ctx) => ({
        patient: ctx.create<Patient>({ resourceType: 'Patient', name: [{ text: input.name }] }).id,
      }),
    }),
    defineCommand({
      name: 'desk.addTwo',
      kind: 'intent',
      permission: 'desk.use',
      title: { vi: 'Thêm hai', en: 'Add two' },
      input: z.strictObject({ name: z.string().min(1) }),
      handle: async (input, ctx) => {
        for (const _ of [1, 2]) ctx.create<Patient>({ resourceType: 'Patient', name: [{ text: input.name }] });
        return null;
      },
    }),
  ),
});

type Issues = { issue: { code: string; field?: string; text: { vi: string; en: string }; remedy?: { vi: string } }[] };
const first = (body: unknown): Issues['issue'][number] =>
  (body as Issues).issue[0] ?? { code: 'none', text: { vi: '', en: '' } };

test('no door without a person behind it', async (t) => {
  const { app, ask, signIn } = await testApp(t, [desk]);
  for (const url of [
    '/api/views/desk.people',
    '/api/codes/x',
    '/fhir/Patient',
    '/api/live?view=desk.people',
    '/api/session',
  ])
    assert.equal((await ask('GET', url, 'nobody')).status, 401, url);
  assert.equal(
    (await ask('POST', '/api/commands/desk.add', 'nobody', { name: 'Lan' }, { 'idempotency-key': 'key-12345' })).status,
    401,
  );
  const wrong = await app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { account: 'nobody', password: 'x' },
  });
  assert.deepEqual([wrong.statusCode, first(wrong.json()).code], [401, 'wrong-password']);
  const token = await signIn(['clerk']);
  assert.equal((await ask('GET', '/api/session', token)).status, 200);
  assert.equal((await ask('DELETE', '/api/session', token)).status, 204);
  assert.equal((await ask('GET', '/api/session', token)).status, 401);
});

test('an account that is guessed at waits; its right password then waits too', async (t) => {
  const { app, signIn, clock } = await testApp(t, [desk]);
  await signIn(['clerk']);
  const guess = (password: string) =>
    app.inject({ method: 'POST', url: '/api/session', payload: { account: 'person-1', password } });
  for (let i = 0; i < 5; i++) assert.equal((await guess('wrong')).statusCode, 401);
  assert.equal((await guess('correct horse')).statusCode, 429);
  clock.advance(6 * 60_000);
  assert.equal((await guess('correct horse')).statusCode, 200);
});

test('a command is answered once, refused with field and remedy, and never half-written', async (t) => {
  const { ask, signIn } = await testApp(t, [desk]);
  const token = await signIn(['clerk']);
  const add = (body: unknown, key?: string) =>
    ask('POST', '/api/commands/desk.add', token, body, key ? { 'idempotency-key': key } : {});
  assert.equal(first((await add({ name: 'Lan' })).body).field, 'Idempotency-Key');
  const one = await add({ name: 'Lan' }, 'key-lan-1');
  assert.equal(one.status, 200, one.text);
  assert.deepEqual(
    { ...((await add({ name: 'Lan' }, 'key-lan-1')).body as object), replayed: undefined, position: undefined },
    { ...(one.body as object), replayed: undefined, position: undefined },
  );
  assert.equal((await add({ name: 'Hoa' }, 'key-lan-1')).status, 422);
  const empty = await add({ nam: 'Lan' }, 'key-lan-2');
  assert.equal(empty.status, 422);
  assert.ok(
    (empty.body as Issues).issue.some((i) => i.field === 'name' && i.code === 'required' && i.text.vi !== ''),
    empty.text,
  );
  assert.equal((await add('{"name": ', 'key-lan-3')).status, 400);
  assert.equal((await add({ name: 'x'.repeat(3_000_000) }, 'key-lan-4')).status, 413);
  assert.equal(
    (await add({ name: 'Lan', $envelope: { performedAt: '2030-01-01T00:00:00Z' } }, 'key-lan-5')).status,
    422,
  );
  assert.equal(
    (await ask('POST', '/api/commands/desk.fly', token, {}, { 'idempotency-key': 'key-lan-6' })).status,
    404,
  );
  const rows = (await ask('GET', '/api/views/desk.people', token)).body as { rows: { name: string }[] };
  assert.deepEqual(
    rows.rows.map((r) => r.name),
    ['Lan'],
  );
});

test('a view pages, filters by its columns only, and says which there are', async (t) => {
  const { ask, signIn } = await testApp(t, [desk]);
  const token = await signIn(['clerk']);
  for (const name of ['An', 'Bình', 'Chi', 'Dung', 'Em'])
    await ask(
      'POST',
      '/api/commands/desk.add',
      token,
      { name },
      { 'idempotency-key': `key-${name.length}-${encodeURIComponent(name)}` },
    );
  const seen: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page = (await ask('GET', `/api/views/desk.people?limit=2${after ? `&after=${after}` : ''}`, token)).body as {
      rows: { name: string }[];
      next: string | null;
    };
    seen.push(...page.rows.map((r) => r.name));
    after = page.next;
  }
  assert.deepEqual(seen, ['An', 'Bình', 'Chi', 'Dung', 'Em']);
  const filtered = (await ask('GET', `/api/views/desk.people?name=${encodeURIComponent('Chi,An')}`, token)).body as {
    rows: unknown[];
  };
  assert.equal(filtered.rows.length, 2);
  const unknown = await ask('GET', '/api/views/desk.people?colour=red', token);
  assert.deepEqual([unknown.status, first(unknown.body).field], [400, 'colour']);
  assert.match(first(unknown.body).remedy?.vi ?? '', /name/);
  assert.equal((await ask('GET', '/api/views/desk.nothing', token)).status, 404);
  assert.equal((await ask('GET', '/api/views/desk.people?limit=0', token)).status, 400);
});

test('the live stream tells each change once, and what was missed when it comes back', async (t) => {
  const { app, ask, signIn } = await testApp(t, [desk]);
  const token = await signIn(['clerk']);
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const listen = async (lastEventId?: string) => {
    const abort = new AbortController();
    const answer = await fetch(`${address}/api/live?view=desk.people`, {
      headers: { authorization: `Bearer ${token}`, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
      signal: abort.signal,
    });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    const next = async (): Promise<{ op: string; row: { name: string }; position: string }> => {
      for (;;) {
        const match = /^id: (\S+)\nevent: \w+\ndata: (.*)\n\n/m.exec(buffer);
        if (match) {
          buffer = buffer.slice(match.index + match[0].length);
          return JSON.parse(match[2] ?? '{}');
        }
        const part = await reader?.read();
        assert.ok(part && !part.done, 'the stream ended');
        buffer += part.value;
      }
    };
    return { next, stop: () => abort.abort() };
  };
  const stream = await listen();
  await ask('POST', '/api/commands/desk.add', token, { name: 'Lan' }, { 'idempotency-key': 'key-live-1' });
  const event = await stream.next();
  assert.deepEqual([event.op, event.row.name], ['put', 'Lan']);
  stream.stop();
  await ask('POST', '/api/commands/desk.add', token, { name: 'Hoa' }, { 'idempotency-key': 'key-live-2' });
  const again = await listen(event.position);
  assert.equal((await again.next()).row.name, 'Hoa');
  again.stop();
  const lost = await listen('0.5');
  assert.equal((await lost.next()).op, 'reset');
  lost.stop();
});

test('the house describes itself: every command and view stands in the API description', async (t) => {
  const { app, engine } = await testApp(t, MODULES);
  const { paths } = (await app.inject({ url: '/api/openapi.json' })).json() as { paths: Record<string, unknown> };
  for (const name of engine.commands.keys()) assert.ok(paths[`/api/commands/${name}`], name);
  for (const name of engine.views.keys()) assert.ok(paths[`/api/views/${name}`], name);
  assert.equal((await app.inject({ url: '/healthz' })).statusCode, 200);
  assert.match((await app.inject({ url: '/metrics' })).body, /mach_database_bytes \d+/);
});

test('a raw write of what a module owns is refused with the command to use', async (t) => {
  const { ask, client } = await testApp(t, MODULES);
  const token = await client();
  const owned = await ask('POST', '/fhir/Encounter', token, {
    resourceType: 'Encounter',
    status: 'arrived',
    class: { code: 'AMB' },
    identifier: [{ system: 'https://mach.vn/fhir/sid/visit-code', value: 'x' }],
  });
  assert.equal(owned.status, 409, owned.text);
  assert.match(owned.text, /reception\.checkIn/);
  // Owners look before anything is validated: what has no shape is refused for that, at each door.
  for (const identifier of ['%', [null], { system: 1 }, [{ system: {} }], 7])
    for (const [method, url] of [
      ['POST', '/fhir/Encounter'],
      ['PUT', '/fhir/Encounter/e-1'],
      ['POST', '/fhir/Encounter/$validate'],
    ] as const) {
      const shapeless = { resourceType: 'Encounter', status: 'arrived', class: { code: 'AMB' }, identifier };
      const { status, text } = await ask(
        method,
        url,
        token,
        url.endsWith('1') ? { ...shapeless, id: 'e-1' } : shapeless,
      );
      assert.ok(url.endsWith('$validate') ? status < 500 : status === 422, `${method} ${url} ${status} ${text}`);
    }
  const foreign = await ask('POST', '/fhir/Encounter', token, {
    resourceType: 'Encounter',
    status: 'finished',
    class: { code: 'AMB' },
  });
  assert.equal(foreign.status, 201, foreign.text);
});

test('a live reader that was cut off in the middle of a command is told all of it again', async (t) => {
  const { engine, ask, signIn } = await testApp(t, [desk]);
  const token = await signIn(['clerk']);
  const hub = new LiveHub(engine, 1);
  const clerk = engine.systemActor(1, 'clerk', ['clerk']);
  const seen: { position: string; complete: boolean }[] = [];
  const stop = await hub.subscribe(clerk, ['desk.people'], undefined, ({ position }, complete) =>
    seen.push({ position, complete }),
  );
  for (const name of ['Lan', 'Hoa'])
    await ask('POST', '/api/commands/desk.addTwo', token, { name }, { 'idempotency-key': `key-two-${name}` });
  while (seen.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  stop();
  assert.deepEqual(
    seen.map((event) => event.complete),
    [false, true, false, true],
  );
  assert.equal(seen[0]?.position, seen[1]?.position);
});
