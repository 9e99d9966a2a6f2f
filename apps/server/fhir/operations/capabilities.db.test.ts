import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESOURCE_TYPES } from '@mach/store';
import { testApp } from '../../testing/app.ts';
import { operationsOf, SYSTEM_OPERATIONS } from './capabilities.ts';
import { fhirOperations } from './register.ts';

test('every operation that is stated is served, and the other way round', async (t) => {
  const { app, engine } = await testApp(t, []);
  await app.ready();
  const served = (...urls: string[]): boolean =>
    urls.some((url) => app.hasRoute({ method: 'GET', url }) || app.hasRoute({ method: 'POST', url }));
  const stated = new Set(SYSTEM_OPERATIONS.map((o) => o.name));
  for (const type of RESOURCE_TYPES)
    for (const { name } of operationsOf(type)) {
      stated.add(name);
      const places = [type, ':type'].flatMap((t) => [`/fhir/${t}/$${name}`, `/fhir/${t}/:id/$${name}`]);
      assert.ok(served(...places), `${type} $${name}`);
    }
  for (const { name } of SYSTEM_OPERATIONS) assert.ok(served(`/fhir/$${name}`, `/fhir/ViewDefinition/$${name}`), name);
  const urls: string[] = [];
  const nothing = (): void => undefined;
  const listener = {
    route: ({ url }: { url: string }) => urls.push(url),
    addHook: nothing,
    addContentTypeParser: nothing,
    register: nothing,
  };
  fhirOperations(listener as never, { engine } as never);
  const routed = new Set(urls.flatMap((url) => /\$([a-z-]+)/.exec(url)?.[1] ?? []));
  // `$run` is the short name of `$viewdefinition-run`; the others are parts of what takes long.
  const helpers = ['run', 'export-status', 'export-file', 'import-status', 'import-file', 'async-status'];
  for (const helper of helpers) routed.delete(helper);
  assert.deepEqual([...routed].sort(), [...stated].sort());
});
