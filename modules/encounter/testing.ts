/** Helpers of database tests: people, a room, a signed note. For tests of any module that builds on visits. */

import { commands, defineCommand, defineModule, type Module } from '@mach/engine';
import { commandRef } from '@mach/engine/command-ref.ts';
import type { Composition, Coverage, Location, Patient } from '@mach/fhir/types.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { z } from 'zod';

const put = commandRef<{ resources: unknown[] }, string[]>('fixture.put');

/**
 * A module that writes records as they are: what a test begins with. Its doctors sign prescriptions without the checks of
 * a module that is not there.
 */
export const fixtures: Module = defineModule({
  name: 'fixture',
  title: { vi: 'Dữ liệu thử', en: 'Fixtures' },
  roles: { fixture: ['fixture.put'], doctor: ['encounter.sign-prescription'] },
  commands: commands(
    defineCommand({
      name: 'fixture.put',
      kind: 'fact',
      permission: 'fixture.put',
      title: { vi: 'Ghi dữ liệu thử', en: 'Write fixtures' },
      input: z.strictObject({ resources: z.array(z.looseObject({ resourceType: z.string() })) }),
      handle: async (input, ctx) => input.resources.map((resource) => ctx.create(resource).id),
    }),
  ),
});

type Send = (command: typeof put, input: { resources: unknown[] }, as: string) => Promise<string[]>;

export const writeFixtures = (house: { send: Send }, ...resources: unknown[]): Promise<string[]> =>
  house.send(put, { resources }, 'fixture');

export const room = (code: string, name: string, examService?: string): Location => ({
  resourceType: 'Location',
  id: `room-${code.toLowerCase()}`,
  status: 'active',
  mode: 'instance',
  name,
  identifier: [{ system: SID.location, value: code }],
  ...(examService ? { extension: [{ url: `${EXT.room}-exam-service`, valueString: examService }] } : {}),
});

export const person = (
  id: string,
  name: string,
  birthDate = '1964-07-14',
  gender: 'male' | 'female' = 'female',
): Patient => ({
  resourceType: 'Patient',
  id,
  active: true,
  name: [{ use: 'official', text: name }],
  gender,
  birthDate,
});

export const card = (id: string, patient: string, number = 'GD4010123456789'): Coverage => ({
  resourceType: 'Coverage',
  id,
  identifier: [{ system: SID.bhyt, value: number }],
  status: 'active',
  beneficiary: { reference: `Patient/${patient}` },
  payor: [{ display: 'BHXH Việt Nam' }],
});

export const examNote = (encounter: string, patient: string): Composition => ({
  resourceType: 'Composition',
  status: 'final',
  type: { coding: [{ system: CS.document, code: 'exam-note' }] },
  subject: { reference: `Patient/${patient}` },
  encounter: { reference: `Encounter/${encounter}` },
  date: '2026-11-24T00:30:00.000Z',
  author: [{ display: 'BS. Trần Minh Quân' }],
  title: 'Phiếu khám',
});
