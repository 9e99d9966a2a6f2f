import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readOptions } from '../../options.ts';
import { Gate } from './gate.ts';
import { shapeFault } from './json.ts';
import { Buckets, RateLimits } from './rates.ts';
import { laneOf } from './register.ts';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test('the shape of a JSON text is told before anything is built from it', () => {
  assert.equal(shapeFault(nested(64)), undefined);
  assert.equal(shapeFault(nested(65))?.status, 413);
  assert.equal(shapeFault('['.repeat(1_000_000))?.status, 413);
  assert.equal(shapeFault(`{"a":${nested(64)}}`)?.status, 413);
  assert.equal(shapeFault(`[${Array(20_000).fill(1)}]`), undefined);
  assert.equal(shapeFault(`[${Array(20_001).fill(1)}]`)?.status, 413);
  assert.equal(shapeFault(JSON.stringify(Array.from({ length: 30 }, () => Array(1_000).fill(0)))), undefined);
});

test('brackets inside strings are text, whatever stands before their quotes', () => {
  assert.equal(shapeFault(JSON.stringify({ a: '['.repeat(500), b: '\\"['.repeat(200), c: '\\' })), undefined);
  assert.equal(shapeFault(`["\\\\",${nested(64)}]`)?.status, 413);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      assert.equal(shapeFault(JSON.stringify(value)), undefined);
    }),
    { numRuns: 300 },
  );
  // What is no JSON is left to the parser.
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('[', ']', '"', '\\', ',', '{') }), (text) => {
      assert.equal(shapeFault(text), undefined);
    }),
    { numRuns: 300 },
  );
});

test('a bucket gives its burst at once, then its rate, and is forgotten when it is full', () => {
  let now = 0;
  const buckets = new Buckets({ perSecond: 10, burst: 3 }, () => now);
  assert.deepEqual(
    [1, 2, 3].map(() => buckets.take('a')),
    [0, 0, 0],
  );
  assert.equal(buckets.take('a'), 1);
  assert.equal(buckets.take('b'), 0, 'another one is not held back');
  now += 100;
  assert.equal(buckets.take('a'), 0);
  assert.equal(buckets.take('a'), 1);
  now += 10_000;
  for (let i = 0; i < 10; i++) buckets.take('c');
  assert.ok(buckets.size <= 2);
});

test('a limit says how long to wait, and neighbours of one IPv6 network share it', () => {
  const one = { perSecond: 0.5, burst: 1 };
  const limits = new RateLimits({ account: one, address: one });
  limits.account('account:1');
  limits.account('account:2');
  assert.throws(() => limits.account('account:1'), { status: 429, retryAfter: 2 });
  limits.address('2001:db8:1:2::1');
  assert.throws(() => limits.address('2001:db8:1:2:ffff::9'), { status: 429 });
});

test('lanes: people, sign-in, partners, bulk, and what is never refused', () => {
  const lane = (method: string, url: string, headers: Record<string, string> = {}) => laneOf({ method, url, headers });
  const bearer = { authorization: 'Bearer x' };
  assert.equal(lane('POST', '/api/commands/x.y', bearer), 'people');
  assert.equal(lane('GET', '/api/views/x.y?a=1', {}), 'people');
  assert.equal(lane('GET', '/fhir/Patient/1', { cookie: 'a=b; mach_session=x' }), 'people');
  assert.equal(lane('GET', '/fhir/Patient?name=x', bearer), 'partner');
  assert.equal(lane('POST', '/api/session', {}), 'signIn');
  assert.equal(lane('POST', '/oauth2/token', {}), 'signIn');
  assert.equal(lane('GET', '/api/session', bearer), 'people');
  assert.equal(lane('DELETE', '/api/session', bearer), undefined);
  assert.equal(lane('POST', '/fhir', bearer), 'bulk');
  assert.equal(lane('GET', '/fhir/Patient/1/$everything?_count=9', bearer), 'partner');
  assert.equal(lane('GET', '/fhir/Patient/$everything', bearer), 'bulk');
  assert.equal(lane('POST', '/fhir/$import', bearer), 'bulk');
  assert.equal(lane('GET', '/fhir/Group/1/$export?_type=Patient', bearer), 'bulk');
  assert.equal(lane('GET', '/api/live?view=a', bearer), undefined);
  assert.equal(lane('GET', '/healthz'), undefined);
  assert.equal(lane('GET', '/assets/a.js'), undefined);
});

test('a full lane refuses at once, its places go on to those who wait, and people go first', async (t) => {
  const gate = new Gate();
  t.after(() => gate.stop());
  const leave = await Promise.all(Array.from({ length: 8 }, () => gate.enter('bulk')));
  const order: string[] = [];
  const late = Array.from({ length: 128 }, (_, i) =>
    gate.enter('bulk').then((done) => {
      order.push(`bulk ${i}`);
      return done;
    }),
  );
  assert.throws(() => gate.requireRoom('bulk'), { status: 503, retryAfter: 2 });
  await assert.rejects(gate.enter('bulk'), { status: 503 });
  gate.requireRoom('people');
  const person = await gate.enter('people');
  assert.equal(gate.state().find((one) => one.lane === 'bulk')?.waiting, 128);
  leave[0]?.();
  leave[0]?.();
  await late[0];
  assert.deepEqual(order, ['bulk 0'], 'a place is given back once, however often its holder leaves');
  gate.requireRoom('bulk');
  person();
  for (const done of leave.slice(1)) done();
  for (const one of late) (await one)();
  assert.deepEqual(
    gate.state().map(({ running, waiting }) => running + waiting),
    [0, 0, 0, 0],
  );
});

test('who has gone is passed over, and others make room for people', async (t) => {
  const gate = new Gate();
  t.after(() => gate.stop());
  const people = await Promise.all(Array.from({ length: 30 }, () => gate.enter('people')));
  const bulk = await Promise.all([gate.enter('bulk'), gate.enter('bulk')]);
  const third = gate.enter('bulk');
  let gone = false;
  const left = gate.enter('bulk', () => gone);
  assert.equal(gate.state().find((one) => one.lane === 'bulk')?.waiting, 2, 'two at a time while people are many');
  gone = true;
  const refused = assert.rejects(left, { status: 503 });
  for (const done of people) done();
  await refused;
  (await third)();
  for (const done of bulk) done();
});

test('the environment: certificate and key go together, names are a list, limits may be switched off', () => {
  assert.throws(() => readOptions({ MACH_TLS_CERT: 'a.pem' }), /both or neither/);
  assert.throws(() => readOptions({ MACH_RATE: 'many' }), /MACH_RATE/);
  const options = readOptions({ MACH_HOSTS: ' HIS.benhvien.vn, mach.local ', MACH_RATE: 'off' });
  assert.deepEqual(options.hosts, ['his.benhvien.vn', 'mach.local']);
  assert.equal(options.rates, false);
  assert.equal(readOptions({}).rates, true);
});
