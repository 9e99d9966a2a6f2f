import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestApp, testApp } from '../../testing/app.ts';
import { EXTENSION, OWN_TOPIC, R5_TOPIC } from './names.ts';

interface Parameter {
  name: string;
  valueString?: string;
  valueCode?: string;
  valueReference?: { reference: string };
  part?: Parameter[];
}
interface Bundle {
  type: string;
  entry: {
    fullUrl: string;
    resource?: { resourceType: string; parameter?: Parameter[] };
    request?: { method: string; url: string };
  }[];
}
/** A message as its reader understands it. */
interface Message {
  kind: string;
  total: number;
  events: { number: number; focus: string | undefined }[];
  resources: string[];
  headers: IncomingHttpHeaders;
}

function understood(bundle: Bundle, headers: IncomingHttpHeaders = {}): Message {
  const [status, ...entries] = bundle.entry;
  const parameters = status?.resource?.parameter ?? [];
  const value = (list: readonly Parameter[], name: string): Parameter | undefined => list.find((p) => p.name === name);
  return {
    kind: value(parameters, 'type')?.valueCode ?? '',
    total: Number(value(parameters, 'events-since-subscription-start')?.valueString),
    events: parameters
      .filter((p) => p.name === 'notification-event')
      .map(({ part = [] }) => ({
        number: Number(value(part, 'event-number')?.valueString),
        focus: value(part, 'focus')?.valueReference?.reference.replace(/^.*\/fhir\//, ''),
      })),
    resources: entries.flatMap((e) => (e.resource ? [e.resource.resourceType] : [])),
    headers,
  };
}

/** The other side: keeps what it is told; while `failing` it answers 503. */
let messages: Message[] = [];
let failing = false;
let refused = 0;
let end: Server;
let port = 0;
before(async () => {
  end = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      if (failing) refused++;
      else messages.push(understood(JSON.parse(text) as Bundle, request.headers));
      response.writeHead(failing ? 503 : 200).end();
    });
  });
  await new Promise<void>((resolve) => end.listen(0, '127.0.0.1', resolve));
  ({ port } = end.address() as AddressInfo);
});
after(async () => {
  end.closeAllConnections();
  await new Promise((resolve) => end.close(resolve));
});
beforeEach(() => {
  messages = [];
  failing = false;
  refused = 0;
});

async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const limit = Date.now() + 30_000; Date.now() < limit; await sleep(20)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`in vain: ${what}; ${JSON.stringify(messages)}`);
}

const house = (t: Parameters<typeof testApp>[0]): Promise<TestApp> =>
  testApp(t, [
    {
      name: 'fhir',
      title: { vi: 'x', en: 'x' },
      settings: { 'trusted-hosts': [`127.0.0.1:${port}`], 'subscription-attempts': 3, 'subscription-first-wait': 40 },
      roles: {
        clerk: ['record.write', 'record.write:Subscription', 'record.read:Subscription', 'record.read:Patient'],
      },
    },
  ]);

const subscription = (criteria: string, more: object = {}, filters: string[] = [], content = 'id-only'): object => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'test',
  criteria,
  ...(filters.length > 0
    ? { _criteria: { extension: filters.map((valueString) => ({ url: EXTENSION.filter, valueString })) } }
    : {}),
  channel: {
    type: 'rest-hook',
    endpoint: `http://127.0.0.1:${port}/hook`,
    payload: 'application/fhir+json',
    _payload: { extension: [{ url: EXTENSION.content, valueCode: content }] },
    header: ['Authorization: Bearer shared'],
    ...more,
  },
});

async function subscribe(app: TestApp, token: string, body: object): Promise<string> {
  const made = await app.ask('POST', '/fhir/Subscription', token, body);
  assert.equal(made.status, 201, made.text);
  const id = (made.body as { id: string }).id;
  await until('active', async () => (await status(app, token, id)) === 'active');
  return id;
}
const status = async (app: TestApp, token: string, id: string): Promise<string> =>
  ((await app.ask('GET', `/fhir/Subscription/${id}`, token)).body as { status: string }).status;

const put = async (
  app: TestApp,
  token: string,
  resource: { resourceType: string; id: string; [k: string]: unknown },
): Promise<void> => {
  const made = await app.ask('PUT', `/fhir/${resource.resourceType}/${resource.id}`, token, resource);
  assert.ok(made.status < 300, made.text);
};
const encounter = (id: string, state: string): { resourceType: string; id: string } & Record<string, unknown> => ({
  resourceType: 'Encounter',
  id,
  status: state,
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: 'Patient/p' },
});

