import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import administration from '@mach/administration/module.ts';
import encounter from '@mach/encounter/module.ts';
import access from '@mach/engine/policy/module.ts';
import { accessService } from '@mach/engine/policy/service.ts';
import outpatient from '@mach/outpatient/module.ts';
import reception from '@mach/reception/module.ts';
import { switchPolicy } from '@mach/server/testing/access.ts';
import { type TestApp, testApp } from '@mach/server/testing/app.ts';
import { proveView, sealAudit } from '@mach/store';
import type { ConsentRow, RequestRow } from './contract.ts';
import privacy from './module.ts';

type Answer = Awaited<ReturnType<TestApp['ask']>>;
const code = (answer: Answer): [number, string | undefined] => [
  answer.status,
  (answer.body as { issue?: { code: string }[] }).issue?.[0]?.code,
];

async function world(t: TestContext) {
  const app = await testApp(t, [encounter, reception, outpatient, access, privacy, administration]);
  const partner = await app.client();
  const officer = await app.signIn(['privacy-officer']);
  const desk = await app.signIn(['reception']);
  const doctor = await app.signIn(['doctor']);
  let keys = 0;
  const send = (command: string, as: string, input: object): Promise<Answer> =>
    app.ask('POST', `/api/commands/${command}`, as, input, { 'idempotency-key': `privacy-key-${++keys}` });
  const done = async <T>(command: string, as: string, input: object): Promise<T> => {
    const answer = await send(command, as, input);
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { result: T }).result;
  };
  const rows = async <T>(view: string, as: string): Promise<T[]> => {
    const answer = await app.ask('GET', `/api/views/${view}`, as);
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { rows: T[] }).rows;
  };
  const made = await app.ask('POST', '/fhir/Patient', partner, {
    resourceType: 'Patient',
    name: [{ text: 'Trần Thị Lan', family: 'Trần' }],
  });
  const patient = (made.body as { id: string }).id;
  const note = await app.ask('POST', '/fhir/Observation', partner, {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Mạch' },
    subject: { reference: `Patient/${patient}` },
    valueString: '80',
  });
  assert.equal(note.status, 201, note.text);
  return { ...app, partner, officer, desk, doctor, send, done, rows, patient };
}

async function proved({ engine }: Pick<TestApp, 'engine'>, view: number): Promise<void> {
  const { missing, extra, different } = await proveView(
    engine.database,
    1,
    privacy.views?.[view]?.definition ?? assert.fail(),
  );
  assert.deepEqual([missing, extra, different], [[], [], []]);
}

test('a purpose is agreed to, refused, withdrawn; the last word holds and the engine keeps it', async (t) => {
  const app = await world(t);
  const { patient, desk, done, send } = app;
  await switchPolicy(app, 'care-relation');
  const by = { patient, by: 'Trần Thị Lan', relation: 'self', how: 'paper' };
  assert.deepEqual(code(await send('privacy.recordConsent', desk, { ...by, purpose: 'HRESCH' })), [422, 'not-allowed']);
  const study = async (): Promise<number> => {
    accessService(app.engine).forget(1);
    const head = { 'x-purpose-of-use': 'HRESCH' };
    return (await app.ask('GET', `/fhir/Patient/${patient}`, app.officer, undefined, head)).status;
  };
  assert.equal(await study(), 404, 'silence is no yes');
  await done('privacy.recordConsent', desk, { ...by, purpose: 'PUBHLTH', decision: 'permit' });
  assert.equal(await study(), 404, 'nor is a yes to something else');
  await done('privacy.recordConsent', desk, { ...by, purpose: 'HRESCH', decision: 'permit' });
  assert.equal(await study(), 200);
  await done('privacy.recordConsent', desk, { ...by, purpose: 'HRESCH', decision: 'deny' });
  assert.equal(await study(), 404, 'withdrawn');
  assert.equal((await app.ask('GET', `/fhir/Patient/${patient}`, app.officer)).status, 200, 'care is not touched');
  await done('privacy.recordConsent', desk, { ...by, purpose: 'TRAIN', decision: 'deny' });
  await done('privacy.recordConsent', desk, { ...by, purpose: 'HRESCH', decision: 'permit', until: '2026-12-31' });
  assert.equal(await study(), 200);
  const kept = await app.rows<ConsentRow>(`privacy.consents?patientId=${patient}`, desk);
  assert.deepEqual(
    kept
      .filter((row) => row.status === 'active')
      .map((row) => [row.purpose, row.decision, row.by, row.how])
      .sort(),
    [
      ['HRESCH', 'permit', 'Trần Thị Lan', 'paper'],
      ['PUBHLTH', 'permit', 'Trần Thị Lan', 'paper'],
      ['TRAIN', 'deny', 'Trần Thị Lan', 'paper'],
    ],
  );
  assert.equal(kept.length, 5, 'earlier decisions stay');
  assert.deepEqual(code(await send('privacy.recordConsent', desk, { ...by, purpose: 'TREAT', decision: 'deny' })), [
    422,
    'unknown-purpose',
  ]);
  const past = { ...by, purpose: 'TRAIN', decision: 'permit', until: '2026-11-20' };
  assert.deepEqual(code(await send('privacy.recordConsent', desk, past)), [422, 'past']);
  await proved(app, 1);
});

