import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeRecord } from '@mach/engine/rule-packs/change.ts';
import { CS } from '@mach/vn/systems.ts';
import { testApp } from '../../../testing/app.ts';

const ROUTES = `system=${encodeURIComponent(CS.route)}`;
const SET = 'urn:routes-of-the-house';
const PROFILE = 'urn:profile-of-the-house';

test("the terminology operations and profiles read a facility's own rules, and another facility's never", async (t) => {
  const house = await testApp(t, []);
  const token = await house.client();
  const ask = async (method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await house.ask(method, `/fhir/${url}`, token, body);
    return { ...(answer.body as object), status: answer.status };
  };
  const named = (answer: Record<string, unknown>, name: string): unknown => {
    const parameter = answer.parameter as { name: string; [value: string]: unknown }[] | undefined;
    return Object.entries(parameter?.find((p) => p.name === name) ?? {}).find(([key]) => key !== 'name')?.[1];
  };
  const isIn = async (code: string): Promise<unknown> =>
    named(await ask('GET', `ValueSet/$validate-code?url=${SET}&${ROUTES}&code=${code}`), 'result');
  await ask('POST', 'ValueSet', {
    resourceType: 'ValueSet',
    status: 'active',
    url: SET,
    compose: { include: [{ system: CS.route }] },
  });
  // A profile whose binding the facility's list decides.
  await ask('POST', 'StructureDefinition', {
    resourceType: 'StructureDefinition',
    url: PROFILE,
    name: 'House',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Basic',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Basic',
    derivation: 'constraint',
    differential: {
      element: [
        { id: 'Basic', path: 'Basic' },
        { id: 'Basic.code', path: 'Basic.code', binding: { strength: 'required', valueSet: SET } },
      ],
    },
  });
  const write = async (code: string): Promise<unknown> => {
    const basic = {
      resourceType: 'Basic',
      meta: { profile: [PROFILE] },
      code: { coding: [{ system: CS.route, code }] },
    };
    return (await ask('POST', 'Basic', basic)).status;
  };
  assert.equal((await ask('GET', `CodeSystem/$lookup?${ROUTES}&code=xit-mui-nha`)).status, 404);
  assert.equal(await isIn('xit-mui-nha'), false);
  assert.deepEqual([await write('uong'), await write('xit-mui-nha')], [201, 422]);

  const change = changeRecord({
    id: 'routes',
    kind: 'list',
    status: 'active',
    title: 'Đường dùng của viện',
    reason: 'Xịt mũi tại nhà',
    source: { document: 'QĐ 1', certainty: 'H' },
    parts: [
      {
        validFrom: '2026-11-01',
        validTo: null,
        entries: [
          {
            subject: 'formulary',
            path: 'routes',
            key: { code: 'xit-mui-nha' },
            op: 'add',
            cells: { code: 'xit-mui-nha', vi: 'xịt mũi tại nhà', en: 'nasal, at home', xml2: '', systemic: false },
          },
        ],
      },
    ],
    proposedBy: { id: 'a', name: 'A' },
    proposedAt: '2026-10-30T00:00:00.000Z',
    decidedBy: { id: 'b', name: 'B' },
    decidedAt: '2026-10-31T00:00:00.000Z',
    ended: [],
  });
  assert.equal((await ask('PUT', 'Library/routes', change)).status, 201);
  await house.engine.loadPacks(1);

  const found = await ask('GET', `CodeSystem/$lookup?${ROUTES}&code=xit-mui-nha`);
  assert.equal(named(found, 'display'), 'xịt mũi tại nhà');
  const version = encodeURIComponent(String(named(found, 'version')));
  assert.equal((await ask('GET', `CodeSystem/$lookup?${ROUTES}&code=xit-mui-nha&version=${version}`)).status, 200);
  // Before it held, and where it does not.
  assert.equal((await ask('GET', `CodeSystem/$lookup?${ROUTES}&code=xit-mui-nha&date=2026-10-01`)).status, 404);
  assert.equal(await isIn('xit-mui-nha'), true);
  const expanded = await ask('GET', `ValueSet/$expand?url=${SET}&filter=${encodeURIComponent('xịt mũi tại')}`);
  assert.equal((expanded.expansion as { total: number }).total, 1);
  assert.equal(
    named(await ask('GET', `CodeSystem/$subsumes?${ROUTES}&codeA=uong&codeB=xit-mui-nha`), 'outcome'),
    'not-subsumed',
  );
  assert.equal(named(await ask('GET', `ConceptMap/$translate?${ROUTES}&code=xit-mui-nha`), 'result'), false);
  assert.equal(named(await ask('GET', `ConceptMap/$translate?${ROUTES}&code=uong`), 'result'), true);
  assert.equal(await write('xit-mui-nha'), 201);
  assert.notEqual(house.engine.packsOf(2), house.engine.packsOf(1));
});
