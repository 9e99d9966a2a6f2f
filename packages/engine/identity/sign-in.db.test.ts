import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type TestApp, testApp } from '@mach/server/testing/app.ts';
import pg from 'pg';
import { houseAlarms } from '../alarms.ts';
import { defineModule, Sessions } from '../index.ts';
import { hotp, totpStep } from './totp.ts';

const desk = defineModule({
  name: 'desk',
  title: { vi: 'Bàn', en: 'Desk' },
  roles: { clerk: ['desk.see'], administrator: ['desk.administer'] },
});
const PASSWORD = 'correct horse';
const HOME = '10.0.0.7';

interface Issues {
  issue: { code: string; field?: string }[];
}
interface Step {
  next?: string;
  ticket: string;
  token: string;
  methods: string[];
  recoveryCodes: string[];
}

/** A browser: an address and the cookies it was given. */
class Visitor {
  cookies: Record<string, string> = {};
  private readonly app: TestApp['app'];
  private readonly address: string;
  constructor(app: TestApp['app'], address = HOME) {
    this.app = app;
    this.address = address;
  }

  async send(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
    const answer = await this.app.inject({
      method,
      url,
      remoteAddress: this.address,
      cookies: this.cookies,
      ...(payload ? { payload } : {}),
    });
    for (const { name, value } of answer.cookies) this.cookies[name] = value;
    const body = answer.body === '' ? {} : answer.json<Step & Issues>();
    return { status: answer.statusCode, body: body as Step & Issues, headers: answer.headers };
  }

  signIn(password = PASSWORD, account = 'person-1') {
    return this.send('POST', '/api/session', { account, password });
  }
  async code(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object): Promise<[number, string | undefined]> {
    const { status, body } = await this.send(method, url, payload);
    return [status, body.issue?.[0]?.code];
  }
}

async function house(t: TestContext, mode?: 'production') {
  const built = await testApp(t, [desk]);
  await built.signIn(['clerk']);
  if (mode) Object.assign(built.engine.facility(1), { mode });
  const owner = async (text: string, values: unknown[] = []): Promise<void> => {
    const client = new pg.Client({ connectionString: built.ownerUrl });
    await client.connect();
    await client.query(text, values).finally(() => client.end());
  };
  return { ...built, owner, visitor: (address?: string) => new Visitor(built.app, address) };
}

/** Sets up an authenticator app in an open session, as its owner does. */
async function setUpTotp(visitor: Visitor, now: () => number) {
  const offer = (await visitor.send('POST', '/api/account/totp', {})).body as unknown as { secret: string };
  const bits = [...offer.secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'));
  const secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const code = (): string => hotp(secret, totpStep(now()));
  const { body, status } = await visitor.send('POST', '/api/account/totp', { code: code() });
  assert.equal(status, 200);
  return { code, recoveryCodes: body.recoveryCodes };
}

test('guessing from one place waits longer and longer, and keeps nobody else out', async (t) => {
  const { visitor, clock } = await house(t);
  const owner = visitor();
  assert.equal((await owner.signIn()).status, 200, 'the browser is known from now on');

  const attacker = visitor('203.0.113.9');
  for (let i = 0; i < 5; i++) assert.equal((await attacker.signIn('wrong')).status, 401);
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    const refused = await attacker.signIn();
    assert.equal(refused.status, 429, 'also the right password waits');
    assert.equal(refused.body.issue[0]?.code, 'too-many-attempts');
    const wait = Number(refused.headers['retry-after']);
    waits.push(wait);
    clock.advance((wait - 1) * 1000);
    assert.equal((await attacker.signIn('wrong')).status, 429, 'a second too early');
    clock.advance(2000);
    assert.equal((await attacker.signIn('wrong')).status, 401);
  }
  assert.deepEqual(waits, [30, 60, 120, 240, 480, 900, 900]);

  assert.equal((await owner.signIn()).status, 200, 'the known browser');
  assert.equal((await visitor('10.0.0.8').signIn()).status, 200, 'another address');
  assert.equal((await visitor('203.0.113.9').signIn()).status, 429);
  clock.advance(2 * 3_600_000);
  assert.equal((await visitor('203.0.113.9').signIn()).status, 200, 'forgotten after an hour');
});

