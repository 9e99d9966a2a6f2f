/** Helpers of this module's database tests: a house with a room, people, a doctor, and a visit at the doctor's. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Issue, Problem } from '@mach/base/problem.ts';
import { openVisit, startExam } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import type { AnyResource, IdentifiedResource } from '@mach/store';
import { readRecord, referringRecords } from '@mach/store';
import { SID } from '@mach/vn/systems.ts';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import type { NationalOptions } from './exchange/destination.ts';
import { outpatientModule } from './module.ts';

export interface House extends TestEngine {
  read<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T>>;
  referring<T extends AnyResource>(param: string, id: string): Promise<IdentifiedResource<T>[]>;
}

export const LAN = 'patient-lan';
export const BE = 'patient-be';

/** Two rooms, an old lady, a boy of three, and the doctor with a licence. */
export async function outpatientHouse(t: Pick<TestContext, 'after'>, national?: NationalOptions): Promise<House> {
  const house = await testEngine(t, [encounter, outpatientModule(national), fixtures]);
  await writeFixtures(
    house,
    room('305', 'Phòng khám Nội tiết', '02.1898'),
    room('307', 'Phòng khám Nội 2', '02.1898'),
    {
      ...person(LAN, 'Trần Thị Lan'),
      identifier: [{ system: SID.cccd, value: '001164000001' }],
      address: [{ text: 'Số 1, Phường Ba Đình, Hà Nội' }],
    },
    { ...person(BE, 'Nguyễn Minh Khôi', '2023-06-20', 'male'), address: [{ text: 'Phường Ngọc Hà, Hà Nội' }] },
    {
      resourceType: 'Practitioner',
      id: 'prac-doctor',
      name: [{ text: 'Trần Minh Quân' }],
      identifier: [{ system: SID.practitionerLicence, value: '000002/DEMO-GPHN' }],
    },
  );
  const on = house.engine.database.tenant(1);
  return Object.assign(house, {
    async read<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T>> {
      const record = await readRecord(on, type, id);
      assert.ok(record, `${type}/${id} is there`);
      return record.resource as IdentifiedResource<T>;
    },
    async referring<T extends AnyResource>(param: string, value: string): Promise<IdentifiedResource<T>[]> {
      const found = await referringRecords(on, [{ param, value }]);
      return found.map((f) => f.record.resource as IdentifiedResource<T>);
    },
  });
}

/** A visit of somebody, called in unless said otherwise. */
export async function visit(
  house: TestEngine,
  patient = LAN,
  options: { room?: string; waiting?: boolean; reason?: string } = {},
): Promise<string> {
  const opened = await house.send(
    openVisit,
    { patient, room: `room-${options.room ?? '305'}`, reason: options.reason ?? 'Tái khám', payer: 'fee' },
    'reception',
  );
  if (!options.waiting) await house.send(startExam, { encounter: opened.encounter }, 'doctor');
  return opened.encounter;
}

/** The issues of a refusal; fails when the command was not refused. */
export async function refusal(deed: Promise<unknown>, status: number): Promise<readonly Issue[]> {
  try {
    await deed;
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.status, status, JSON.stringify(error.issues));
    return error.issues;
  }
  return assert.fail('the command was not refused');
}

export const codes = (issues: readonly Issue[]): string[] => issues.map((i) => `${i.code} ${i.field ?? ''}`.trim());
