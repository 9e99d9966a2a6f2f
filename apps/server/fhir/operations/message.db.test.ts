import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@mach/fhir/json.ts';
import { isValid, validate } from '@mach/fhir/validate.ts';
import { testApp } from '../../testing/app.ts';
import { EVENT_SYSTEM } from './message-events.ts';

interface Header {
  response: { code: string; identifier: string };
  focus?: { reference: string }[];
}
const urn = (n: number): string => `urn:uuid:0193e0e7-1e10-4000-8000-${String(n).padStart(12, '0')}`;

test('messages: a result and a person come in once, in one piece, and are answered', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const patient = {
    resourceType: 'Patient',
    id: 'theirs',
    identifier: [
      { use: 'old', system: 'urn:old', value: '1' },
      { system: 'urn:mrn', value: '77,1' },
    ],
    name: [{ text: 'Lê Văn Tám' }],
  };
  const organization = {
    resourceType: 'Organization',
    identifier: [{ system: 'urn:lab', value: 'L1' }],
    name: 'Labo Mẫu',
  };
  const observation = {
    resourceType: 'Observation',
    identifier: [{ system: 'urn:lab:result', value: 'K-1' }],
    status: 'final',
    code: { text: 'Kali' },
    subject: { reference: urn(1) },
    performer: [{ reference: urn(2) }],
  };
  const report = {
    resourceType: 'DiagnosticReport',
    identifier: [{ system: 'urn:lab:report', value: 'R-1' }],
    status: 'final',
    code: { text: 'Sinh hoá' },
    subject: { reference: urn(1) },
    result: [{ reference: urn(3) }],
  };
  const message = (id: string, code: string, resources: readonly object[], focus: number, kalium = '4.10'): string => {
    const header = {
      resourceType: 'MessageHeader',
      id,
      eventCoding: { system: EVENT_SYSTEM, code },
      source: { endpoint: 'http://lab.vn/out' },
      focus: [{ reference: urn(focus) }],
    };
    const entry = [header, ...resources].map((resource, i) => ({ fullUrl: urn(i === 0 ? 99 : i), resource }));
    const text = JSON.stringify({ resourceType: 'Bundle', type: 'message', timestamp: '2026-11-24T00:00:00Z', entry });
    return text.replace('"text":"Kali"}', `"text":"Kali"},"valueQuantity":{"value":${kalium},"unit":"mmol/L"}`);
  };
  const send = async (text: string): Promise<{ header: Header; outcome: JsonObject | undefined }> => {
    const answer = await ask('POST', '/fhir/$process-message', token, text);
    assert.equal(answer.status, 200, answer.text);
    const issues = validate(answer.body).filter((i) => i.severity === 'error');
    assert.ok(isValid(issues), JSON.stringify(issues));
    const [first, second] = (answer.body as { entry: { resource: unknown }[] }).entry;
    return { header: first?.resource as Header, outcome: second?.resource as JsonObject | undefined };
  };
  const total = async (query: string): Promise<number> =>
    ((await ask('GET', `/fhir/${query}&_total=accurate&_count=0`, token)).body as { total: number }).total;
  const result = [patient, organization, observation, report];

  const first = await send(message('m1', 'R01', result, 4));
  assert.deepEqual([first.header.response.code, first.header.response.identifier], ['ok', 'm1']);
  const place = first.header.focus?.[0]?.reference ?? '';
  assert.match(place, /^DiagnosticReport\//);
  const stored = (await ask('GET', `/fhir/${place}`, token)).body as {
    result: { reference: string }[];
    subject: { reference: string };
  };
  const measured = await ask('GET', `/fhir/${stored.result[0]?.reference}`, token);
  assert.match(measured.text, /"value":4\.10,/);
  // Again: answered as before, nothing changed.
  const again = await send(message('m1', 'R01', result, 4, '9.9'));
  assert.deepEqual(again.header.focus, first.header.focus);
  assert.equal((await ask('GET', `/fhir/${stored.result[0]?.reference}`, token)).text, measured.text);
  // Eight at once are one.
  await Promise.all(Array.from({ length: 8 }, () => send(message('m2', 'R01', result, 4, '4.2'))));
  assert.match(
    (await ask('GET', `/fhir/${stored.result[0]?.reference}`, token)).text,
    /"versionId":"2".*"value":4\.2,|"value":4\.2,.*"versionId":"2"/,
  );
  assert.deepEqual(
    [await total('Patient?identifier=urn:mrn|77\\,1'), await total('Observation?code:text=Kali')],
    [1, 1],
  );

  // A result does not change the person that it names; a message about the person does.
  const renamed = { ...patient, name: [{ text: 'Lê Văn Chín' }] };
  await send(message('m3', 'R01', [renamed, organization, observation, report], 4));
  assert.match((await ask('GET', `/fhir/${stored.subject.reference}`, token)).text, /Lê Văn Tám/);
  const person = await send(message('m4', 'A31', [renamed], 1));
  assert.equal(person.header.focus?.[0]?.reference, stored.subject.reference);
  assert.match((await ask('GET', `/fhir/${stored.subject.reference}`, token)).text, /Lê Văn Chín/);
  const admitted = {
    resourceType: 'Encounter',
    identifier: [{ system: 'urn:v', value: '1' }],
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: urn(1) },
  };
  assert.equal((await send(message('m5', 'A01', [renamed, admitted], 2))).header.response.code, 'ok');

  // What cannot be taken: nothing of it is, and the answer says why.
  const { subject: _none, ...nobodys } = observation;
  const broken = {
    ...nobodys,
    identifier: [{ system: 'urn:lab:result', value: 'K-9' }],
    subject: { reference: 'Patient/nobody' },
  };
  const refused = await send(message('m6', 'R01', [patient, organization, broken], 3));
  assert.equal(refused.header.response.code, 'fatal-error');
  assert.match(JSON.stringify(refused.outcome), /Patient\/nobody/);
  assert.equal(await total('Observation?identifier=urn:lab:result|K-9'), 0);
  // And it may come again, mended.
  assert.equal((await send(message('m6', 'R01', result, 4))).header.response.code, 'ok');

  const refusal = async (text: string, status: number, code: string, url = ''): Promise<void> => {
    const answer = await ask('POST', `/fhir/$process-message${url}`, token, text);
    assert.equal(answer.status, status, answer.text);
    assert.ok(answer.text.includes(`"code":"${code}"`), answer.text);
  };
  await refusal(message('m7', 'A99', result, 4), 422, 'event-unsupported');
  await refusal(message('m7', 'A28', [patient, { ...observation, performer: undefined }], 1), 422, 'message');
  await refusal(message('m7', 'R01', [{ resourceType: 'Patient' }, organization, observation], 3), 422, 'message');
  await refusal('{"resourceType":"Bundle","type":"batch"}', 400, 'not-a-message');
  await refusal(message('m7', 'R01', result, 4), 422, 'not-supported', '?async=true');
  assert.equal((await ask('POST', '/fhir/$process-message', 'nobody', message('m8', 'R01', result, 4))).status, 401);
});
