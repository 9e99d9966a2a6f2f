import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@mach/base/problem.ts';
import {
  payerOf,
  placeOrders,
  recordDiagnoses,
  signPrescription,
  startExam,
  visitStateOf,
} from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { examNote, fixtures, room, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import type { DocumentReference, Encounter, Patient } from '@mach/fhir/types.ts';
import { proveView, readRecord, referringRecords } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { changePayer, checkIn, identify, identifyUnknown, receiveUnknown } from './contract.ts';
import reception from './module.ts';
import { bhytQr, cccdQr, LAN } from './testing.ts';
import { people } from './views/people.ts';
import { today } from './views/today.ts';

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const h = await testEngine(t, [fixtures, encounter, reception]);
  await writeFixtures(h, room('305', 'Phòng khám Nội 3', '02.1898'), room('cc', 'Cấp cứu', '02.1898'));
  return h;
}

const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;
const code = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'done',
    (e: unknown) => (e as Problem).issues?.[0]?.code ?? String(e),
  );
const proofs = async (h: TestEngine): Promise<void> => {
  for (const view of [today, people]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
};

const found = { room: 'room-cc', reason: 'Tai nạn giao thông, hôn mê', sex: 'female', estimatedAge: 60 } as const;

test('treated first, named later: a code name, an emergency visit, then the record gets the name', async (t) => {
  const h = await house(t);
  const got = await h.send(receiveUnknown, { ...found, marks: 'Áo xanh, sẹo cằm trái' }, 'reception');
  assert.deepEqual([got.code, got.state, got.queueNumber], ['CC-2411-01', 'waiting', '0001']);
  assert.equal((await h.send(receiveUnknown, found, 'reception')).code, 'CC-2411-02', 'two people, two codes');
  const record = await get<Patient>(h, 'Patient', got.patient);
  assert.deepEqual([record.birthDate, record.name?.[0]?.use], ['1966', 'anonymous']);
  const [row] = (await readView(h.engine, h.actor('reception'), 'reception.today', {})).rows.filter(
    (r) => r.key === got.encounter,
  );
  assert.deepEqual(
    [row?.name, row?.priorityReason, row?.payer],
    ['Nạn nhân chưa rõ danh tính CC-2411-01', 'emergency', 'fee'],
  );
  const seen = await h.send(identify, { patient: got.patient }, 'reception');
  assert.deepEqual(
    [seen.people[0]?.unidentified?.code, seen.people[0]?.unidentified?.marks],
    ['CC-2411-01', 'Áo xanh, sẹo cằm trái'],
  );

  const how = 'Người nhà mang căn cước đến';
  const missing = await code(
    h.send(identifyUnknown, { patient: got.patient, person: { name: 'Trần Thị Lan' }, how }, 'reception'),
  );
  assert.notEqual(missing, 'done', 'a name alone identifies nobody');
  const named = await h.send(
    identifyUnknown,
    { patient: got.patient, cccdQr: cccdQr(LAN), person: { phone: '0912345678' }, how },
    'reception',
  );
  assert.deepEqual([named.patient, named.merged, named.patientCode], [got.patient, false, got.patientCode]);
  const now = await get<Patient>(h, 'Patient', got.patient);
  assert.deepEqual([now.name?.[0]?.text, now.birthDate], ['Trần Thị Lan', '1964-07-14']);
  assert.equal(now.identifier?.find((i) => i.value === 'CC-2411-01')?.use, 'old', 'still found by the code name');
  assert.equal((await get<Encounter>(h, 'Encounter', got.encounter)).subject?.display, 'Trần Thị Lan');
  assert.equal(
    await code(h.send(identifyUnknown, { patient: got.patient, cccdQr: cccdQr(LAN), how }, 'reception')),
    'not-unidentified',
  );
  await proofs(h);
});

test('it was somebody who has a record: everything moves there, what is signed is corrected, the card can pay', async (t) => {
  const h = await house(t);
  const known = await h.send(
    checkIn,
    {
      cccdQr: cccdQr(LAN),
      bhytQr: bhytQr(LAN),
      person: { phone: '0912345678' },
      room: 'room-305',
      reason: 'Tái khám',
      payer: 'bhyt',
    },
    'reception',
  );
  const got = await h.send(receiveUnknown, found, 'reception');
  await h.send(startExam, { encounter: got.encounter }, 'doctor');
  await h.send(recordDiagnoses, { encounter: got.encounter, diagnoses: [{ code: 'I10', principal: true }] }, 'doctor');
  await h.send(placeOrders, { encounter: got.encounter, items: [{ service: 'GLU' }] }, 'doctor');
  const { prescription } = await h.send(
    signPrescription,
    {
      encounter: got.encounter,
      lines: [
        {
          drug: 'metformin-500-mg-v',
          perDose: '1',
          doseUnit: 'viên',
          timesPerDay: 1,
          days: 5,
          quantity: '5',
          text: 'Uống tối 1 viên',
        },
      ],
    },
    'doctor',
  );
  await writeFixtures(h, examNote(got.encounter, got.patient));
  const signed = await get<DocumentReference>(h, 'DocumentReference', prescription);

  const how = 'Công an xác minh vân tay';
  assert.equal(
    await code(h.send(identifyUnknown, { patient: got.patient, cccdQr: cccdQr(LAN), how }, 'reception')),
    'has-record',
  );
  const done = await h.send(identifyUnknown, { patient: got.patient, known: known.patient, how }, 'reception');
  assert.deepEqual([done.patient, done.merged], [known.patient, true]);
  const on = h.engine.database.tenant(1);
  for (const param of [
    'Encounter.subject',
    'ServiceRequest.subject',
    'ChargeItem.subject',
    'Condition.subject',
    'MedicationRequest.subject',
    'DocumentReference.subject',
    'Composition.subject',
    'Task.patient',
  ]) {
    assert.equal((await referringRecords(on, [{ param, value: got.patient }])).length, 0, `${param} is left behind`);
    assert.ok((await referringRecords(on, [{ param, value: known.patient }])).length > 0, `${param} has arrived`);
  }
  const after = await readRecord(on, 'DocumentReference', prescription);
  const moved = after?.resource as DocumentReference;
  assert.equal(after?.sealed, true);
  assert.equal(moved.content[0]?.attachment.data, signed.content[0]?.attachment.data, 'the signed text stays');
  const closed = await get<Patient>(h, 'Patient', got.patient);
  assert.deepEqual([closed.active, closed.link?.[0]?.type], [false, 'replaced-by']);
  assert.equal((await get<Patient>(h, 'Patient', known.patient)).link?.[0]?.type, 'replaces');
  const summary = await h.send(identify, { patient: known.patient }, 'reception');
  assert.equal(summary.people[0]?.today.length, 2);

  await h.send(
    changePayer,
    { encounter: got.encounter, payer: 'bhyt', route: 'emergency', reason: 'Đã có thẻ' },
    'reception',
  );
  const visit = await get<Encounter>(h, 'Encounter', got.encounter);
  assert.deepEqual([payerOf(visit), visitStateOf(visit)], ['bhyt', 'awaiting-results']);

  const man = await h.send(receiveUnknown, { ...found, sex: 'male' }, 'reception');
  assert.equal(
    await code(h.send(identifyUnknown, { patient: man.patient, known: known.patient, how }, 'reception')),
    'sex-differs',
  );
  await proofs(h);
});
