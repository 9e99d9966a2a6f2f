import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { quote, settle } from '@mach/cashier/contract.ts';
import cashier from '@mach/cashier/module.ts';
import { feeVisit, furnish, visitToPay } from '@mach/cashier/testing.ts';
import { startExam } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { defineModule, readView } from '@mach/engine';
import { diagnose, finish, prescribe, recordAllergies, recordVitals, saveNote } from '@mach/outpatient/contract.ts';
import outpatient from '@mach/outpatient/module.ts';
import { dispense, receiveStock } from '@mach/pharmacy/contract.ts';
import pharmacy from '@mach/pharmacy/module.ts';
import { checkIn } from '@mach/reception/contract.ts';
import reception from '@mach/reception/module.ts';
import { proveView } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { type SetUpInput, setUp } from './contract.ts';
import clinic from './module.ts';
import { EMPTY_FORM, lineInput, missing, type VisitForm, vitalsInput } from './rules/visit.ts';
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

test('a whole visit of one person by the inputs of the page: signed, paid, handed over', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, reception, outpatient, pharmacy, cashier, clinic]);
  await furnish(h);
  const owner = h.actor(['clinic', 'reception', 'nurse', 'doctor', 'pharmacist', 'cashier'], {
    practitioner: 'prac-doctor',
  });
  (h.engine.settings(1) as Map<string, unknown>).set('clinic.mode', true);
  await h.send(setUp, INPUT, owner);
  const stock = { drug: 'metformin-850-mg-v', lot: 'A1', expiry: '2028-01-31', quantity: '500', price: '150' };
  await h.send(receiveStock, { place: 'KHO-LE', items: [stock] }, owner);
  const person = {
    name: 'Lê Thị Hồng',
    birthDate: '1980-03-05',
    sex: 'female' as const,
    idPaper: 'none' as const,
    noPhone: true,
    wardCode: '00004',
    provinceCode: '01',
  };
  const arrived = await h.send(checkIn, { person, room: 'room-pk1', reason: 'Đau đầu', payer: 'fee' }, owner);
  const { encounter: id, patient } = arrived;
  const form: VisitForm = {
    ...EMPTY_FORM,
    vitals: { sbp: '150', dbp: '90', weight: '55' },
    history: 'Đau đầu 2 ngày',
    exam: 'Tỉnh, HA cao',
    diagnoses: [{ code: 'I10', text: 'Tăng huyết áp' }],
    lines: [
      {
        code: 'metformin-850-mg-v',
        name: 'metformin',
        doseUnit: 'viên',
        morning: '1',
        noon: '',
        afternoon: '',
        evening: '1',
        days: '30',
      },
    ],
  };
  assert.deepEqual(missing(form, false), ['allergies']);
  assert.deepEqual(missing({ ...form, allergies: '0' }, false), []);
  h.clock.advance(60_000);
  await h.send(startExam, { encounter: id }, owner);
  await h.send(recordVitals, { encounter: id, ...vitalsInput(form) }, owner);
  await h.send(recordAllergies, { patient, encounter: id, none: true }, owner);
  await h.send(saveNote, { encounter: id, sections: { history: form.history, exam: form.exam } }, owner);
  await h.send(diagnose, { encounter: id, diagnoses: [{ code: 'I10', principal: true }] }, owner);
  const lines = form.lines.flatMap((line) => lineInput(line) ?? []);
  const overrides = [{ rule: 'no-indication', reason: 'Đã giải thích' }];
  const { prescriptions } = await h.send(prescribe, { encounter: id, lines }, owner, { overrides });
  h.clock.advance(60_000);
  const { state } = await h.send(finish, { encounter: id, outcome: 'home' }, owner);
  assert.equal(state, 'awaiting-payment');
  const { patientTotal } = await h.send(quote, { encounter: id }, owner);
  assert.equal(patientTotal, 150_000 + 60 * 1_000, 'the prices that hang on the wall');
  await h.send(
    settle,
    { encounter: id, expectedPatientTotal: patientTotal, payments: [{ method: 'card', amount: patientTotal }] },
    owner,
  );
  for (const { prescription } of prescriptions)
    await h.send(dispense, { prescription, asked: true, counselled: true }, owner);
  await h.settle();
  const [row] = (await readView(h.engine, owner, 'cashier.queue', {})).rows;
  assert.equal(row?.state, 'closed');
});
