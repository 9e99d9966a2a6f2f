/** Helpers of this module's database tests: an emergency room, and somebody who comes in. */
import type { TestContext } from 'node:test';
import cashier from '@mach/cashier/module.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import lab from '@mach/lab/module.ts';
import outpatient from '@mach/outpatient/module.ts';
import pharmacy from '@mach/pharmacy/module.ts';
import reception from '@mach/reception/module.ts';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { type ArriveInput, type ArriveResult, arrive } from './contract.ts';
import emergency from './module.ts';

export const HUNG = 'patient-hung';
export const BE = 'patient-be';

export async function emergencyHouse(t: Pick<TestContext, 'after'>): Promise<TestEngine> {
  const house = await testEngine(t, [fixtures, encounter, reception, outpatient, lab, cashier, pharmacy, emergency]);
  await writeFixtures(
    house,
    room('cc', 'Phòng cấp cứu', '02.1898'),
    person(HUNG, 'Lê Văn Hùng', '1955-03-02', 'male'),
    person(BE, 'Nguyễn Minh Khôi', '2023-06-20', 'male'),
    ...['doctor', 'nurse'].map((role) => ({
      resourceType: 'Practitioner',
      id: `prac-${role}`,
      name: [{ text: role === 'doctor' ? 'Vương Đình Phúc' : 'Ông Văn Tài' }],
    })),
  );
  return house;
}

export const comes = (house: TestEngine, input: Partial<ArriveInput> = {}): Promise<ArriveResult> =>
  house.send(arrive, { patient: HUNG, mode: 'ambulance', complaint: 'Sốt, lơ mơ', ...input }, 'nurse');