interface Sealed {
  resourceType: string;
  id: string;
  [key: string]: unknown;
  channel: { endpoint: string; header: string[] };
}

test('headers: read and written back as they are; never in clear by another door, never to another end', async (t) => {
  const app = await house(t);
  const token = await app.client();
  const id = await subscribe(app, token, subscription('Patient'));
  const path = `/fhir/Subscription/${id}`;
  const read = async (): Promise<Sealed> => (await app.ask('GET', path, token)).body as Sealed;
  const writes = async (method: 'PUT' | 'PATCH', body: unknown): Promise<[number, string | undefined]> => {
    const { status: code, body: told } = await app.ask(method, path, token, body);
    return [
      code,
      (told as { issue?: { details?: { coding?: { code: string }[] } }[] }).issue?.[0]?.details?.coding?.[0]?.code,
    ];
  };
  const stored = await read();
  messages = [];
  assert.equal((await writes('PUT', { ...stored, status: 'requested', reason: 'changed' }))[0], 200);
  await until('shaken hands again', () => messages.find((m) => m.kind === 'handshake'));
  assert.equal(messages[0]?.headers.authorization, 'Bearer shared');

  const now = await read();
  const elsewhere = { ...now, channel: { ...now.channel, endpoint: `http://127.0.0.1:${port + 1}/hook` } };
  assert.equal((await writes('PUT', elsewhere))[0], 422, 'the handle is good for one end');
  const add = [{ op: 'add', path: '/channel/header/-', value: 'X-Key: in-clear' }];
  assert.equal((await writes('PATCH', add))[0], 422);
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: subscription('Patient'), request: { method: 'POST', url: 'Subscription' } }],
  };
  assert.equal((await app.ask('POST', '/fhir', token, bundle)).status, 422);
  // Somebody else who may read it cannot send its secret to an end of his own.
  const other = await app.signIn(['clerk']);
  const { id: _id, ...copied } = await read();
  assert.equal((await app.ask('POST', '/fhir/Subscription', other, copied)).status, 422);
});

test('handshake, then each event once and in order, with what the payload allows', async (t) => {
  const app = await house(t);
  const token = await app.client();
  await put(app, token, { resourceType: 'Patient', id: 'p' });
  const starts = await subscribe(
    app,
    token,
    subscription(`${OWN_TOPIC}/encounter-start`, {}, ['Encounter?patient=Patient/p']),
  );
  assert.deepEqual([messages[0]?.kind, messages[0]?.headers.authorization], ['handshake', 'Bearer shared']);
  // The partner's secret stands sealed, in the record and in every version of it.
  const stored = (await app.ask('GET', `/fhir/Subscription/${starts}`, token)).body as Sealed;
  assert.match(stored.channel.header[0] ?? '', /^Authorization: mach-sealed:[\w-]{43}$/);
  assert.ok(!(await app.ask('GET', `/fhir/Subscription/${starts}/_history`, token)).text.includes('shared'));
  await put(app, token, encounter('e1', 'planned'));
  await put(app, token, encounter('e1', 'in-progress'));
  await put(app, token, { ...encounter('e1', 'in-progress'), priority: { text: 'x' } });
  await put(app, token, { ...encounter('e2', 'in-progress'), subject: { reference: 'Patient/p' } });
  await put(app, token, { resourceType: 'Patient', id: 'q' });
  await put(app, token, { ...encounter('e3', 'in-progress'), subject: { reference: 'Patient/q' } });
  await put(app, token, encounter('e4', 'in-progress'));
  const told = (): Message['events'] => messages.flatMap((m) => m.events);
  await until('three events', () => told().length >= 3);
  assert.deepEqual(told(), [
    { number: 1, focus: 'Encounter/e1' },
    { number: 2, focus: 'Encounter/e2' },
    { number: 3, focus: 'Encounter/e4' },
  ]);
  assert.deepEqual(
    messages.flatMap((m) => m.resources),
    [],
  );

  const answer = await app.ask('GET', `/fhir/Subscription/${starts}/$status`, token);
  const [entry] = (answer.body as Bundle).entry;
  assert.deepEqual(
    entry?.resource?.parameter?.filter((p) => p.name === 'events-since-subscription-start' || p.name === 'status'),
    [
      { name: 'status', valueCode: 'active' },
      { name: 'events-since-subscription-start', valueString: '3' },
    ],
  );
  const since = await app.ask(
    'GET',
    `/fhir/Subscription/${starts}/$events?eventsSinceNumber=2&content=full-resource`,
    token,
  );
  const again = understood(since.body as Bundle);
  assert.deepEqual(
    [again.kind, again.events.map((e) => e.number), again.resources],
    ['query-event', [2, 3], ['Encounter', 'Encounter']],
  );

  // Deletions, and a plain R4 criterion with the whole resource.
  const gone = await subscribe(app, token, subscription(`${OWN_TOPIC}/Encounter-delete`));
  const plain = await subscribe(
    app,
    token,
    subscription('Observation?code=http://loinc.org|8480-6', {}, [], 'full-resource'),
  );
  messages = [];
  await app.ask('DELETE', '/fhir/Encounter/e4', token);
  const observation = (id: string, code: string): { resourceType: string; id: string } => ({
    resourceType: 'Observation',
    id,
    ...{
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code }] },
      subject: { reference: 'Patient/p' },
    },
  });
  await put(app, token, observation('o1', '1234-5'));
  await put(app, token, observation('o2', '8480-6'));
  await until('two', () => told().length >= 2);
  assert.deepEqual(
    told()
      .map((e) => e.focus)
      .sort(),
    ['Encounter/e4', 'Observation/o2'],
  );
  assert.deepEqual(
    messages.flatMap((m) => m.resources),
    ['Observation'],
  );

  // One that is switched off or deleted hears nothing more.
  const off = subscription(`${OWN_TOPIC}/Encounter-delete`);
  await put(app, token, { ...off, resourceType: 'Subscription', id: gone, status: 'off' });
  assert.equal((await app.ask('DELETE', `/fhir/Subscription/${plain}`, token)).status, 204);
  messages = [];
  await app.ask('DELETE', '/fhir/Encounter/e2', token);
  await put(app, token, observation('o3', '8480-6'));
  await put(app, token, encounter('e5', 'in-progress'));
  await until('the third subscription', () => told().length >= 1);
  assert.deepEqual(
    told().map((e) => e.focus),
    ['Encounter/e5'],
  );
});

