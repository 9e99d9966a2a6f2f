import { APPOINTMENT_CODE, appointmentCode, appointmentPatient, appointmentRoom } from '@mach/appointment/contract.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { idOf, roomOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Appointment, Encounter, Location, Patient } from '@mach/fhir/types.ts';
import { normalizePhone } from '@mach/vn/phone.ts';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { SID } from '@mach/vn/systems.ts';
import { cardOn } from '../card.ts';
import { checkIn, type KioskLookResult, type KioskTakeResult } from '../contract.ts';
import { kioskLookInput, kioskTakeInput } from '../inputs.ts';
import { maskedName } from '../queue/masked.ts';
import { cardCheckSince } from '../read.ts';
import { unidentifiedOf } from '../unknown.ts';
import { decide } from './benefit.ts';
import { cardsOf } from './coverage.ts';
import type { PatientRecord } from './register.ts';

type Booking = Appointment & { id: string };

interface Visitor {
  patient?: PatientRecord;
  booking?: Booking;
  /** More than one person answers to this. */
  several: boolean;
}

const isToday = (booking: Booking, now: string): boolean =>
  booking.status === 'booked' && booking.start !== undefined && localDate(booking.start) === localDate(now);

/** Who stands at the kiosk: by the card, the code of an appointment, or the telephone of one of today, nothing else. */
async function visitorOf(ctx: CommandContext, text: string): Promise<Visitor> {
  const code = appointmentCode(text);
  if (code !== undefined) {
    const [booking] = await ctx.byToken<Appointment>('Appointment.identifier', APPOINTMENT_CODE, code);
    if (!booking || !isToday(booking, ctx.now)) return { several: false };
    return { booking, patient: await patientOfBooking(ctx, booking), several: false };
  }
  const scan = scanRouter(text);
  if (scan.kind === 'cccd') return known(ctx, await ctx.byToken<Patient>('Patient.identifier', SID.cccd, scan.number));
  const phone = normalizePhone(text);
  if (phone === undefined) return { several: false };
  // A number in a telephone book opens nothing by itself: only who has an appointment today is found by it.
  const owners = await ctx.referring<Patient>('Patient.phone', phone);
  const found: Visitor[] = [];
  for (const patient of owners) {
    const one = await known(ctx, [patient]);
    if (one.booking) found.push(one);
  }
  return found.length === 1 && found[0] ? found[0] : { several: found.length > 1 };
}

async function patientOfBooking(ctx: CommandContext, booking: Booking): Promise<PatientRecord | undefined> {
  const id = appointmentPatient(booking);
  return id === undefined ? undefined : ctx.find<Patient>('Patient', id);
}

async function known(ctx: CommandContext, people: readonly PatientRecord[]): Promise<Visitor> {
  const active = people.filter((one) => one.active !== false);
  const [patient] = active;
  if (active.length !== 1 || !patient) return { several: active.length > 1 };
  const bookings = await ctx.referring<Appointment>('Appointment.patient', patient.id);
  return { patient, booking: bookings.find((one) => isToday(one, ctx.now)), several: false };
}

const DESK = {
  card: {
    vi: 'Thẻ BHYT cần được nhân viên xem và báo phần phải trả',
    en: 'Your insurance card has to be looked at by our staff',
  },
  record: { vi: 'Hồ sơ cần được nhân viên xem', en: 'Your record has to be looked at by our staff' },
} as const;

/** Whether the card on file pays by the right route; `undefined` where somebody has to look at it. */
async function insuredBy(ctx: CommandContext, patient: string): Promise<boolean | undefined> {
  const cards = await cardsOf(ctx, patient);
  if (cards.length === 0) return false;
  const card = cardOn(localDate(ctx.now), cards);
  if (!card || cardCheckSince(card, localDate(ctx.now)).status === 'refused') return undefined;
  try {
    const { benefit } = await decide(ctx, card, {});
    return benefit.state === 'valid' && benefit.properRoute ? true : undefined;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

async function look(ctx: CommandContext, text: string): Promise<KioskLookResult & Visitor> {
  const visitor = await visitorOf(ctx, text);
  const { patient, booking } = visitor;
  const appointment =
    booking === undefined
      ? null
      : {
          at: booking.start ?? '',
          room: idOf(appointmentRoom(booking)) ?? '',
          roomName: appointmentRoom(booking)?.display ?? '',
        };
  const none = { name: null, insured: false, lastRoom: null, appointment };
  if (!patient) {
    const outcome = visitor.several || booking !== undefined ? 'desk' : 'unknown';
    return { ...visitor, ...none, outcome, why: outcome === 'desk' ? DESK.record : null };
  }
  const closed =
    patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined || unidentifiedOf(patient) !== undefined;
  const insured = closed ? false : await insuredBy(ctx, patient.id);
  const visits = closed ? [] : await ctx.referring<Encounter>('Encounter.subject', patient.id);
  const last = visits.sort((a, b) => ((a.period?.start ?? '') < (b.period?.start ?? '') ? 1 : -1))[0];
  return {
    ...visitor,
    outcome: closed || insured === undefined ? 'desk' : 'ready',
    name: maskedName(patient.name?.[0]?.text ?? ''),
    appointment,
    insured: insured === true,
    lastRoom: (last && roomOf(last)) ?? null,
    why: closed ? DESK.record : insured === undefined ? DESK.card : null,
  };
}

export const kioskLookCommand = defineCommand({
  name: 'reception.kioskLook',
  kind: 'intent',
  permission: 'reception.kiosk',
  title: { vi: 'Kiosk: nhận người đến', en: 'Kiosk: who has come' },
  input: kioskLookInput,
  async handle(input, ctx): Promise<KioskLookResult> {
    const { outcome, name, appointment, insured, lastRoom, why } = await look(ctx, input.text);
    return { outcome, name, appointment, insured, lastRoom, why };
  },
});

export const kioskTakeCommand = defineCommand({
  name: 'reception.kioskTake',
  kind: 'intent',
  permission: 'reception.kiosk',
  title: { vi: 'Kiosk: lấy số', en: 'Kiosk: take a number' },
  input: kioskTakeInput,
  async handle(input, ctx): Promise<KioskTakeResult> {
    const found = await look(ctx, input.text);
    const { patient, booking } = found;
    if (found.outcome !== 'ready' || !patient || (input.payer === 'bhyt' && !found.insured))
      throw refuse(409, 'kiosk-desk', found.why ?? { vi: 'Mời đến quầy tiếp đón', en: 'Please go to the desk' }, {
        field: 'text',
        remedy: { vi: 'Đến quầy tiếp đón', en: 'Go to the desk' },
      });
    const room = await ctx.read<Location>('Location', input.room);
    const taken = await ctx.call(checkIn, {
      patient: patient.id,
      room: input.room,
      reason: input.reason,
      payer: input.payer,
      ...(booking ? { appointment: booking.id } : {}),
      ...(input.told ? { told: input.told } : {}),
    });
    return {
      encounter: taken.encounter,
      queueNumber: taken.queueNumber,
      room: input.room,
      roomName: room.name ?? '',
      door: room.identifier?.find((i) => i.system === SID.location)?.value ?? '',
    };
  },
});
