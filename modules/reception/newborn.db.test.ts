import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@mach/base/problem.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, room, writeFixtures } from '@mach/encounter/testing.ts';
import type { Coverage, Observation, Patient } from '@mach/fhir/types.ts';
import { readRecord, referringRecords } from '@mach/store';
import { testEngine } from '../../apps/server/testing/engine.ts';
import {
  assessBenefit,
  checkIn,
  identify,
  mergePeople,
  type RegisterNewbornInput,
  registerNewborn,
  registerPatient,
  separatePeople,
  updatePatient,
} from './contract.ts';
import reception from './module.ts';
import { birthTimeOf } from './newborn.ts';
import { type Citizen, cccdQr, LAN } from './testing.ts';

const NOW = '2026-11-24T03:00:00.000Z';
const MAI: Citizen = { ...LAN, number: '001198054321', name: 'NGUYỄN THỊ MAI', born: '03051998' };
const BORN = '2026-11-24T08:25:00+07:00';
const baby = { sex: 'female', bornAt: BORN, weight: 3150 } as const;

const code = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'done',
    (e: unknown) => (e as Problem).issues?.[0]?.code ?? String(e),
  );

test('a newborn is known by its mother, hour and weight; its temporary card pays; a name comes later', async (t) => {
  const h = await testEngine(t, [fixtures, encounter, reception]);
  h.clock.set(NOW);
  await writeFixtures(h, room('305', 'Phòng khám Nhi', '02.1898'));
  const read = async <T>(type: string, id: string): Promise<T> =>
    (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;
  const mai = await h.send(registerPatient, { cccdQr: cccdQr(MAI), person: { phone: '0912345678' } }, 'reception');
  const newborn = (more: Partial<RegisterNewbornInput> = {}) =>
    h.send(registerNewborn, { mother: mai.patient, ...baby, ...more }, 'reception');

  const first = await newborn({ temporaryCard: 'te101kt00012345' });
  assert.deepEqual([first.name, first.code], ['Con bà Nguyễn Thị Mai', 'SS-2411-01']);
  const child = await read<Patient>('Patient', first.patient);
  assert.deepEqual(
    [child.birthDate, birthTimeOf(child), child.gender, child.name?.[0]?.use, child.contact?.[0]?.name?.text],
    ['2026-11-24', BORN, 'female', 'temp', 'Nguyễn Thị Mai'],
  );
  assert.equal(
    child.identifier?.some((one) => one.system?.endsWith('/cccd')),
    false,
    'no number is invented',
  );
  assert.equal(child.address?.[0]?.text, (await read<Patient>('Patient', mai.patient)).address?.[0]?.text);
  const about = async (param: string) =>
    (await referringRecords(h.engine.database.tenant(1), [{ param, value: first.patient }])).map(
      ({ record }) => record.resource,
    );
  const [weight] = (await about('Observation.subject')) as Observation[];
  assert.deepEqual(
    [weight?.code?.coding?.[0]?.code, weight?.valueQuantity?.value, weight?.valueQuantity?.code],
    ['8339-4', 3150, 'g'],
  );
  const [card] = (await about('Coverage.beneficiary')) as Coverage[];
  assert.deepEqual([card?.identifier?.[0]?.value, card?.period?.start], ['TE101KT00012345', '2026-11-24']);
  const benefit = await h.send(assessBenefit, { patient: first.patient, route: 'newborn' }, 'reception');
  assert.deepEqual([benefit.category, benefit.rate, benefit.patientShare], ['1.7', 100, 0]);
  const visit = await h.send(
    checkIn,
    { patient: first.patient, room: 'room-305', reason: 'Vàng da sơ sinh', payer: 'bhyt', route: 'newborn' },
    'reception',
  );
  assert.equal(visit.benefit?.rate, 100);

  const look = async (patient: string) => (await h.send(identify, { patient }, 'reception')).people[0];
  const shown = await look(first.patient);
  assert.deepEqual([shown?.mother, shown?.bornAt], [{ name: 'Nguyễn Thị Mai', patient: mai.patient }, BORN]);

  // The same delivery is not entered twice; of twins each has a record.
  assert.equal(await code(newborn()), 'newborn-known');
  const second = await newborn({ children: 2, order: 2, weight: 2600 });
  assert.equal(second.name, 'Con bà Nguyễn Thị Mai - bé hai');
  // What cannot be: a man, tomorrow, a child of a month, an order beyond the number.
  const man = await h.send(
    registerPatient,
    { person: { ...HUNG, phone: '0987654321', provinceCode: '01', wardCode: '00004' } },
    'reception',
  );
  assert.equal(await code(newborn({ mother: man.patient })), 'mother-sex');
  assert.equal(await code(newborn({ bornAt: '2026-11-24T11:00:00+07:00' })), 'birth-future');
  assert.equal(await code(newborn({ bornAt: '2026-10-20T08:25:00+07:00' })), 'not-newborn');
  assert.equal(await code(newborn({ order: 2 })), 'birth-order');
  assert.equal(await code(h.send(registerNewborn, { ...baby }, 'reception')), 'name-missing');

  // A mother without a record: somebody answers for the child.
  const person = {
    provinceCode: '01',
    wardCode: '00004',
    guardian: { name: 'Trần Văn Ba', relation: 'Bố', noPhone: true },
  };
  const other = await h.send(registerNewborn, { ...baby, motherName: 'Lò Thị Ỷ', person }, 'reception');
  assert.equal(other.name, 'Con bà Lò Thị Ỷ');
  assert.deepEqual((await look(other.patient))?.mother, { name: 'Lò Thị Ỷ', patient: null });

  // A phone does not make "Con bà …" a name; the name that is given does, and the hour stays.
  await h.send(updatePatient, { patient: first.patient, person: { addressLine: 'Số 9' } }, 'reception');
  assert.equal((await read<Patient>('Patient', first.patient)).name?.[0]?.use, 'temp');
  await h.send(updatePatient, { patient: first.patient, person: { name: 'Lê Mai An' } }, 'reception');
  const named = await read<Patient>('Patient', first.patient);
  assert.deepEqual([named.name?.[0]?.use, named.name?.[0]?.family, birthTimeOf(named)], ['official', 'Lê', BORN]);

  // A mother's second record: the child finds the one that stays, and gives it back when they are parted.
  const twin = await h.send(
    registerPatient,
    {
      person: { ...MAI_TYPED, phone: '0912345678', provinceCode: '01', wardCode: '00004' },
      notDuplicateOf: [mai.patient],
    },
    'reception',
  );
  await h.send(mergePeople, { patient: mai.patient, into: twin.patient, how: 'CCCD' }, 'reception');
  assert.equal((await look(first.patient))?.mother?.patient, twin.patient);
  assert.equal(await code(newborn({ mother: twin.patient })), 'newborn-known');
  await h.send(separatePeople, { patient: mai.patient, reason: 'Nhầm' }, 'reception');
  assert.equal((await look(first.patient))?.mother?.patient, mai.patient);
  assert.equal((await read<Patient>('Patient', twin.patient)).link, undefined);
  // After 28 days the hour is history.
  h.clock.advance(29 * 24 * 3_600_000);
  assert.equal((await look(first.patient))?.bornAt, null);
});

const HUNG = { name: 'Lê Văn Hùng', birthDate: '1955-03-02', sex: 'male', idPaper: 'none' } as const;
const MAI_TYPED = { name: 'Nguyễn Thị Mai', birthDate: '1998-05-03', sex: 'female', idPaper: 'none' } as const;