test('an end that fails is tried again, paused with a reason, and catches up when it is asked for anew', async (t) => {
  const app = await house(t);
  const token = await app.client();
  const body = subscription(`${OWN_TOPIC}/Patient-change`, {
    extension: [{ url: EXTENSION.maxCount, valuePositiveInt: 2 }],
  });
  const id = await subscribe(app, token, body);
  failing = true;
  await put(app, token, { resourceType: 'Patient', id: 'a' });
  await until('paused', async () => (await status(app, token, id)) === 'error');
  assert.equal(refused, 3);
  const paused = (await app.ask('GET', `/fhir/Subscription/${id}`, token)).body as { error: string };
  assert.match(paused.error, /HTTP 503/);
  await put(app, token, { resourceType: 'Patient', id: 'b' });
  await put(app, token, { resourceType: 'Patient', id: 'c' });
  failing = false;
  messages = [];
  await put(app, token, { ...body, resourceType: 'Subscription', id });
  await until('caught up', () => messages.flatMap((m) => m.events).length >= 3);
  assert.equal(messages[0]?.kind, 'handshake');
  assert.deepEqual(
    messages.slice(1).map((m) => m.events.map((e) => [e.number, e.focus])),
    [
      [
        [1, 'Patient/a'],
        [2, 'Patient/b'],
      ],
      [[3, 'Patient/c']],
    ],
  );
});

test('events obey the rights of the owner; what cannot be served is refused; other doors do not start one', async (t) => {
  const app = await house(t);
  const token = await app.client();
  const clerk = await app.signIn(['clerk']);
  const ids = await subscribe(app, clerk, subscription(`${OWN_TOPIC}/Observation-change`));
  const own = await subscribe(app, clerk, subscription(`${OWN_TOPIC}/Patient-change`, {}, [], 'full-resource'));
  await put(app, token, {
    resourceType: 'Observation',
    id: 'secret',
    status: 'final',
    code: { text: 'x' },
  });
  await put(app, token, { resourceType: 'Patient', id: 'open' });
  await until('the patient', () => messages.some((m) => m.resources.includes('Patient')));
  assert.equal(messages.flatMap((m) => m.events).length, 1);
  const count = async (id: string): Promise<number> =>
    understood((await app.ask('GET', `/fhir/Subscription/${id}/$status`, clerk)).body as Bundle).total;
  assert.deepEqual([await count(ids), await count(own)], [0, 1], 'what may not be read is not counted');

  const wrong = async (change: object): Promise<string[]> => {
    const answer = await app.ask('POST', '/fhir/Subscription', token, {
      ...subscription(`${OWN_TOPIC}/Patient-change`),
      ...change,
    });
    assert.equal(answer.status, 422, answer.text);
    return (answer.body as { issue: { expression?: string[] }[] }).issue.flatMap((i) => i.expression ?? []);
  };
  const channel = (more: object): object => ({
    channel: { type: 'rest-hook', endpoint: 'https://example.org/x', ...more },
  });
  assert.deepEqual(await wrong({ criteria: 'https://nowhere/topic' }), ['Subscription.criteria']);
  assert.deepEqual(await wrong({ criteria: 'Observation?_sort=date' }), ['Subscription.criteria']);
  for (const endpoint of [
    `http://127.0.0.1:${port + 1}/`,
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://db.internal/',
    'http://example.org/',
    'https://0x7f.1/',
  ])
    assert.deepEqual(await wrong(channel({ endpoint })), ['Subscription.channel.endpoint'], endpoint);
  assert.deepEqual(await wrong(channel({ type: 'email' })), ['Subscription.channel.type']);
  assert.deepEqual(await wrong(channel({ header: ['Host: other', 'X: a\r\nY: b'] })), [
    'Subscription.channel.header',
    'Subscription.channel.header',
  ]);

  // By a transaction nobody's rights come with it.
  const sent = await app.ask('POST', '/fhir', token, {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        resource: { ...subscription(`${OWN_TOPIC}/Patient-change`, { header: undefined }), id: 'side' },
        request: { method: 'PUT', url: 'Subscription/side' },
      },
    ],
  });
  assert.equal(sent.status, 200, sent.text);
  await until('told why', async () => (await status(app, token, 'side')) === 'error');
});

