import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { askedFor, onRefused, type RefusedRecord } from './refusals.ts';
import { answerOf, request, watchRequests } from './request.ts';
import { NotKept, RequestProblem, Unreachable } from './transport.ts';

test('whom a request was about stands in its address, or in the input of its command', () => {
  const patient = { type: 'Patient', id: 'p-1' };
  assert.deepEqual(askedFor('/fhir/Patient/p-1', undefined), patient);
  assert.deepEqual(askedFor('/fhir/Patient/p-1/$summary', undefined), patient);
  assert.deepEqual(askedFor('/fhir/Encounter?_id=e-1', undefined), { type: 'Encounter', id: 'e-1' });
  assert.deepEqual(askedFor('/fhir/Patient?_count=1&_id=p-1&x=y', undefined), patient);
  assert.equal(askedFor('/fhir/Patient?name=lan', undefined), undefined);
  assert.equal(askedFor('/fhir/Patient?_id=p-1,p-2', undefined), undefined, 'a list is no question about one');
  const visit = { type: 'Encounter', id: 'e-1' };
  assert.deepEqual(askedFor('/api/commands/outpatient.call', { encounter: 'e-1' }), visit);
  assert.deepEqual(askedFor('/api/commands/x.y', { patient: 'p-1', encounter: 'e-1' }), patient);
  assert.equal(askedFor('/api/commands/x.y', { patient: 7 }), undefined);
  assert.equal(askedFor('/api/views/outpatient.queue?patient=p-1', undefined), undefined);
});

let isAway = false;

/** A server of answers; what has no answer is a cable that was pulled. */
function serve(t: TestContext, answers: Readonly<Record<string, () => Response>>): string[] {
  const plain = globalThis.fetch;
  globalThis.fetch = (async (path: string) => {
    const answer = answers[path];
    if (!answer) throw new TypeError('Failed to fetch');
    return answer();
  }) as typeof fetch;
  const told: string[] = [];
  watchRequests({
    signedOut: () => told.push('signed out'),
    reach: (reached) => told.push(reached ? 'up' : 'down'),
    away: () => isAway,
  });
  t.after(() => {
    globalThis.fetch = plain;
    isAway = false;
    watchRequests();
  });
  return told;
}

const refusal = (status: number, code: string): Response =>
  Response.json({ issue: [{ severity: 'error', code, text: { vi: 'Không', en: 'No' } }] }, { status });

test('what is refused, or looked up and not there, is told; what is answered is not', async (t) => {
  const page = (entry: object[]) => Response.json({ resourceType: 'Bundle', entry });
  const answers = {
    '/fhir/Patient/shut': () => new Response('{}', { status: 404 }),
    '/fhir/Patient/open': () => Response.json({ resourceType: 'Patient' }),
    '/fhir/Encounter?_id=shut': () => page([]),
    '/fhir/Encounter?_id=open': () => page([{}]),
    '/fhir/Patient/broken': () => new Response('', { status: 500 }),
  };
  serve(t, answers);
  const told: RefusedRecord[] = [];
  const stop = onRefused((one) => told.push(one));
  for (const path of Object.keys(answers)) await request(path).catch(() => undefined);
  // The one who asked still reads the answer.
  assert.deepEqual(await request('/fhir/Encounter?_id=shut'), { resourceType: 'Bundle', entry: [] });
  stop();
  await request('/fhir/Patient/shut').catch(() => undefined);
  const shut = { type: 'Encounter', id: 'shut' };
  assert.deepEqual(told, [{ type: 'Patient', id: 'shut' }, shut, shut]);
});

test('no answer, a gateway without a server and a refusal are three things', async (t) => {
  const told = serve(t, {
    '/api/full': () => new Response('', { status: 503 }),
    '/api/no': () => refusal(403, 'forbidden'),
    '/api/none': () => new Response(null, { status: 204 }),
    '/api/file': () => new Response('%PDF'),
  });
  await assert.rejects(request('/api/away'), Unreachable);
  await assert.rejects(request('/api/full'), Unreachable);
  await assert.rejects(request('/api/no'), (error) => error instanceof RequestProblem && error.status === 403);
  assert.equal(await request('/api/none'), undefined);
  assert.equal(await (await answerOf('/api/file')).text(), '%PDF');
  assert.deepEqual(told, ['down', 'down', 'up', 'up', 'up']);
  const stopped = AbortSignal.abort();
  await assert.rejects(request('/api/away', { signal: stopped }), (error) => !(error instanceof Unreachable));
  assert.equal(told.length, 5, 'who gives up asking has learnt nothing of the server');
});

test('a session that is over is told; a wrong password is not', async (t) => {
  const told = serve(t, {
    '/api/over': () => refusal(401, 'sign-in-required'),
    '/api/bare': () => new Response('', { status: 401 }),
    '/api/wrong': () => refusal(401, 'wrong-password'),
  });
  for (const path of ['/api/over', '/api/bare', '/api/wrong']) await assert.rejects(request(path), RequestProblem);
  assert.deepEqual(
    told.filter((one) => one !== 'up'),
    ['signed out', 'signed out'],
  );
});

test('while the server is known to be away no question waits for it; a probe and a deed are sent', async (t) => {
  const told = serve(t, { '/api/links': () => Response.json({ internet: 'ok' }) });
  isAway = true;
  await assert.rejects(request('/api/views/reception.today'), NotKept);
  assert.deepEqual(told, [], 'nothing was sent');
  assert.deepEqual(await request('/api/links', { probe: true }), { internet: 'ok' });
  await assert.rejects(
    request('/api/commands/x.y', { method: 'POST', body: {} }),
    (error) => error instanceof Unreachable && !(error instanceof NotKept),
  );
});
