/** Helpers of database tests of the cashier and the claims: an insured person, and visits brought to the cashier's desk. */
import {
  advanceOrder,
  conclude,
  type OpenVisitInput,
  openVisit,
  type PrescriptionLineInput,
  placeOrders,
  recordDiagnoses,
  signPrescription,
  startExam,
} from '@mach/encounter/contract.ts';
import { examNote, room, writeFixtures } from '@mach/encounter/testing.ts';
import type { CommandRef } from '@mach/engine/command-ref.ts';
import type { Module } from '@mach/engine/module.ts';
import type { Coverage, Organization, Patient, Practitioner } from '@mach/fhir/types.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import type { Hall } from './testing/desk.ts';

export type { Hall } from './testing/desk.ts';

/** A phone of the smallest size that is served. */
export const PHONE = { width: 360, height: 800 };

/** As much of the test engine as is needed here. */
export interface House {
  send<I, R>(command: CommandRef<I, R>, input: I, as: string): Promise<R>;
  clock: { advance(ms: number): void };
}

export const FACILITY = '01999';

export const insuredPerson = (id: string, name: string, cccd: string): Patient => ({
  resourceType: 'Patient',
  id,
  active: true,
  identifier: [
    { system: SID.patientCode, value: `26000${id.length}${cccd.slice(-4)}` },
    { system: SID.cccd, value: cccd },
  ],
  name: [{ use: 'official', text: name }],
  gender: 'female',
  birthDate: '1964-07-14',
  extension: [
    { url: EXT.ethnic, valueCoding: { system: CS.ethnic, code: '01', display: 'Kinh' } },
    { url: EXT.nationality, valueCode: 'VN' },
  ],
  address: [
    {
      text: '12 Nguyễn Trãi, Phường Ba Đình, Hà Nội',
      extension: [
        { url: EXT.province, valueCoding: { system: CS.province, code: '01', display: 'Hà Nội' } },
        { url: EXT.ward, valueCoding: { system: CS.ward, code: '00004', display: 'Phường Ba Đình' } },
      ],
    },
  ],
});

export const insuredCard = (
  id: string,
  patient: string,
  number: string,
  over: { from?: string; to?: string; fiveYears?: string; verified?: boolean; registered?: string } = {},
): Coverage => ({
  resourceType: 'Coverage',
  id,
  identifier: [{ system: SID.bhyt, value: number }],
  status: 'active',
  beneficiary: { reference: `Patient/${patient}` },
  payor: [{ display: 'BHXH Việt Nam' }],
  period: { start: over.from ?? '2026-01-01', end: over.to ?? '2026-12-31' },
  extension: [
    {
      url: EXT.registeredFacility,
      valueIdentifier: { system: SID.facility, value: over.registered ?? FACILITY },
    },
    ...(over.fiveYears ? [{ url: EXT.fiveYears, valueDate: over.fiveYears }] : []),
    ...(over.verified
      ? [
          {
            url: EXT.portalCheck,
            extension: [
              { url: 'status', valueCode: 'verified' },
              { url: 'at', valueInstant: '2026-11-24T00:00:00.000Z' },
            ],
          },
        ]
      : []),
  ],
});

const practitioner = (login: string, name: string, licence: string): Practitioner => ({
  resourceType: 'Practitioner',
  id: `prac-${login}`,
  active: true,
  name: [{ text: name }],
  identifier: [{ system: SID.practitionerLicence, value: licence }],
});

const department: Organization = {
  resourceType: 'Organization',
  id: 'dep-k01',
  active: true,
  name: 'Khoa Khám bệnh',
  identifier: [{ system: SID.department, value: 'K01' }],
};