test('many names from one address wait too, but not a browser that is known there', async (t) => {
  const { visitor, owner: sql, engine, clock } = await house(t);
  const owner = visitor();
  await owner.signIn();
  const sprayer = visitor();
  await sprayer.signIn('x', 'nobody');
  await sql(`update system.attempt set failures = 50 where key like 'address:%' and failures = 1`);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => sprayer.signIn('x', `nobody-${i}`)));
  assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([401]), 'a wrong name is told like a wrong password');
  assert.equal((await visitor().signIn()).status, 429);
  // Whoever looks after the house is told, and when it is over, no longer.
  const alarms = async (): Promise<string[]> => (await houseAlarms(engine)).map(({ code }) => code);
  assert.deepEqual(await alarms(), ['guessing']);
  assert.equal((await owner.signIn()).status, 200);
  clock.advance(2 * 3_600_000);
  assert.deepEqual(await alarms(), []);
});

test('a second factor is asked for by a half-open ticket that opens nothing else', async (t) => {
  const { visitor, clock, app } = await house(t);
  const now = () => clock.now().getTime();
  const owner = visitor();
  await owner.signIn();
  const { code, recoveryCodes } = await setUpTotp(owner, now);
  assert.equal(recoveryCodes.length, 10);
  assert.match(recoveryCodes[0] ?? '', /^[A-Z2-7]{4}(-[A-Z2-7]{4}){5}$/);

  const again = visitor();
  clock.advance(60_000);
  const half = await again.signIn();
  assert.deepEqual(
    [half.status, half.body.next, half.body.methods, half.body.token],
    [202, 'factor', ['totp', 'recovery'], undefined],
  );
  const { ticket } = half.body;
  assert.equal(again.cookies.mach_session, undefined);
  const bearer = await app.inject({ url: '/api/session', headers: { authorization: `Bearer ${ticket}` } });
  assert.equal(bearer.statusCode, 401, 'a ticket is no session');
  assert.deepEqual(await again.code('POST', '/api/session/password', { ticket, password: 'other step' }), [
    401,
    'ticket-over',
  ]);

  assert.deepEqual(await again.code('POST', '/api/session/factor', { ticket, code: '000000' }), [401, 'wrong-code']);
  const used = code();
  assert.equal((await again.send('POST', '/api/session/factor', { ticket, code: used })).status, 200);
  assert.equal((await again.send('GET', '/api/session')).status, 200);
  assert.deepEqual(await again.code('POST', '/api/session/factor', { ticket, code: used }), [401, 'ticket-over']);

  const replay = (await again.signIn()).body.ticket;
  assert.deepEqual(
    await again.code('POST', '/api/session/factor', { ticket: replay, code: used }),
    [401, 'wrong-code'],
    'a code is good once',
  );
  const recovery = recoveryCodes[3]?.toLowerCase() ?? '';
  assert.equal((await again.send('POST', '/api/session/factor', { ticket: replay, code: recovery })).status, 200);
  const third = (await again.signIn()).body.ticket;
  assert.deepEqual(await again.code('POST', '/api/session/factor', { ticket: third, code: recovery }), [
    401,
    'wrong-code',
  ]);
  clock.advance(6 * 60_000);
  assert.deepEqual(
    await again.code('POST', '/api/session/factor', { ticket: third, code: code() }),
    [401, 'ticket-over'],
    'after five minutes',
  );

  const fourth = (await again.signIn()).body.ticket;
  for (let i = 0; i < 5; i++) await again.send('POST', '/api/session/factor', { ticket: fourth, code: '000000' });
  assert.deepEqual(
    await again.code('POST', '/api/session/factor', { ticket: fourth, code: code() }),
    [401, 'ticket-over'],
    'five tries',
  );
});