test('a request runs by its clocks: taken in, assigned, answered, done, closed', async (t) => {
  const app = await world(t);
  const { patient, desk, officer, done, send } = app;
  const ask = { patient, by: 'Trần Thị Lan', relation: 'self', channel: 'desk', detail: 'Xin bản sao hồ sơ' };
  const opened = await done<{ request: string; code: string; answerBy: string; dueBy: string }>(
    'privacy.openRequest',
    desk,
    { ...ask, kind: 'access' },
  );
  // Tuesday 24 November: two working days end on Thursday, ten days on 4 December, in Vietnam.
  assert.deepEqual(
    [opened.code, opened.answerBy, opened.dueBy],
    ['YC26-000001', '2026-11-26T16:59:00.000Z', '2026-12-04T16:59:00.000Z'],
  );
  const { request } = opened;
  assert.deepEqual(code(await send('privacy.assignRequest', desk, { request, account: 'person-1' })), [
    403,
    'forbidden',
  ]);
  assert.deepEqual(code(await send('privacy.assignRequest', officer, { request, account: 'nobody' })), [
    422,
    'unknown-account',
  ]);
  await done('privacy.assignRequest', officer, { request, account: 'person-1' });
  await done('privacy.answerRequest', officer, { request, text: 'Đã nhận, trả lời trước 04/12' });
  assert.deepEqual(code(await send('privacy.answerRequest', officer, { request, text: 'x' })), [409, 'answered']);
  const close = { request, outcome: 'granted', letter: 'Kính gửi bà Lan …' };
  assert.deepEqual(code(await send('privacy.closeRequest', officer, close)), [409, 'nothing-done']);

  assert.equal((await app.ask('POST', `/api/privacy/requests/${request}/bundle`, desk, {})).status, 403);
  const bundle = await app.ask('POST', `/api/privacy/requests/${request}/bundle`, officer, {});
  assert.equal(bundle.status, 200, bundle.text);
  const { entry } = JSON.parse(bundle.text) as { entry: { resource: { resourceType: string } }[] };
  assert.ok(
    entry.some((e) => e.resource.resourceType === 'Observation'),
    'the record, which the officer cannot read',
  );
  assert.equal((await app.ask('GET', '/fhir/Observation', officer)).status, 403);
  const record = await app.ask('GET', `/fhir/Task/${request}`, app.partner);
  assert.match(record.text, new RegExp(createHash('sha256').update(bundle.text).digest('hex')));

  const extended = await done<{ dueBy: string }>('privacy.extendRequest', officer, {
    request,
    reason: 'Hồ sơ nhiều năm',
  });
  assert.equal(extended.dueBy, '2026-12-14T16:59:00.000Z');
  assert.deepEqual(code(await send('privacy.extendRequest', officer, { request, reason: 'nữa' })), [409, 'extended']);
  await done('privacy.closeRequest', officer, close);
  assert.deepEqual(code(await send('privacy.closeRequest', officer, close)), [409, 'closed']);
  const [row] = await app.rows<RequestRow>('privacy.requests', officer);
  assert.deepEqual(
    [row?.status, row?.outcome, row?.accountName, row?.patientName, row?.letter],
    ['completed', 'granted', 'person-1', 'Trần Thị Lan', 'Kính gửi bà Lan …'],
  );
  const raw = JSON.parse(record.text) as { status: string };
  assert.equal((await app.ask('PUT', `/fhir/Task/${request}`, app.partner, { ...raw, status: 'failed' })).status, 409);

  const erase = await done<{ request: string }>('privacy.openRequest', desk, { ...ask, kind: 'erase' });
  assert.deepEqual(code(await send('privacy.closeRequest', officer, { ...close, request: erase.request })), [
    409,
    'kept',
  ]);
  await done('privacy.closeRequest', officer, { ...close, request: erase.request, outcome: 'refused' });
  await proved(app, 0);
});

