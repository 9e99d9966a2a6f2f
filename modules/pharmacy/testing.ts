/** Helpers of database tests: a visit with a signed prescription, brought to the window. */
import assert from 'node:assert/strict';
import type { Problem } from '@mach/base/problem.ts';
import {
  conclude,
  openVisit,
  type PrescriptionLineInput,
  recordDiagnoses,
  settle,
  signPrescription,
  startExam,
} from '@mach/encounter/contract.ts';
import { examNote, fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import { commands, defineCommand, defineModule } from '@mach/engine';
import { type CommandRef, commandRef } from '@mach/engine/command-ref.ts';
import type { ChargeItem, Invoice, Patient } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';
import { z } from 'zod';
import { receiveStock } from './contract.ts';

export { fixtures };

/** As much of the test engine as is needed here. */
export interface House {
  send<I, R>(command: CommandRef<I, R>, input: I, as: string, options?: object): Promise<R>;
}

const payInput = z.strictObject({ encounter: z.string() });
const pay = commandRef<z.input<typeof payInput>, string>('till.pay');

/** A till that bills every line of a visit: the cashier's part, without its sums. */
export const till = defineModule({
  name: 'till',
  title: { vi: 'Quầy thu thử', en: 'Test till' },
  // Drugs out of a cabinet are recorded by other modules; here the pharmacist stands in for them.
  roles: { till: ['till.pay'], pharmacist: ['pharmacy.use'] },
  commands: commands(
    defineCommand({
      name: 'till.pay',
      kind: 'intent',
      permission: 'till.pay',
      title: { vi: 'Thu', en: 'Pay' },
      input: payInput,
      handle: async ({ encounter }, ctx) => {
        const charges = await ctx.referring<ChargeItem>('ChargeItem.context', encounter);
        for (const charge of charges)
          if (charge.status === 'billable') ctx.update<ChargeItem>({ ...charge, status: 'billed' });
        const invoice = ctx.seal<Invoice>({
          resourceType: 'Invoice',
          status: 'balanced',
          subject: charges[0]?.subject as Invoice['subject'],
        });
        await ctx.call(settle, { encounter, invoice: invoice.id });
        return invoice.id;
      },
    }),
  ),
});

export const AMLODIPIN = 'amlodipin-5-mg-v';
export const METFORMIN = 'metformin-500-mg-v';

export const line = (drug: string, quantity: string, days = 30): PrescriptionLineInput => ({
  drug,
  perDose: '1',
  doseUnit: 'viên',
  timesPerDay: 1,
  days,
  quantity,
  text: 'Uống sáng 1 viên sau ăn',
});

export async function people(house: House): Promise<void> {
  const lan: Patient = {
    ...person('lan', 'Trần Thị Lan'),
    identifier: [{ system: SID.patientCode, value: '2600-000-000-1' }],
  };
  await writeFixtures(
    house,
    room('305', 'Phòng khám Nội 3', '02.1898'),
    lan,
    person('hung', 'Lê Văn Hùng', '1955-03-02', 'male'),
  );
}

export interface Prescribed {
  encounter: string;
  prescription: string;
  code: string;
  /** MedicationRequests, in the order of the lines. */
  lines: string[];
  visitCode: string;
}

/** A signed prescription of a concluded visit; paid unless told otherwise. */
export async function prescribed(
  house: House,
  lines: readonly PrescriptionLineInput[],
  options: { patient?: string; paid?: boolean; emergency?: boolean } = {},
): Promise<Prescribed> {
  const patient = options.patient ?? 'lan';
  const { encounter, visitCode } = await house.send(
    openVisit,
    {
      patient,
      room: 'room-305',
      reason: 'Tái khám',
      payer: 'fee' as const,
      againReason: 'Khám lần nữa',
      ...(options.emergency ? { priority: { reason: 'emergency' as const } } : {}),
    },
    'reception',
  );
  await house.send(startExam, { encounter }, 'doctor');
  await house.send(recordDiagnoses, { encounter, diagnoses: [{ code: 'I10', principal: true }] }, 'doctor');
  const signed = await house.send(signPrescription, { encounter, lines: [...lines] }, 'doctor');
  await writeFixtures(house, examNote(encounter, patient));
  await house.send(conclude, { encounter, outcome: 'home' as const }, 'doctor');
  if (options.paid !== false) await paid(house, encounter);
  return {
    encounter,
    visitCode,
    prescription: signed.prescription,
    code: signed.code,
    lines: signed.lines.map((l) => l.medicationRequest),
  };
}

export const paid = (house: House, encounter: string): Promise<string> => house.send(pay, { encounter }, 'till');

/** Lots on a shelf: `[drug, lot, expiry, quantity]`. */
export const stock = (
  house: House,
  rows: readonly (readonly [string, string, string, string])[],
  place = 'KHO-LE',
): Promise<unknown> =>
  house.send(
    receiveStock,
    {
      place,
      items: rows.map(([drug, lot, expiry, quantity]) => ({
        drug,
        lot,
        expiry,
        quantity,
        price: '500',
        supplier: 'Công ty Dược Mẫu A',
      })),
    },
    'pharmacist',
  );

/** The refusal of a command: its status and first code, with a remedy in both languages. */
export async function refused(work: Promise<unknown>, status: number, code: string): Promise<Problem> {
  let problem: Problem | undefined;
  await assert.rejects(work, (error) => {
    problem = error as Problem;
    assert.equal(problem.status, status, problem.message);
    assert.equal(problem.issues[0]?.code, code, problem.message);
    return true;
  });
  return problem as Problem;
}