test('in a real facility the roles of the law set one up before they get in', async (t) => {
  const { visitor, clock, owner } = await house(t, 'production');
  await owner(`update system.membership set roles = '{administrator}'`);
  const admin = visitor();
  const half = await admin.signIn();
  assert.deepEqual([half.status, half.body.next], [202, 'enrol']);
  const { ticket } = half.body;
  const offer = (await admin.send('POST', '/api/session/enrol', { ticket })).body as unknown as {
    uri: string;
    secret: string;
  };
  assert.match(offer.uri, /^otpauth:\/\/totp\//);
  const bits = [...offer.secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'));
  const secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  assert.deepEqual(await admin.code('POST', '/api/session/enrol', { ticket, code: '000000' }), [422, 'wrong-code']);
  const done = await admin.send('POST', '/api/session/enrol', {
    ticket,
    code: hotp(secret, totpStep(clock.now().getTime())),
  });
  assert.deepEqual([done.status, done.body.recoveryCodes.length, typeof done.body.token], [200, 10, 'string']);
  // The last factor of such a role stays; the session is short.
  const page = (await admin.send('GET', '/api/account')).body as unknown as { factors: { id: string }[] };
  assert.deepEqual(await admin.code('DELETE', `/api/account/factors/${page.factors[0]?.id}`), [409, 'last-factor']);
  clock.advance(14 * 60_000);
  assert.equal((await admin.send('GET', '/api/session')).status, 200);
  clock.advance(14 * 60_000);
  assert.equal((await admin.send('GET', '/api/session')).status, 200, 'use keeps it open');
  clock.advance(16 * 60_000);
  assert.equal((await admin.send('GET', '/api/session')).status, 401, 'idle for a quarter of an hour');
});

test('a clerk needs one only from the Internet; eight hours there, twelve in the house; dormant after 45 days', async (t) => {
  const { visitor, clock } = await house(t, 'production');
  assert.equal((await visitor('203.0.113.9').signIn()).body.next, 'enrol');
  const inside = visitor();
  assert.equal((await inside.signIn()).status, 200);
  for (let i = 0; i < 14; i++) {
    clock.advance(50 * 60_000);
    assert.equal((await inside.send('GET', '/api/session')).status, 200);
  }
  clock.advance(50 * 60_000);
  assert.equal((await inside.send('GET', '/api/session')).status, 401, 'twelve hours are over, however busy');
  clock.advance(44 * 86_400_000);
  assert.equal((await visitor().signIn()).status, 200);
  clock.advance(46 * 86_400_000);
  const late = await visitor().signIn();
  assert.deepEqual([late.status, late.body.issue[0]?.code], [403, 'dormant']);
});

test('an own password: long enough, not from a breach, not the own name; the other sessions end', async (t) => {
  const { visitor, clock } = await house(t, 'production');
  const [here, there] = [visitor(), visitor('10.0.0.8')];
  await here.signIn();
  await there.signIn();
  const change = (password: string, current = PASSWORD) =>
    here.code('POST', '/api/account/password', { current, password });
  assert.deepEqual(await change('a good long sentence', 'wrong'), [422, 'wrong-password']);
  assert.deepEqual(await change('mười ba chữ c'), [422, 'password-too-short']);
  assert.deepEqual(await change('1234567890123456'), [422, 'password-known']);
  assert.deepEqual(await change('P@ssw0rd!!!!!!'), [422, 'password-known']);
  assert.deepEqual(await change('aaaaaaaaaaaaaaaaaa'), [422, 'password-known']);
  assert.deepEqual(await change('person-1 BV Mẫu'), [422, 'password-names']);
  assert.equal((await there.send('GET', '/api/session')).status, 200);
  assert.deepEqual(await change('trời mưa rồi lại tạnh'), [204, undefined]);
  assert.equal((await there.send('GET', '/api/session')).status, 401);
  assert.equal((await here.send('GET', '/api/session')).status, 200);
  assert.equal((await visitor().signIn()).status, 401);
  // Vietnamese typed as letters with separate marks is the same password.
  assert.equal((await visitor().signIn('trời mưa rồi lại tạnh'.normalize('NFD'))).status, 200);
  clock.advance(11 * 60_000);
  assert.deepEqual(
    await here.code('POST', '/api/account/totp', {}),
    [403, 'confirm-first'],
    'the proof is eleven minutes old',
  );
});

test('badge and PIN: at an enrolled device only, a few tries, and never for administrators', async (t) => {
  const { visitor, clock, owner, engine } = await house(t);
  const nurse = visitor();
  await nurse.signIn();
  const set = (badge: string, pin: string) => nurse.code('POST', '/api/account/badge', { badge, pin });
  assert.deepEqual(await set('TH-0042', '123456'), [422, 'pin-simple']);
  assert.deepEqual(await set('TH-0042', '8642'), [422, 'pin-form']);
  assert.deepEqual(await set('th-0042', '860427'), [204, undefined]);

  const ward = visitor();
  const badge = (pin: string, number = 'TH-0042') => ward.code('POST', '/api/session/badge', { badge: number, pin });
  assert.deepEqual(await badge('860427'), [403, 'device-not-enrolled']);
  const { createHash } = await import('node:crypto');
  const token = 'one-time-token-of-an-enrolment';
  await owner(
    `insert into system.device (id, tenant, kind, label, enrol_hash, enrol_until, created_by, created_at)
     values ($1, 1, 'ward', 'Buồng 3', $2, $3, 'test', now())`,
    [engine.ids(), createHash('sha256').update(token).digest(), new Date(clock.now().getTime() + 60_000)],
  );
  assert.equal((await ward.send('POST', '/api/device', { token })).status, 200);
  assert.deepEqual(await visitor().code('POST', '/api/device', { token }), [401, 'enrolment-over'], 'good once');
  assert.deepEqual(await badge('860427'), [200, undefined]);
  const session = (await ward.send('GET', '/api/session')).body as unknown as { session: object };
  assert.deepEqual({ ...session.session, expiresAt: '' }, { idleSeconds: 300, expiresAt: '', place: 'ward' });
  clock.advance(6 * 60_000);
  assert.equal((await ward.send('GET', '/api/session')).status, 401, 'a shared screen locks after five minutes');

  for (let i = 0; i < 5; i++) assert.deepEqual(await badge('975310'), [401, 'wrong-pin']);
  assert.deepEqual(await badge('860427'), [403, 'pin-blocked']);
  assert.equal((await nurse.signIn()).status, 200);
  assert.deepEqual(await badge('860427'), [200, undefined], 'the password opened it again');
  assert.deepEqual(await badge('860427', 'TH-9999'), [401, 'wrong-pin']);

  // The key is renewed after a day; the former one is good until the new one has been seen, then it is a copy.
  const former = ward.cookies.mach_device ?? '';
  clock.advance(25 * 3_600_000);
  await ward.send('GET', '/api/device');
  assert.notEqual(ward.cookies.mach_device, former);
  await ward.send('GET', '/api/device');
  const copy = visitor();
  copy.cookies.mach_device = former;
  assert.deepEqual((await copy.send('GET', '/api/device')).body, { device: null });
  assert.deepEqual(await badge('860427'), [403, 'device-not-enrolled'], 'a copied device is shut out');

  await owner(`update system.membership set roles = '{administrator}'`);
  const admin = visitor();
  await admin.signIn();
  assert.deepEqual(await admin.code('POST', '/api/account/badge', { badge: 'TH-1', pin: '860427' }), [
    403,
    'badge-not-for-role',
  ]);
});

test('own sessions are listed, ended one by one, and all at once', async (t) => {
  const { visitor } = await house(t);
  const [a, b, c] = [visitor(), visitor('10.0.0.8'), visitor('10.0.0.9')];
  for (const one of [a, b, c]) await one.signIn();
  const list = async () =>
    (
      (await a.send('GET', '/api/account')).body as unknown as {
        sessions: { key: string; address: string; current: boolean }[];
      }
    ).sessions;
  const before = await list();
  assert.deepEqual(
    before.filter((s) => s.current).map((s) => s.address),
    [HOME],
  );
  assert.equal((await b.send('GET', '/api/session')).status, 200);
  await a.send('DELETE', `/api/account/sessions/${before.find((s) => s.address === '10.0.0.8')?.key}`);
  assert.equal((await b.send('GET', '/api/session')).status, 401, 'at once, though it was remembered');
  assert.equal((await c.send('GET', '/api/session')).status, 200);
  await a.send('DELETE', '/api/account/sessions');
  assert.equal((await c.send('GET', '/api/session')).status, 401);
  assert.deepEqual(
    (await list()).map((s) => s.current),
    [true],
  );
});

test('asking whether a session is open does not keep it open', async (t) => {
  const { visitor, clock, engine, owner } = await house(t, 'production');
  const sessions = new Sessions(engine);
  const clerk = visitor();
  const { token } = (await clerk.signIn()).body;
  for (let i = 0; i < 5; i++) {
    clock.advance(11 * 60_000);
    assert.equal(await sessions.isOpen(token), true, `after ${(i + 1) * 11} minutes`);
  }
  clock.advance(11 * 60_000);
  assert.equal(await sessions.isOpen(token), false, 'an hour without use, however often a stream asked');
  const again = (await visitor().signIn()).body.token;
  assert.equal(await sessions.isOpen(again), true);
  await owner('update system.account set disabled_at = now()');
  assert.equal(await sessions.isOpen(again), false);
});

test('what is changed in how one signs in is told to its owner, whoever does it and by whatever way', async (t) => {
  const { visitor, clock, owner } = await house(t);
  const person = visitor();
  await person.signIn();
  const told = async (who: Visitor): Promise<{ id: string; kind: string }[]> =>
    ((await who.send('GET', '/api/account/notices')).body as unknown as { notices: { id: string; kind: string }[] })
      .notices;
  const kinds = async (who: Visitor): Promise<string[]> => (await told(who)).map(({ kind }) => kind).sort();
  assert.deepEqual(await kinds(person), []);
  const { code } = await setUpTotp(person, () => clock.now().getTime());
  assert.deepEqual(await kinds(person), ['factor-added']);
  const changed = { current: PASSWORD, password: 'gió mùa đông bắc thổi' };
  assert.equal((await person.send('POST', '/api/account/password', changed)).status, 204);
  assert.deepEqual(await kinds(person), ['factor-added', 'password']);

  const [first, ...rest] = await told(person);
  await person.send('POST', '/api/account/notices', { seen: [first?.id] });
  assert.deepEqual(
    (await told(person)).map(({ id }) => id),
    rest.map(({ id }) => id),
    'what was not seen is still told',
  );
  await person.send('POST', '/api/account/notices', { seen: rest.map(({ id }) => id) });

  // A code that was used already is refused, and its owner hears of it once.
  const thief = visitor('203.0.113.9');
  for (let i = 0; i < 2; i++) {
    const { body } = await thief.signIn(changed.password);
    assert.equal((await thief.send('POST', '/api/session/factor', { ticket: body.ticket, code: code() })).status, 401);
  }
  assert.deepEqual(await kinds(person), ['code-repeated']);
  // Past the program, by somebody with a tool for databases.
  await owner(`update system.account set password_hash = 'x' where login = 'person-1'`);
  await owner(`delete from system.factor where kind = 'totp'`);
  assert.deepEqual(await kinds(person), ['code-repeated', 'factor-removed', 'password']);
});