test('a restriction closes purposes and bystanders out, and is lifted again', async (t) => {
  const app = await world(t);
  const { patient, desk, officer, doctor, done } = app;
  for (const at of ['Location/room-x', 'Practitioner/prac-person-3'])
    await app.ask('PUT', `/fhir/${at}`, app.partner, { resourceType: at.split('/')[0], id: at.split('/')[1] });
  await app.ask('PUT', '/fhir/Encounter/e-1', app.partner, {
    resourceType: 'Encounter',
    id: 'e-1',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: `Patient/${patient}` },
    location: [{ location: { reference: 'Location/room-x' } }],
  });
  await app.ask('PUT', '/fhir/PractitionerRole/r-1', app.partner, {
    resourceType: 'PractitionerRole',
    id: 'r-1',
    active: true,
    practitioner: { reference: 'Practitioner/prac-person-3' },
    location: [{ reference: 'Location/room-x' }],
  });
  await switchPolicy(app, 'care-relation');
  const seen = async (purpose = 'TREAT'): Promise<number> => {
    accessService(app.engine).forget(1);
    const head = { 'x-purpose-of-use': purpose };
    return (await app.ask('GET', `/fhir/Patient/${patient}`, doctor, undefined, head)).status;
  };
  const all = async (): Promise<number[]> => [await seen(), await seen('TRAIN'), await seen('HQUALIMP')];
  assert.deepEqual(await all(), [200, 404, 200], 'his room treats her; nobody has said yes to teaching');
  const yes = { patient, purpose: 'TRAIN', decision: 'permit', by: 'Trần Thị Lan', relation: 'self', how: 'paper' };
  await done('privacy.recordConsent', desk, yes);
  assert.deepEqual(await all(), [200, 200, 200]);
  const ask = { patient, by: 'Trần Thị Lan', relation: 'self', channel: 'letter', detail: 'Hạn chế' };
  const { request } = await done<{ request: string }>('privacy.openRequest', desk, { ...ask, kind: 'restrict' });
  await done('privacy.restrict', officer, { request, purposes: ['TRAIN', 'HQUALIMP'], close: false });
  assert.deepEqual(await all(), [200, 404, 404]);
  const tags = async (): Promise<string[]> => {
    const { body } = await app.ask('GET', `/fhir/Patient/${patient}`, app.partner);
    return ((body as { meta: { tag?: { code: string }[] } }).meta.tag ?? []).map((tag) => tag.code);
  };
  assert.deepEqual(await tags(), ['restricted'], 'whoever opens the record is told');
  await done('privacy.restrict', officer, { request, purposes: [], close: true });
  assert.equal(await seen(), 404, 'only who treats her himself');
  await done('privacy.closeRequest', officer, { request, outcome: 'granted', letter: 'Đã hạn chế' });
  const held = async (): Promise<unknown[]> =>
    ((await app.ask('GET', '/api/views/privacy.requests?restricts=yes', officer)).body as { rows: unknown[] }).rows;
  assert.equal((await held()).length, 1, 'also after its answer');
  /** What the banner of a desk is told. */
  const told = async (token: string): Promise<number> => {
    const { body } = await app.ask('GET', `/api/views/privacy.restrictions?patientId=${patient}`, token);
    return (body as { rows: unknown[] }).rows.length;
  };
  assert.deepEqual([await told(desk), await told(doctor)], [1, 0], 'to whom she is closed nothing is told');
  // A second request asks for less: what it holds stays when the first is lifted.
  const second = await done<{ request: string }>('privacy.openRequest', desk, { ...ask, kind: 'restrict' });
  await done('privacy.restrict', officer, { request: second.request, purposes: ['HRESCH'], close: false });
  await done('privacy.liftRestriction', officer, { request, reason: 'Bà Lan xin bỏ' });
  assert.deepEqual(await all(), [200, 404, 200], 'a yes that was withdrawn is not taken for given again');
  assert.deepEqual(await tags(), ['restricted']);
  assert.deepEqual([await told(desk), await told(doctor)], [1, 1]);
  const again = await app.send('privacy.liftRestriction', officer, { request, reason: 'Bà Lan xin bỏ' });
  assert.equal(again.status, 409);
  await done('privacy.liftRestriction', officer, { request: second.request, reason: 'Bà Lan xin bỏ' });
  assert.deepEqual(await tags(), []);
  assert.deepEqual(await held(), []);
  assert.deepEqual([await told(desk), await told(doctor)], [0, 0]);
});