/** Two rooms, the people who work there, two patients with cards (`card-lan` at 80 %, `card-hung` at 80 %). */
export async function furnish(house: House): Promise<void> {
  const of = { managingOrganization: { reference: 'Organization/dep-k01' } };
  await writeFixtures(
    house,
    department,
    { ...room('305', 'Phòng khám Nội 3', '02.1898'), ...of },
    { ...room('303', 'Phòng khám Tim mạch', '02.1898'), ...of },
    practitioner('doctor', 'BS. Trần Minh Quân', '000002/DEMO-GPHN'),
    practitioner('lab-technician', 'CN. Phạm Quốc Bảo', '000004/DEMO-GPHN'),
    practitioner('giamdoc', 'BSCKII. Giám Đốc', '000001/DEMO-GPHN'),
    insuredPerson('lan', 'Trần Thị Lan', '001164000017'),
    insuredPerson('hung', 'Lê Văn Hùng', '001064000025'),
    insuredCard('card-lan', 'lan', 'GD4010123456789', { verified: true }),
    insuredCard('card-hung', 'hung', 'GD4010123456780', { verified: true, fiveYears: '2024-01-01' }),
  );
}

const benefit = { rate: 80, category: '1.1', hash: 'test', route: 'right' } as const;

export const insuredVisit = (over: Partial<OpenVisitInput> = {}): OpenVisitInput => ({
  patient: 'lan',
  room: 'room-305',
  reason: 'Tái khám tăng huyết áp',
  payer: 'bhyt',
  coverage: 'card-lan',
  benefit,
  againReason: 'Thử nghiệm',
  ...over,
});

export const feeVisit = (over: Partial<OpenVisitInput> = {}): OpenVisitInput => ({
  patient: 'lan',
  room: 'room-305',
  reason: 'Đau đầu',
  payer: 'fee',
  againReason: 'Thử nghiệm',
  ...over,
});

export const METFORMIN: PrescriptionLineInput = {
  drug: 'metformin-850-mg-v',
  perDose: '1',
  doseUnit: 'viên',
  timesPerDay: 2,
  slots: { morning: '1', night: '1' },
  days: 30,
  quantity: '60',
  text: 'Uống sáng 1 viên, tối 1 viên, sau ăn',
};

export interface Ready {
  encounter: string;
  visitCode: string;
  orders: string[];
}

/** A visit from the desk to the cashier: exam, orders with results, prescription, diagnosis, conclusion. */
export async function visitToPay(
  house: House,
  input: OpenVisitInput,
  over: { services?: string[]; drugs?: PrescriptionLineInput[]; revisit?: string } = {},
): Promise<Ready> {
  const { encounter, visitCode } = await house.send(openVisit, input, 'reception');
  house.clock.advance(60_000);
  await house.send(startExam, { encounter }, 'doctor');
  house.clock.advance(60_000);
  const orders: string[] = [];
  if (over.services?.length) {
    const placed = await house.send(
      placeOrders,
      { encounter, items: over.services.map((service) => ({ service })) },
      'doctor',
    );
    house.clock.advance(60_000);
    for (const { order } of placed.orders) {
      orders.push(order);
      await house.send(advanceOrder, { order, to: 'performed' }, 'lab-technician');
      house.clock.advance(60_000);
      await house.send(advanceOrder, { order, to: 'validated' }, 'lab-technician');
    }
    await house.send(startExam, { encounter }, 'doctor');
  }
  await house.send(recordDiagnoses, { encounter, diagnoses: [{ code: 'I10', principal: true }] }, 'doctor');
  if (over.drugs?.length) await house.send(signPrescription, { encounter, lines: over.drugs }, 'doctor');
  await writeFixtures(house, examNote(encounter, input.patient));
  house.clock.advance(60_000);
  await house.send(
    conclude,
    over.revisit === undefined
      ? { encounter, outcome: 'home' }
      : { encounter, outcome: 'revisit', revisit: over.revisit },
    'doctor',
  );
  return { encounter, visitCode, orders };
}

/** A hall of desks in a real browser; loaded only where it is opened. */
export const openHall = async (modules: readonly Module[]): Promise<Hall> =>
  (await import('./testing/desk.ts')).openHall(modules, furnish);