test('on a WebSocket: a ticket, a handshake, events, heartbeats; a topic of the house itself', async (t) => {
  const app = await house(t);
  const token = await app.client();
  await app.app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.app.server.address() as AddressInfo;
  const extension = (url: string, value: object): object => ({ url, ...value });
  await put(app, token, {
    resourceType: 'Basic',
    id: 'topic',
    code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
    extension: [
      extension(`${R5_TOPIC}.url`, { valueUri: 'https://hospital.example/topic/woman' }),
      extension(`${R5_TOPIC}.status`, { valueCode: 'active' }),
      {
        url: `${R5_TOPIC}.resourceTrigger`,
        extension: [
          extension('resource', { valueUri: 'http://hl7.org/fhir/StructureDefinition/Patient' }),
          extension('supportedInteraction', { valueCode: 'create' }),
          { url: 'queryCriteria', extension: [extension('current', { valueString: 'gender=female' })] },
        ],
      },
    ],
  });
  const id = await subscribe(
    app,
    token,
    subscription('https://hospital.example/topic/woman', {
      type: 'websocket',
      endpoint: undefined,
      extension: [{ url: EXTENSION.heartbeat, valueUnsignedInt: 1 }],
    }),
  );
  const bind = await app.ask('GET', `/fhir/Subscription/${id}/$get-ws-binding-token`, token);
  assert.equal(bind.status, 200, bind.text);
  const ticket = (bind.body as { parameter: Parameter[] }).parameter.find((p) => p.name === 'token')?.valueString ?? '';
  const open = async (word: string): Promise<{ heard: Message[]; socket: WebSocket; closed: Promise<number> }> => {
    const socket = new WebSocket(`ws://127.0.0.1:${address.port}/fhir/$ws`);
    const heard: Message[] = [];
    socket.addEventListener('message', (e) => heard.push(understood(JSON.parse(String(e.data)) as Bundle)));
    const closed = new Promise<number>((resolve) => socket.addEventListener('close', (e) => resolve(e.code)));
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.send(word);
    return { heard, socket, closed };
  };
  const { heard, socket, closed } = await open(`bind-with-token ${ticket}`);
  await until('handshake', () => heard[0]?.kind === 'handshake');
  assert.equal(await (await open(`bind-with-token ${ticket}`)).closed, 1008, 'a ticket is good once');
  await put(app, token, { resourceType: 'Patient', id: 'm', gender: 'male' });
  await put(app, token, { resourceType: 'Patient', id: 'w1', gender: 'female' });
  await put(app, token, { resourceType: 'Patient', id: 'w2', gender: 'female' });
  await until('events', () => heard.flatMap((m) => m.events).length >= 2);
  assert.deepEqual(
    heard.flatMap((m) => m.events),
    [
      { number: 1, focus: 'Patient/w1' },
      { number: 2, focus: 'Patient/w2' },
    ],
  );
  await until('heartbeat', () => heard.some((m) => m.kind === 'heartbeat'));
  socket.close();
  await closed;
  const topics = (await app.ask('GET', '/fhir/SubscriptionTopic', token)).text;
  for (const name of ['encounter-start', 'encounter-end', 'observation-abnormal', 'claim-answered', 'topic/woman'])
    assert.ok(topics.includes(name), name);
});