test('an unusual look is found, reviewed by somebody else, and stays reviewed', async (t) => {
  const app = await world(t);
  const { officer, doctor, patient } = app;
  await app.ask('PUT', `/fhir/Patient/${patient}`, app.partner, {
    resourceType: 'Patient',
    id: patient,
    name: [{ text: 'Trần Thị Lan', family: 'Trần' }],
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'EMP' }] },
  });
  assert.equal((await app.ask('GET', `/fhir/Patient/${patient}`, doctor)).status, 200);
  const watch = () => app.done('privacy.watch', officer, { day: '2026-11-24' });
  await watch();
  const list = async (state: string): Promise<{ id: string; rule: string; login: string; patientName: string }[]> =>
    ((await app.ask('GET', `/api/privacy/unusual?state=${state}`, officer)).body as { rows: [] }).rows;
  const [row] = await list('open');
  assert.deepEqual([row?.rule, row?.login, row?.patientName], ['protected', 'person-3', 'Trần Thị Lan']);
  const asked = { id: row?.id, finding: 'unjustified' };
  assert.deepEqual(code(await app.send('privacy.reviewUnusual', officer, asked)), [422, 'note-needed']);
  await app.done('privacy.reviewUnusual', officer, { ...asked, note: 'Không điều trị người này' });
  assert.deepEqual(code(await app.send('privacy.reviewUnusual', officer, { ...asked, note: 'x' })), [409, 'reviewed']);
  await watch();
  assert.deepEqual([(await list('open')).length, (await list('closed')).length], [0, 1]);
  await app.ask('GET', `/fhir/Patient/${patient}`, doctor);
  await watch();
  assert.equal((await list('open')).length, 1, 'more looks open it again');
  assert.equal((await app.ask('GET', '/api/privacy/unusual', doctor)).status, 403);
});

test('the log leaves the house sealed, signed and computable, and its leaving is logged', async (t) => {
  const app = await world(t);
  const { officer, patient } = app;
  await app.ask('GET', `/fhir/Patient/${patient}`, officer);
  await app.engine.audits.flush();
  await sealAudit(app.engine.database, 1, app.clock.now().toISOString());
  await app.ask('GET', `/fhir/Patient/${patient}`, officer);
  const period = 'from=2026-11-23T00:00:00Z&to=2026-11-26T00:00:00Z';
  const answer = await app.ask('GET', `/api/privacy/audit-export?${period}`, officer);
  assert.equal(answer.status, 200, answer.text);
  const at = answer.text.lastIndexOf(',"signature":');
  const content = answer.text.slice('{"content":'.length, at);
  const { signature } = JSON.parse(`{${answer.text.slice(at + 1)}`) as {
    signature: Parameters<typeof app.engine.signer.verify>[1];
  };
  assert.ok(await app.engine.signer.verify(content, signature));
  assert.equal(await app.engine.signer.verify(content.replace('read Patient', 'read Nobody'), signature), false);
  const log = JSON.parse(content) as {
    complete: boolean;
    proof: { broken: string[]; unsealed: number };
    seals: { number: string; previous: string; hash: string }[];
    lines: { seal: string | null; text: string }[];
  };
  assert.deepEqual([log.complete, log.proof.broken, log.seals.length], [true, [], 1]);
  for (const seal of log.seals) {
    const lines = log.lines.filter((line) => line.seal === seal.number).map((line) => line.text);
    assert.ok(lines.length > 0);
    const hash = createHash('sha256').update(Buffer.from(seal.previous, 'hex')).update(lines.join('\n'));
    assert.equal(hash.digest('hex'), seal.hash, 'computed from the file alone');
  }
  assert.ok(
    log.lines.some((line) => line.seal === null),
    'the tail that is not sealed yet',
  );
  const csv = await app.ask('GET', `/api/privacy/audit-export?${period}&format=csv&patient=${patient}`, officer);
  const end = csv.text.lastIndexOf('"signature",');
  const [, digest] = csv.text
    .slice(end)
    .split(',')
    .map((cell) => cell.replaceAll('"', ''));
  assert.equal(createHash('sha256').update(csv.text.slice(0, end)).digest('hex'), digest);
  await app.engine.audits.flush();
  const { rows } = await app.engine.database.tenant(1).query<{ n: number }>({
    text: `select count(*)::int as n from audit where action = 'export audit' and detail ->> 'sha256' is not null`,
  });
  assert.equal(rows[0]?.n, 2);
  assert.equal((await app.ask('GET', `/api/privacy/audit-export?${period}`, app.doctor)).status, 403);
});

