import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../../testing/app.ts';

interface Bundle {
  entry?: { fullUrl: string; resource: { resourceType: string; id: string }; search: { mode: string } }[];
  link: { relation: string; url: string }[];
}

test('everything of all patients and of a group: in pages, each person whole, nobody twice', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const put = async (resource: { resourceType: string; id: string; [more: string]: unknown }): Promise<void> => {
    const answer = await ask('PUT', `/fhir/${resource.resourceType}/${resource.id}`, token, resource);
    assert.equal(answer.status, 201, answer.text);
  };
  const names = ['a', 'b', 'c', 'd', 'e'];
  await put({ resourceType: 'Practitioner', id: 'doctor' });
  for (const id of names) {
    await put({ resourceType: 'Patient', id, generalPractitioner: [{ reference: 'Practitioner/doctor' }] });
    for (const n of [1, 2])
      await put({
        resourceType: 'Observation',
        id: `${id}-${n}`,
        status: 'final',
        code: { text: 'x' },
        subject: { reference: `Patient/${id}` },
      });
  }
  await put({
    resourceType: 'Group',
    id: 'g',
    type: 'person',
    actual: true,
    member: [
      { entity: { reference: 'Patient/d' } },
      { entity: { reference: 'Patient/b' } },
      { entity: { reference: 'Patient/a' }, inactive: true },
      { entity: { reference: 'Practitioner/doctor' } },
    ],
  });
  assert.equal((await ask('DELETE', '/fhir/Observation/e-2', token)).status, 204);
  const pages = async (url: string): Promise<string[][]> => {
    const found: string[][] = [];
    for (let next: string | undefined = url; next !== undefined; ) {
      const answer = await ask('GET', next, token);
      assert.equal(answer.status, 200, answer.text);
      const { entry = [], link } = answer.body as Bundle;
      found.push(entry.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
      next = link.find((l) => l.relation === 'next')?.url.replace(/^https?:\/\/[^/]+/, '');
    }
    return found;
  };
  const whole = (id: string): string[] => [`Observation/${id}-1`, `Observation/${id}-2`, `Patient/${id}`];
  const [first, ...more] = await pages('/fhir/Patient/$everything?_count=100');
  // A group belongs to the record of each of its members.
  const around = ['Group/g', 'Practitioner/doctor'];
  assert.deepEqual([...(first ?? [])].sort(), [...around, ...whole('a'), ...whole('b')].sort());
  assert.equal(more.length, 2);
  const all = (await pages('/fhir/Patient/$everything')).flat();
  assert.deepEqual(
    [...all].sort(),
    [...around, ...names.flatMap(whole)].filter((slot) => slot !== 'Observation/e-2').sort(),
  );
  const group = await pages('/fhir/Group/g/$everything?_count=50');
  assert.deepEqual(
    group.map((page) => [...page].sort()),
    ['b', 'd'].map((id) => [...around, ...whole(id)].sort()),
  );
  assert.deepEqual((await pages('/fhir/Patient/$everything?_type=Observation&_count=1000')).flat().length, 9);
  assert.equal((await ask('GET', '/fhir/Group/none/$everything', token)).status, 404);
  assert.equal((await ask('GET', '/fhir/Observation/$everything', token)).status, 404);
  assert.equal((await ask('GET', '/fhir/$everything', token)).status, 404);
});
