/** Helpers of database tests: a house with a visit in the doctor's room, orders placed on it, and refusals. */
import assert from 'node:assert/strict';
import type { Problem } from '@mach/base/problem.ts';
import { openVisit, placeOrders, startExam } from '@mach/encounter/contract.ts';
import { fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import type { CommandRef } from '@mach/engine/command-ref.ts';
import type { Patient } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';

export { fixtures };

/** As much of the test engine as is needed here. */
export interface House {
  send<I, R>(command: CommandRef<I, R>, input: I, as: string, options?: object): Promise<R>;
}

export const LAN_CODE = '2600-000-000-1';

/** @param rooms `false` where the demo hospital has brought its own */
export async function people(house: House, { rooms = true } = {}): Promise<void> {
  const lan: Patient = {
    ...person('lan', 'Trần Thị Lan'),
    identifier: [
      { system: SID.patientCode, value: LAN_CODE },
      { system: SID.cccd, value: '001164000123' },
    ],
  };
  await writeFixtures(
    house,
    ...(rooms ? [room('305', 'Phòng khám Nội 3', '02.1898'), room('SA', 'Phòng siêu âm')] : []),
    lan,
    person('hung', 'Lê Văn Hùng', '1955-03-02', 'male'),
    person('mai', 'Nguyễn Thị Thuý Mai', '1995-04-05', 'female'),
    person('be', 'Nguyễn Minh Khôi', '2026-05-01', 'male'),
    unknownBirth(),
  );
}

/** A visit of somebody in the exam room with these services ordered; ids in the order of the codes. */
export async function ordered(
  house: House,
  patient: string,
  services: readonly string[],
  priority?: 'routine' | 'urgent' | 'stat',
): Promise<{ encounter: string; visitCode: string; orders: string[] }> {
  const { encounter, visitCode } = await house.send(
    openVisit,
    { patient, room: 'room-305', reason: 'Khám', payer: 'fee' as const, againReason: 'Khám lần nữa' },
    'reception',
  );
  await house.send(startExam, { encounter }, 'doctor');
  const { orders } = await house.send(
    placeOrders,
    { encounter, items: services.map((service) => ({ service, priority })) },
    'doctor',
  );
  return { encounter, visitCode, orders: orders.map((o) => o.order) };
}

/** The refusal of a command: its status and first code, with a remedy in both languages. */
export async function refused(work: Promise<unknown>, status: number, code: string): Promise<Problem> {
  let problem: Problem | undefined;
  await assert.rejects(work, (error) => {
    problem = error as Problem;
    assert.equal(problem.status, status, problem.message);
    assert.equal(problem.issues[0]?.code, code, problem.message);
    assert.ok(problem.issues[0]?.remedy?.vi && problem.issues[0].remedy.en, 'names a remedy');
    return true;
  });
  return problem as Problem;
}

/** Somebody of whom nobody knows when he was born. */
function unknownBirth(): Patient {
  const { birthDate: _unknown, ...rest } = person('khong-ro', 'Người Chưa Rõ');
  return rest;
}
