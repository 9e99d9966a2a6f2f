import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { advanceOrder, cancelOrder, leave, returnToQueue, startExam, transferRoom } from '@mach/encounter/contract.ts';
import { readView } from '@mach/engine';
import { proveView } from '@mach/store';
import fc from 'fast-check';
import {
  diagnose,
  finish,
  markSeen,
  type OrderRow,
  order,
  prescribe,
  type QueueRow,
  recordAllergies,
  recordVitals,
  saveNote,
  withdrawVitals,
} from './contract.ts';
import { BE, type House, LAN, outpatientHouse, visit } from './testing.ts';
import { allergies } from './views/allergies.ts';
import { orders } from './views/orders.ts';
import { prescriptions } from './views/prescriptions.ts';
import { queue } from './views/queue.ts';

const VIEWS = [queue, orders, prescriptions, allergies];

async function rows<Row>(house: House, name: string): Promise<Row[]> {
  return (await readView(house.engine, house.actor('doctor'), name, {})).rows as unknown as Row[];
}

test('the queue says who, where, how ill, and what is still to come', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { reason: 'Tái khám ĐTĐ' });
  const values = { sbp: '148', dbp: '86', pulse: '78', temp: '36,7', resp: '18', spo2: '98' };
  await house.send(recordVitals, { encounter, values, consciousness: 'A', oxygen: false }, 'nurse');
  await house.send(
    diagnose,
    { encounter, diagnoses: [{ code: 'E11.9', principal: true, text: 'ĐTĐ típ 2' }] },
    'doctor',
  );
  await house.send(recordAllergies, { patient: LAN, none: true }, 'doctor');
  await house.send(order, { encounter, items: [{ service: 'GLU' }, { service: 'XQ-NGUC' }] }, 'doctor');
  const [row] = await rows<QueueRow>(house, 'outpatient.queue');
  const { visitCode, queueNumber, doctorName, ...rest } = row ?? ({} as QueueRow);
  assert.match(visitCode, /\S/);
  assert.match(queueNumber ?? '', /^\d+$/);
  assert.match(doctorName ?? '', /\S/);
  assert.deepEqual(rest, {
    key: encounter,
    patient: LAN,
    name: 'Trần Thị Lan',
    birthDate: '1964-07-14',
    gender: 'female',
    patientCode: null,
    state: 'awaiting-results',
    room: 'room-305',
    roomName: 'Phòng khám Nội tiết',
    reason: 'Tái khám ĐTĐ',
    payer: 'fee',
    priority: rest.priority,
    priorityReason: null,
    arrivedAt: '2026-11-24T00:00:00.000Z',
    doctor: 'prac-doctor',
    news2: 0,
    news2Recorded: '7/7',
    news2Risk: 'news2-low',
    vitalsAt: '2026-11-24T00:00:00.000Z',
    vitalsUrgent: false,
    ordersTotal: 2,
    ordersDone: 0,
    ordersUnseen: 0,
    principalDiagnosis: 'ĐTĐ típ 2',
    allergyState: 'none',
  });
  const all = await rows<OrderRow>(house, 'outpatient.orders');
  assert.deepEqual(all.map((o) => [o.service, o.group, o.state]).sort(), [
    ['02.1898', 'exam', 'in-progress'],
    ['GLU', 'lab', 'signed'],
    ['XQ-NGUC', 'imaging', 'signed'],
  ]);
  // The question of an imaging order: the reason of the visit stands in.
  assert.equal(all.find((o) => o.service === 'XQ-NGUC')?.question, 'Tái khám ĐTĐ');
  assert.equal(all.find((o) => o.service === 'GLU')?.question, null);
});

test('after a change of room the row shows the new one', async (t) => {
  const house = await outpatientHouse(t);
  const encounter = await visit(house, LAN, { waiting: true });
  await house.send(transferRoom, { encounter, room: 'room-307', reason: 'Phòng 305 đông' }, 'reception');
  const [row] = await rows<QueueRow>(house, 'outpatient.queue');
  assert.deepEqual([row?.room, row?.roomName], ['room-307', 'Phòng khám Nội 2']);
});

const DEEDS = [
  'vitals',
  'weight',
  'withdraw',
  'note',
  'allergy',
  'no-allergy',
  'order',
  'result',
  'cancel',
  'seen',
  'diagnose',
  'prescribe',
  'finish',
  'call',
  'return',
  'move',
  'leave',
] as const;

