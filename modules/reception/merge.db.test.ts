import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@mach/base/problem.ts';
import { placeOrders, signPrescription, startExam } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, room, writeFixtures } from '@mach/encounter/testing.ts';
import type { DocumentReference, Patient } from '@mach/fhir/types.ts';
import { proveView, readRecord, referringRecords } from '@mach/store';
import { EXT } from '@mach/vn/systems.ts';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { checkIn, identify, identifyUnknown, mergePeople, receiveUnknown, separatePeople } from './contract.ts';
import reception from './module.ts';
import { type Citizen, cccdQr, LAN } from './testing.ts';
import { people } from './views/people.ts';
import { today } from './views/today.ts';

const found = { room: 'room-cc', reason: 'Tai nạn giao thông, hôn mê', sex: 'female', estimatedAge: 60 } as const;
const how = 'Người nhà nhận mặt';
const reason = 'Nhận nhầm người';
const HL7 = 'http://terminology.hl7.org/CodeSystem';
const dose = { perDose: '1', doseUnit: 'viên', timesPerDay: 1, days: 5, quantity: '5', text: 'Uống tối 1 viên' };
/** What names a patient, and is read by the tests below. */
const NAMED = [
  'Encounter.subject',
  'ServiceRequest.subject',
  'ChargeItem.subject',
  'MedicationRequest.subject',
] as const;

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const h = await testEngine(t, [fixtures, encounter, reception]);
  await writeFixtures(h, room('305', 'Phòng khám Nội 3', '02.1898'), room('cc', 'Cấp cứu', '02.1898'));
  return h;
}

const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;
const code = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'done',
    (e: unknown) => (e as Problem).issues?.[0]?.code ?? String(e),
  );
/** Ids of the records of a patient, by what names it. */
const recordsOf = async (h: TestEngine, patient: string): Promise<string[]> => {
  const all = await Promise.all(
    NAMED.map((param) => referringRecords(h.engine.database.tenant(1), [{ param, value: patient }])),
  );
  return all
    .flat()
    .map(({ record }) => `${record.resource.resourceType}/${record.resource.id}`)
    .sort();
};
const proofs = async (h: TestEngine): Promise<void> => {
  for (const view of [today, people]) {
    const proof = await proveView(h.engine.database, 1, view);
    assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
  }
};
const arrive = (h: TestEngine, who: Citizen) =>
  h.send(
    checkIn,
    { cccdQr: cccdQr(who), person: { phone: '0912345678' }, room: 'room-305', reason: 'Tái khám', payer: 'fee' },
    'reception',
  );

test('a wrong identity is taken back: all that had moved returns, with what was done since in that visit', async (t) => {
  const h = await house(t);
  const known = await arrive(h, LAN);
  const got = await h.send(receiveUnknown, { ...found, marks: 'Sẹo cằm trái' }, 'reception');
  await h.send(startExam, { encounter: got.encounter }, 'doctor');
  await h.send(placeOrders, { encounter: got.encounter, items: [{ service: 'GLU' }] }, 'doctor');
  const lines = [{ drug: 'metformin-500-mg-v', ...dose }];
  const { prescription } = await h.send(signPrescription, { encounter: got.encounter, lines }, 'doctor');
  const before = [await recordsOf(h, got.patient), await recordsOf(h, known.patient)];
  const signed = await get<DocumentReference>(h, 'DocumentReference', prescription);

  await h.send(identifyUnknown, { patient: got.patient, known: known.patient, how }, 'reception');
  assert.deepEqual(await recordsOf(h, got.patient), []);
  const [seen] = (await h.send(identify, { patient: known.patient }, 'reception')).people;
  assert.deepEqual(
    seen?.merged.map((one) => [one.patient, one.how]),
    [[got.patient, how]],
    'the desk sees what became part of this record',
  );
  // An hour later, still under the wrong name: one order in that visit, one in the person's own.
  await h.send(placeOrders, { encounter: got.encounter, items: [{ service: 'CREA' }] }, 'doctor');
  await h.send(startExam, { encounter: known.encounter }, 'doctor');
  await h.send(placeOrders, { encounter: known.encounter, items: [{ service: 'HBA1C' }] }, 'doctor');

  const done = await h.send(separatePeople, { patient: got.patient, reason }, 'reception');
  assert.deepEqual([done.patient, done.from], [got.patient, known.patient]);
  const after = [await recordsOf(h, got.patient), await recordsOf(h, known.patient)];
  const since = (i: number): string[] => (after[i] ?? []).filter((one) => !before[i]?.includes(one));
  for (const i of [0, 1]) {
    assert.deepEqual(
      before[i]?.filter((one) => !after[i]?.includes(one)),
      [],
      'nothing is left behind',
    );
    assert.equal(since(i).filter((one) => one.startsWith('ServiceRequest/')).length, 1, 'each its later order');
  }
  const paper = await get<DocumentReference>(h, 'DocumentReference', prescription);
  assert.equal(paper.subject?.reference, `Patient/${got.patient}`);
  assert.equal(paper.content[0]?.attachment.data, signed.content[0]?.attachment.data, 'the signed text stays');

  const open = await get<Patient>(h, 'Patient', got.patient);
  assert.deepEqual([open.active, open.link], [true, undefined]);
  assert.equal((await get<Patient>(h, 'Patient', known.patient)).link, undefined);
  const [again] = (await h.send(identify, { patient: got.patient }, 'reception')).people;
  assert.deepEqual([again?.unidentified?.code, again?.unidentified?.marks], [got.code, 'Sẹo cằm trái']);
  assert.equal(await code(h.send(separatePeople, { patient: got.patient, reason }, 'reception')), 'not-merged');
  // And to whom it really is.
  const other: Citizen = { ...LAN, number: '001164067891', name: 'LÊ THỊ HOA', born: '02031966' };
  const right = await arrive(h, other);
  const moved = await h.send(identifyUnknown, { patient: got.patient, known: right.patient, how }, 'reception');
  assert.equal(moved.merged, true);
  await proofs(h);
});

