import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, onRefused, type Refused, watchRefusals } from './refusals.ts';

test('whom a request was about stands in its address, or in the input of its command', () => {
  const patient = { type: 'Patient', id: 'p-1' };
  assert.deepEqual(asked('/fhir/Patient/p-1', undefined), patient);
  assert.deepEqual(asked('/fhir/Patient/p-1/$summary', undefined), patient);
  assert.deepEqual(asked('/fhir/Encounter?_id=e-1', undefined), { type: 'Encounter', id: 'e-1' });
  assert.deepEqual(asked('/fhir/Patient?_count=1&_id=p-1&x=y', undefined), patient);
  assert.equal(asked('/fhir/Patient?name=lan', undefined), undefined);
  assert.equal(asked('/fhir/Patient?_id=p-1,p-2', undefined), undefined, 'a list is no question about one');
  assert.deepEqual(asked('/api/commands/outpatient.call', JSON.stringify({ encounter: 'e-1' })), {
    type: 'Encounter',
    id: 'e-1',
  });
  assert.deepEqual(asked('/api/commands/x.y', JSON.stringify({ patient: 'p-1', encounter: 'e-1' })), patient);
  assert.equal(asked('/api/commands/x.y', '{'), undefined);
  assert.equal(asked('/api/views/outpatient.queue?patient=p-1', undefined), undefined);
});

test('what is refused, or looked up and not there, is told; what is answered is not', async (t) => {
  const page = (entry: object[]) => Response.json({ resourceType: 'Bundle', entry });
  const answers: Record<string, () => Response> = {
    '/fhir/Patient/shut': () => new Response('{}', { status: 404 }),
    '/fhir/Patient/open': () => Response.json({ resourceType: 'Patient' }),
    '/fhir/Encounter?_id=shut': () => page([]),
    '/fhir/Encounter?_id=open': () => page([{}]),
    '/fhir/Patient/broken': () => new Response('', { status: 500 }),
  };
  const plain = globalThis.fetch;
  globalThis.fetch = (async (target: string) => answers[target]?.() ?? Response.error()) as typeof fetch;
  t.after(() => {
    globalThis.fetch = plain;
  });
  watchRefusals();
  const told: Refused[] = [];
  const stop = onRefused((one) => told.push(one));
  for (const path of Object.keys(answers)) await fetch(path);
  // The one who asked still reads the answer.
  assert.deepEqual(await (await fetch('/fhir/Encounter?_id=shut')).json(), { resourceType: 'Bundle', entry: [] });
  stop();
  await fetch('/fhir/Patient/shut');
  const shut = { type: 'Encounter', id: 'shut' };
  assert.deepEqual(told, [{ type: 'Patient', id: 'shut' }, shut, shut]);
});