/** One random deed of the day. What the rules refuse is refused; nothing else may fail. */
async function deed(house: House, kind: (typeof DEEDS)[number], encounter: string, patient: string, n: number) {
  const all = await rows<OrderRow>(house, 'outpatient.orders');
  const own = all.filter((o) => o.encounter === encounter && o.group !== 'exam');
  const target = own[n % Math.max(1, own.length)]?.key ?? 'none';
  const panels = await house.referring<import('@mach/fhir/types.ts').Observation>('Observation.encounter', encounter);
  const deeds: Record<(typeof DEEDS)[number], () => Promise<unknown>> = {
    vitals: () =>
      house.send(
        recordVitals,
        { encounter, values: { pulse: String(100 + n), resp: '18' }, confirmed: ['pulse', 'resp'] },
        'nurse',
      ),
    weight: () => house.send(recordVitals, { encounter, values: { weight: '40' }, confirmed: ['weight'] }, 'nurse'),
    withdraw: () =>
      house.send(withdrawVitals, { panel: panels.find((p) => p.hasMember)?.id ?? 'none', reason: 'nhập sai' }, 'nurse'),
    note: () => house.send(saveNote, { encounter, sections: { history: `h${n}`, exam: 'e' } }, 'doctor'),
    allergy: () => house.send(recordAllergies, { patient, items: [{ substance: `thuốc ${n % 2}` }] }, 'doctor'),
    'no-allergy': () => house.send(recordAllergies, { patient, none: true }, 'doctor'),
    order: () =>
      house.send(
        order,
        { encounter, items: [{ service: ['GLU', 'CTM', 'ECG', 'XQ-NGUC'][n % 4] ?? 'GLU' }] },
        'doctor',
      ),
    result: () =>
      house.send(
        advanceOrder,
        { order: target, to: (['accepted', 'performed', 'validated'] as const)[n % 3] ?? 'validated' },
        'system',
      ),
    cancel: () => house.send(cancelOrder, { order: target, reason: 'không cần' }, 'doctor'),
    seen: () => house.send(markSeen, { orders: [target] }, 'doctor'),
    diagnose: () =>
      house.send(diagnose, { encounter, diagnoses: [{ code: n % 2 ? 'I10' : 'J06.9', principal: true }] }, 'doctor'),
    prescribe: () =>
      house.send(
        prescribe,
        { encounter, lines: [{ drug: 'paracetamol-150-mg-g', perDose: '1', timesPerDay: 2, days: 2 }] },
        'doctor',
        {
          overrides: ['allergy-state-missing', 'dose-low', 'duplicate-ingredient'].map((rule) => ({
            rule,
            reason: 'thử',
          })),
        },
      ),
    finish: () => house.send(finish, { encounter, outcome: 'home', pendingReason: 'chờ sau' }, 'doctor'),
    call: () => house.send(startExam, { encounter }, 'doctor'),
    return: () => house.send(returnToQueue, { encounter, reason: 'vắng mặt' }, 'doctor'),
    move: () =>
      house.send(transferRoom, { encounter, room: n % 2 ? 'room-305' : 'room-307', reason: 'đổi phòng' }, 'reception'),
    leave: () => (n % 7 === 0 ? house.send(leave, { encounter, reason: 'bỏ về' }, 'doctor') : Promise.resolve()),
  };
  await deeds[kind]().catch((error) => assert.ok(error instanceof Problem && error.status < 500, String(error)));
}

test('whatever happens in a day, the views equal a rebuild from the records', async (t) => {
  const house = await outpatientHouse(t);
  let done = 0;
  const states = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ kind: fc.constantFrom(...DEEDS), who: fc.nat(1), n: fc.nat(40) }), {
        minLength: 8,
        maxLength: 26,
      }),
      async (deeds) => {
        house.clock.advance(15 * 86_400_000);
        const people = [LAN, BE];
        const visits = await Promise.all(people.map((p) => visit(house, p).catch(() => undefined)));
        for (const { kind, who, n } of deeds) {
          const encounter = visits[who];
          if (encounter) await deed(house, kind, encounter, people[who] ?? LAN, n);
        }
        await house.settle();
        for (const view of VIEWS) {
          const proof = await proveView(house.engine.database, 1, view);
          assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
        }
        done += deeds.length;
        for (const { state } of await rows<QueueRow>(house, 'outpatient.queue')) states.add(state);
        // The rooms are emptied for the next day.
        for (const encounter of visits)
          if (encounter) await house.send(leave, { encounter, reason: 'hết ngày' }, 'doctor').catch(() => undefined);
      },
    ),
    { numRuns: 10 },
  );
  assert.ok(done > 60, 'something has happened');
  assert.ok(states.size >= 2, `only ${[...states].join(', ')} was reached`);
});
