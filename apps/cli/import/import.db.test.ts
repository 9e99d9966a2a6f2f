import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { testEngine } from '@mach/server/testing/engine.ts';
import { readRecord } from '@mach/store';
import { importAll } from './import.ts';

const DATA = process.env.MACH_SHARED_DATA ?? resolve(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
const official = join(DATA, 'fhir-r4-examples', 'r4-examples-dev-half.ndjson.gz');

const files = (t: { after(f: () => void): void }) => {
  const folder = mkdtempSync(join(tmpdir(), 'mach-import-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return (name: string, content: string | Buffer): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
};

test('bundles and NDJSON go in, what is refused is told, dangling references are kept and told, a second run writes nothing', async (t) => {
  const house = await testEngine(t, []);
  const actor = house.actor('importer');
  const file = files(t);
  const bundle = file(
    'bundle.json',
    JSON.stringify(
      {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            fullUrl: 'urn:uuid:2d3c8a0e-8f7a-4d5e-9c4b-0a1b2c3d4e5f',
            resource: {
              resourceType: 'Observation',
              status: 'final',
              code: { text: 'x' },
              subject: { reference: 'urn:uuid:11111111-2222-4333-8444-555555555555' },
            },
          },
          {
            fullUrl: 'urn:uuid:11111111-2222-4333-8444-555555555555',
            resource: { resourceType: 'Patient', name: [{ text: 'Ễ Ỗ' }] },
          },
        ],
      },
      null,
      2,
    ),
  );
  const lines = file(
    'lines.ndjson.gz',
    gzipSync(
      [
        JSON.stringify({ resourceType: 'Patient', id: 'good' }),
        JSON.stringify({ resourceType: 'Patient', id: 'bad', gender: 'x' }),
        '{"resourceType": ',
        JSON.stringify({
          resourceType: 'Observation',
          id: 'lost',
          status: 'final',
          code: { text: 'x' },
          subject: { reference: 'Patient/nowhere' },
        }),
      ].join('\n'),
    ),
  );
  const report = await importAll(house.engine, actor, [bundle, lines], () => undefined);
  assert.deepEqual([report.read, report.created, report.refused.length], [6, 4, 2]);
  assert.match(report.refused.find((r) => r.resource === 'Patient/bad')?.reasons[0]?.field ?? '', /Patient\.gender/);
  assert.match(report.refused.find((r) => r.resource === '?')?.where ?? '', /lines\.ndjson\.gz:3$/);
  assert.deepEqual(
    report.dangling.map((d) => [d.from, d.to]),
    [['Observation/lost', 'Patient/nowhere']],
  );
  const on = house.engine.database.tenant(1);
  const observation = await readRecord(on, 'Observation', '2d3c8a0e-8f7a-4d5e-9c4b-0a1b2c3d4e5f');
  assert.ok(observation);
  const { subject } = observation.resource as unknown as { subject: { reference: string } };
  assert.equal(subject.reference, 'Patient/11111111-2222-4333-8444-555555555555');
  await importAll(house.engine, actor, [bundle, lines], () => undefined);
  assert.equal((await readRecord(on, 'Patient', 'good'))?.version, 1);
});

test('the official examples and the synthetic patients', {
  skip: existsSync(official) ? false : 'official data are not here',
}, async (t) => {
  const house = await testEngine(t, []);
  const actor = house.actor('importer');
  const examples = await importAll(house.engine, actor, [official], () => undefined);
  assert.equal(examples.read, 366);
  // These break R4 themselves: blank narratives, references to types that the element does not allow, missing linkIds.
  const known = [
    'ActivityDefinition/heart-valve-replacement',
    'DeviceMetric/example',
    'DeviceUseStatement/example',
    'EventDefinition/example',
    'MedicationRequest/medrx0301',
    'Observation/clinical-gender',
    'Questionnaire/qs1',
  ];
  assert.deepEqual(examples.refused.map((r) => r.resource).sort(), known);
  assert.equal(examples.created, 359);
  const folder = join(DATA, 'synthea-r4');
  const bundles = readdirSync(folder)
    .filter((f) => f.endsWith('.json.gz'))
    .map((f) => join(folder, f));
  const people = await importAll(house.engine, actor, bundles, () => undefined);
  assert.deepEqual([people.read, people.refused.length, people.dangling.length], [2609, 0, 0]);
});
