import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { quote } from '@mach/cashier/contract.ts';
import cashier from '@mach/cashier/module.ts';
import { feeVisit, furnish, visitToPay } from '@mach/cashier/testing.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { defineModule, readView } from '@mach/engine';
import { proveView } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { type SetUpInput, setUp } from './contract.ts';
import clinic from './module.ts';
import { houseView, pricesView } from './views/house.ts';

const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

const INPUT: SetUpInput = {
  facility: { name: 'Phòng khám Bình An', address: '12 Nguyễn Trãi, Hà Nội', licence: '0123/HNO-GPHĐ' },
  rooms: [{ name: 'Phòng khám 1', examService: '02.1898' }],
  services: [
    { code: '02.1898', name: 'Khám Nội', unit: 'lần', price: 150_000 },
    { code: 'GLU', name: 'Đường huyết', unit: 'lần', price: 40_000 },
  ],
  drugs: [{ code: 'metformin-850-mg-v', name: 'metformin 850 mg', unit: 'viên', price: 1_000 }],
};
const rows = async (h: TestEngine, name: string) => (await readView(h.engine, h.actor('clinic'), name, {})).rows;

test('a clinic charges its own prices, by its setting; what leaves the list is charged as before', async (t) => {
  const h = await testEngine(t, [fixtures, roles, encounter, cashier, clinic]);
  await furnish(h);
  const total = async () => {
    const visit = await visitToPay(h, feeVisit(), { services: ['GLU'] });
    return (await h.send(quote, { encounter: visit.encounter }, 'cashier')).patientTotal;
  };
  const listed = await total();
  const done = await h.send(setUp, INPUT, 'clinic');
  assert.deepEqual(done, { rooms: ['room-pk1'], services: 2, drugs: 1 });
  assert.equal(await total(), listed, 'a hospital that does not use own prices is not changed');
  (h.engine.settings(1) as Map<string, unknown>).set('clinic.mode', true);
  assert.equal(await total(), 190_000);
  await h.send(setUp, { ...INPUT, services: INPUT.services.slice(0, 1) }, 'clinic');
  const left = (await rows(h, 'clinic.prices')).filter((r) => r.status === 'active').map((r) => r.code);
  assert.deepEqual(left.sort(), ['02.1898', 'metformin-850-mg-v']);
  assert.equal(await total(), 150_000 + listed - 36_500);
  const [house] = await rows(h, 'clinic.house');
  assert.deepEqual([house?.name, house?.licence], ['Phòng khám Bình An', '0123/HNO-GPHĐ']);
  for (const view of [houseView, pricesView]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
});

test('what no list holds is not set up, and only the clinic may', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, cashier, clinic]);
  const refused = (input: SetUpInput, as: string, code: string) =>
    assert.rejects(h.send(setUp, input, as), (e) => e instanceof Problem && e.issues[0]?.code === code);
  await refused(
    { ...INPUT, services: [{ code: 'NO-SUCH', name: 'x', unit: 'lần', price: 1 }] },
    'clinic',
    'not-listed',
  );
  await refused({ ...INPUT, rooms: [{ name: 'P1', examService: 'X' }] }, 'clinic', 'not-listed');
  await refused(INPUT, 'doctor', 'forbidden');
});
