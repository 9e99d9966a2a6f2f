import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@mach/base/random.ts';
import { type SearchParamType, searchParams } from '@mach/fhir/search-definitions.ts';
import { isValid, validate } from '@mach/fhir/validate.ts';
import { testApp } from '../testing/app.ts';
import { anyQuestion } from './testing/questions.ts';

interface Statement {
  rest: {
    interaction: { code: string }[];
    compartment: string[];
    resource: {
      type: string;
      searchParam: { name: string; type: SearchParamType }[];
      searchInclude?: string[];
      searchRevInclude?: string[];
    }[];
  }[];
}
/** Types asked beside those of the hospital's day, chosen by the seed; `MACH_STATED=145` asks all. */
const TYPES = Number(process.env.MACH_STATED ?? 14);
/** The same draw each time, so that a failure comes from a change; other draws by MACH_STATED_SEED. */
const SEED = Number(process.env.MACH_STATED_SEED ?? 20_261_122);

test('the statement is a valid one, and every parameter and include that it names is answered', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const answer = await ask('GET', '/fhir/metadata', '');
  assert.equal(answer.status, 200);
  const issues = validate(answer.body).filter((i) => i.severity === 'error');
  assert.ok(isValid(issues), JSON.stringify(issues.slice(0, 3)));
  const [rest] = (answer.body as Statement).rest;
  assert.ok(rest);
  assert.equal(rest.resource.length, 145);
  const full = new Set([
    'Patient',
    'Observation',
    'Encounter',
    'MolecularSequence',
    'Location',
    'ValueSet',
    'DocumentReference',
  ]);
  t.diagnostic(`MACH_STATED_SEED=${SEED}`);
  const random = new Random(SEED);
  const sampled = new Set(Array.from({ length: TYPES }, () => rest.resource[random.int(0, 144)]?.type));
  const isAsked = (type: string): boolean => TYPES >= 145 || full.has(type) || sampled.has(type);
  let asked = 0;
  for (const { type, searchParam, searchInclude, searchRevInclude } of rest.resource) {
    if (!isAsked(type)) continue;
    const served = searchParams(type);
    for (const { name, type: kind } of searchParam) {
      const value = anyQuestion(served.get(name) ?? { code: name, type: kind, components: [] });
      const found = await ask('GET', `/fhir/${type}?${name}=${encodeURIComponent(value)}`, token);
      assert.equal(found.status, 200, `${type}?${name}=${value}: ${found.text.slice(0, 300)}`);
      asked++;
    }
    for (const include of searchInclude ?? [])
      assert.equal((await ask('GET', `/fhir/${type}?_include=${include}`, token)).status, 200, `${type} ${include}`);
    for (const include of (searchRevInclude ?? []).slice(0, 5))
      assert.equal((await ask('GET', `/fhir/${type}?_revinclude=${include}`, token)).status, 200, `${type} ${include}`);
  }
  assert.ok(asked > 400, `${asked}`);
  assert.deepEqual(rest.compartment.map((c) => c.split('/').pop()).sort(), [
    'device',
    'encounter',
    'patient',
    'practitioner',
    'relatedperson',
  ]);
  assert.deepEqual(rest.interaction.map((i) => i.code).sort(), [
    'batch',
    'history-system',
    'search-system',
    'transaction',
  ]);
});

test('the statement of terminology is valid, and what it names is answered in the edition that it says', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const answer = await ask('GET', '/fhir/metadata?mode=terminology', '');
  assert.equal(answer.status, 200);
  const issues = validate(answer.body).filter((i) => i.severity === 'error');
  assert.ok(isValid(issues), JSON.stringify(issues.slice(0, 3)));
  const { codeSystem } = answer.body as {
    codeSystem: { uri: string; version?: { code: string; isDefault: boolean }[] }[];
  };
  assert.ok(codeSystem.length > 20, `${codeSystem.length}`);
  for (const { uri, version = [] } of codeSystem)
    for (const { code } of version) {
      const asked = new URLSearchParams({ url: uri, code: 'no such code', version: code });
      const found = await ask('GET', `/fhir/CodeSystem/$validate-code?${asked}`, token);
      assert.equal(found.status, 200, `${uri}|${code}: ${found.text}`);
    }
  assert.equal((await ask('GET', '/fhir/metadata?mode=full', '')).status, 200);
  assert.equal((await ask('GET', '/fhir/metadata?mode=nothing', '')).status, 400);
});
