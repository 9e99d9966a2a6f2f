import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChargeItem, Encounter } from '@mach/fhir/types.ts';
import {
  advanceOrder,
  advancePrescription,
  conclude,
  openVisit,
  placeOrders,
  recordDiagnoses,
  settle,
  signPrescription,
  startExam,
  stateTimes,
  unsettle,
  visitStateOf,
} from './contract.ts';
import { bill, get, house, insured, pointing } from './testing/house.ts';
import { examNote, writeFixtures } from './testing.ts';

test('a visit closes by itself after the last of: settlement, hand-over, result; and only once', async (t) => {
  const h = await house(t);
  const cashier = h.actor(['cashier-probe']);
  const stateOf = async (id: string) => visitStateOf(await get<Encounter>(h, 'Encounter', id));
  const begun = async (over: object = {}) => {
    const { encounter } = await h.send(openVisit, insured(over), 'reception');
    await h.send(startExam, { encounter }, 'doctor');
    await h.send(recordDiagnoses, { encounter, diagnoses: [{ code: 'I10', principal: true }] }, 'doctor');
    await writeFixtures(h, examNote(encounter, 'lan'));
    return encounter;
  };
  const paid = async (id: string): Promise<void> => {
    for (const charge of await pointing<ChargeItem & { id: string }>(h, 'ChargeItem.context', id))
      await h.send(bill, { charge: charge.id }, cashier);
    const [invoice] = await writeFixtures(h, {
      resourceType: 'Invoice',
      status: 'balanced',
      subject: { reference: 'Patient/lan' },
    });
    await h.send(settle, { encounter: id, invoice: invoice ?? '' }, cashier);
    await h.settle();
  };

  const plain = await begun();
  await h.send(conclude, { encounter: plain, outcome: 'home' }, 'doctor');
  await h.settle();
  assert.equal(await stateOf(plain), 'awaiting-payment', 'nothing closes before it is paid');
  await paid(plain);
  assert.equal(await stateOf(plain), 'closed');

  const drugs = await begun({ againReason: 'Khám lần nữa' });
  const { prescription } = await h.send(
    signPrescription,
    {
      encounter: drugs,
      lines: [
        {
          drug: 'metformin-500-mg-v',
          perDose: '1',
          doseUnit: 'viên',
          timesPerDay: 1,
          days: 30,
          quantity: '30',
          text: 'Uống tối 1 viên, sau ăn',
        },
      ],
    },
    'doctor',
  );
  const { orders } = await h.send(placeOrders, { encounter: drugs, items: [{ service: 'GLU' }] }, 'doctor');
  const pendingReason = 'Kết quả trả sau';
  await h.send(conclude, { encounter: drugs, outcome: 'home', pendingReason }, 'doctor');
  await paid(drugs);
  assert.equal(await stateOf(drugs), 'settled', 'drugs to collect, a result to come');
  await h.send(advancePrescription, { prescription, to: 'partly-dispensed' }, 'system');
  await h.send(advancePrescription, { prescription, to: 'dispensed' }, 'system');
  await h.settle();
  assert.equal(await stateOf(drugs), 'settled', 'a result to come');
  await h.send(advanceOrder, { order: orders[0]?.order ?? '', to: 'validated' }, 'doctor');
  await h.settle();
  assert.equal(await stateOf(drugs), 'closed');
  await h.send(advanceOrder, { order: orders[0]?.order ?? '', to: 'seen' }, 'doctor');
  await h.settle();
  const times = stateTimes(await get<Encounter>(h, 'Encounter', drugs)).map((s) => s.state);
  assert.deepEqual([times.filter((s) => s === 'closed').length, times.at(-1)], [1, 'closed']);

  // A settlement that is undone opens it again; what follows closes it again.
  await h.send(unsettle, { encounter: plain, invoice: 'x', reason: 'Thu nhầm' }, cashier);
  await h.settle();
  assert.equal(await stateOf(plain), 'awaiting-payment');
});