test('who looked is told as AuditEvents: to those who watch, to the program that shows a citizen his own, to nobody else', async (t) => {
  const app = await world(t);
  const { officer, doctor, partner, patient } = app;
  await app.ask('GET', `/fhir/Patient/${patient}`, doctor);
  app.clock.advance(60_000);
  const log = (token: string, more = '') => app.ask('GET', `/fhir/Patient/${patient}/$access-log${more}`, token);
  type Event = {
    action: string;
    recorded: string;
    outcome: string;
    agent: { who: { display?: string } }[];
    entity: object[];
  };
  const events = (answer: Answer): Event[] => {
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { entry: { resource: Event }[] }).entry.map(({ resource }) => resource);
  };
  const [made, written, read] = events(await log(officer)).reverse();
  assert.deepEqual([made?.action, written?.action, read?.action], ['C', 'C', 'R']);
  assert.match(String(read?.agent[0]?.who.display), /^person-/);
  for (const event of [made, written, read]) {
    const checked = await app.ask('POST', '/fhir/AuditEvent/$validate', partner, event);
    assert.equal(checked.status, 200, checked.text);
    const { issue } = checked.body as { issue: { severity: string }[] };
    assert.deepEqual(
      issue.filter(({ severity }) => severity === 'error' || severity === 'fatal'),
      [],
      checked.text,
    );
  }
  app.clock.advance(60_000);
  const later = events(await log(partner, '?_count=1'));
  assert.equal(later.length, 1, 'the newest: that the officer has asked');
  assert.deepEqual(events(await log(partner, '?start=2020-01-01&end=2020-01-02')), []);
  assert.equal((await log(doctor)).status, 403);
  assert.equal((await log(officer, '?start=2026-12-01&end=2026-11-01')).status, 400);
  assert.equal((await log(officer, '?since=2026-11-01')).status, 400);

  const period = 'from=2026-11-23T00:00:00Z&to=2026-11-26T00:00:00Z&format=fhir';
  const file = await app.app.inject({
    url: `/api/privacy/audit-export?${period}`,
    headers: { authorization: `Bearer ${officer}` },
  });
  assert.match(String(file.headers['content-type']), /^application\/fhir\+ndjson/);
  const lines = file.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event & { id: string });
  assert.ok(lines.length > 3);
  assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
  assert.ok(lines.some(({ recorded, action }) => recorded === read?.recorded && action === 'R'));
});

test('the register is what is installed: modules, data, recipients, and what nobody has declared', async (t) => {
  const app = await world(t);
  const answer = await app.ask('GET', '/api/privacy/register', app.officer);
  assert.equal(answer.status, 200, answer.text);
  const register = answer.body as {
    activities: { module: string; purpose: object | null; people: number }[];
    data: { type: string; records: number; readers: string[] }[];
    recipients: { kind: string; name: string }[];
    gaps: { vi: string }[];
    measures: { policy: { name: string } };
  };
  assert.deepEqual(register.activities.map((a) => a.module).sort(), [
    'access',
    'administration',
    'encounter',
    'outpatient',
    'privacy',
    'reception',
  ]);
  assert.equal(register.activities.find((a) => a.module === 'privacy')?.people, 3);
  const readers = register.data.find((d) => d.type === 'Observation')?.readers ?? [];
  assert.deepEqual([readers.includes('doctor'), readers.includes('reception')], [true, false]);
  assert.ok(register.recipients.some((r) => r.kind === 'client' && r.name === 'partner'));
  assert.deepEqual(register.gaps, []);
  assert.equal(register.measures.policy.name, 'open');
  const signed = await app.ask('GET', '/api/privacy/register?format=json', app.officer);
  assert.match(signed.text, /"signature":\{"jws"/);
  assert.equal((await app.ask('GET', '/api/privacy/register', app.doctor)).status, 403);
});