test('two records of one person become one; two numbers are two people; after a week it stands', async (t) => {
  const h = await house(t);
  const first = await arrive(h, LAN);
  const second = await h.send(
    checkIn,
    {
      person: {
        name: 'Trần Thị Lan',
        birthDate: '1964',
        sex: 'female',
        idPaper: 'none',
        phone: '0987654321',
        provinceCode: '01',
        wardCode: '00004',
      },
      notDuplicateOf: [first.patient],
      room: 'room-305',
      reason: 'Ho',
      payer: 'fee',
    },
    'reception',
  );
  const other = await arrive(h, { ...LAN, number: '001164067891', name: 'TRẦN THỊ LÀNH' });
  const merge = (patient: string, into: string) => h.send(mergePeople, { patient, into, how }, 'reception');
  assert.equal(await code(merge(other.patient, first.patient)), 'numbers-differ');
  assert.equal(await code(merge(first.patient, first.patient)), 'record-unfit');
  const both = [...(await recordsOf(h, first.patient)), ...(await recordsOf(h, second.patient))].sort();
  const done = await merge(second.patient, first.patient);
  assert.equal(done.patient, first.patient);
  assert.deepEqual(await recordsOf(h, first.patient), both);
  assert.equal(await code(merge(second.patient, first.patient)), 'record-unfit', 'once');
  h.clock.set(new Date(h.clock.now().getTime() + 8 * 86_400_000).toISOString());
  assert.deepEqual((await h.send(identify, { patient: first.patient }, 'reception')).people[0]?.merged, []);
  assert.equal(await code(h.send(separatePeople, { patient: second.patient, reason }, 'reception')), 'merge-too-old');
  await proofs(h);
});

test('parted again, each record warns of the allergies that are its own, also of those in words alone', async (t) => {
  const h = await house(t);
  const known = await arrive(h, LAN);
  const got = await h.send(receiveUnknown, found, 'reception');
  const allergy = (id: string, patient: string, code: object) => ({
    resourceType: 'AllergyIntolerance',
    id,
    clinicalStatus: { coding: [{ system: `${HL7}/allergyintolerance-clinical`, code: 'active' }] },
    verificationStatus: { coding: [{ system: `${HL7}/allergyintolerance-verification`, code: 'confirmed' }] },
    patient: { reference: `Patient/${patient}` },
    code,
  });
  await writeFixtures(h, allergy('words', got.patient, { text: 'Viên màu hồng, không nhớ tên' }));
  await writeFixtures(
    h,
    allergy('none', known.patient, { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] }),
  );
  await h.send(identifyUnknown, { patient: got.patient, known: known.patient, how }, 'reception');
  await h.send(separatePeople, { patient: got.patient, reason }, 'reception');
  const state = async (patient: string) =>
    (await get<Patient>(h, 'Patient', patient)).extension?.find((e) => e.url === EXT.allergyState)?.valueCode;
  assert.deepEqual([await state(got.patient), await state(known.patient)], ['known', 'none']);
  await proofs(h);
});
