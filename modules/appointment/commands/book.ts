import { refuse } from '@mach/base/problem.ts';
import { localCompact, localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Appointment, Patient, Reference } from '@mach/fhir/types.ts';
import type { AppointmentResult } from '../contract.ts';
import { arriveInput, bookInput, type CallerFields, cancelInput, moveInput, noShowInput } from '../inputs.ts';
import {
  APP_EXT,
  CODE,
  callerOf,
  doctorOf,
  inSlot,
  ORIGIN,
  participants,
  patientOf,
  resultOf,
  roomOf,
  slotOf,
  withExt,
} from '../record.ts';
import { mobile } from '../rules/message.ts';
import { type Booking, checkOnce, type LockedSlot, leavePlace, takePlace, tell } from './place.ts';

/** `HK2611240042`: day of booking and serial; the letters tell it from a telephone and from an insurance number. */
async function nextCode(ctx: CommandContext): Promise<string> {
  const day = localCompact(ctx.performedAt, 8).slice(2);
  return `HK${day}${String(await ctx.next(`appointment:${day}`)).padStart(4, '0')}`;
}

export const isClosed = (patient: Patient): boolean =>
  patient.active === false || patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined;

/** The patient, locked: two desks that book the same person stand in line. @throws Problem 409 */
async function bookable(ctx: CommandContext, id: string): Promise<Patient & { id: string }> {
  const patient = await ctx.lock<Patient>('Patient', id);
  if (!isClosed(patient)) return patient;
  throw refuse(
    409,
    'patient-closed',
    { vi: 'Hồ sơ người bệnh đã đóng', en: 'This patient record is closed' },
    { field: 'patient', remedy: { vi: 'So lại hồ sơ', en: 'Check whose record it is' } },
  );
}

export interface Wanted {
  patient?: Patient & { id: string };
  person?: CallerFields;
  reason: string;
  origin?: string;
}

/** The new appointment; without a slot it waits for a time. */
export async function newBooking(
  ctx: CommandContext,
  wanted: Wanted,
  place: LockedSlot | { room: Reference; day: string },
): Promise<Booking> {
  const { patient, person } = wanted;
  const given = 'resourceType' in place;
  const who = patient && { reference: `Patient/${patient.id}`, display: patient.name?.[0]?.text };
  const room = given ? roomOf(place) : place.room;
  const doctor = given ? doctorOf(place) : undefined;
  return ctx.create<Appointment>({
    resourceType: 'Appointment',
    identifier: [
      { system: CODE, value: await nextCode(ctx) },
      ...(wanted.origin === undefined ? [] : [{ system: ORIGIN, value: wanted.origin }]),
    ],
    status: given ? 'booked' : 'proposed',
    ...(given ? inSlot(place) : { requestedPeriod: [{ start: place.day, end: place.day }] }),
    created: ctx.performedAt,
    description: wanted.reason,
    participant: given
      ? participants(who, place)
      : [who, room]
          .filter((actor) => actor !== undefined)
          .map((actor) => ({ actor: actor as never, status: 'needs-action' as const })),
    extension: [
      ...(who ? [{ url: APP_EXT.patient, valueReference: who }] : []),
      ...(room ? [{ url: APP_EXT.room, valueReference: room }] : []),
      ...(doctor ? [{ url: APP_EXT.doctor, valueReference: doctor }] : []),
      ...(person ? [callerExtension(person)] : []),
    ],
  });
}

const callerExtension = (person: CallerFields) => ({
  url: APP_EXT.caller,
  extension: Object.entries({
    name: person.name,
    phone: mobile(person.phone) ?? person.phone,
    birthDate: person.birthDate,
  })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([url, valueString]) => ({ url, valueString })),
});

export const bookCommand = defineCommand({
  name: 'appointment.book',
  kind: 'intent',
  permission: 'appointment.book',
  title: { vi: 'Đặt lịch khám', en: 'Book an appointment' },
  input: bookInput,
  async handle(input, ctx): Promise<AppointmentResult> {
    if (input.patient === undefined && input.person === undefined)
      throw refuse(
        422,
        'person-missing',
        { vi: 'Chưa biết đặt cho ai', en: 'Nobody is named' },
        {
          field: 'patient',
          remedy: {
            vi: 'Chọn người bệnh, hoặc ghi tên và điện thoại',
            en: 'Choose a patient, or give name and telephone',
          },
        },
      );
    const patient = input.patient === undefined ? undefined : await bookable(ctx, input.patient);
    const slot = await takePlace(ctx, input.slot);
    if (patient && input.againReason === undefined) await checkOnce(ctx, patient.id, localDate(slot.start));
    const person = patient ? undefined : input.person;
    const booking = await newBooking(ctx, { patient, person, reason: input.reason }, slot);
    await tell(ctx, 'booked', booking);
    ctx.emit('appointment.booked', { appointment: booking.id, patient: patient?.id ?? null });
    return resultOf(booking);
  },
});

/** An appointment in a state from which a deed is possible. @throws Problem 409 */
async function lockBooking(ctx: CommandContext, id: string, ...from: Appointment['status'][]): Promise<Booking> {
  const booking = await ctx.lock<Appointment>('Appointment', id);
  if (from.includes(booking.status)) return booking;
  const words: Partial<Record<Appointment['status'], { vi: string; en: string }>> = {
    arrived: { vi: 'đã đến khám', en: 'has arrived' },
    fulfilled: { vi: 'đã đến khám', en: 'has arrived' },
    cancelled: { vi: 'đã huỷ', en: 'is cancelled' },
    noshow: { vi: 'đã ghi không đến', en: 'is marked as not shown' },
    proposed: { vi: 'chưa có giờ', en: 'has no time yet' },
  };
  const word = words[booking.status] ?? { vi: booking.status, en: booking.status };
  throw refuse(
    409,
    'appointment-state',
    { vi: `Lịch hẹn ${word.vi}`, en: `The appointment ${word.en}` },
    { field: 'appointment', remedy: { vi: 'Tải lại danh sách', en: 'Load the list again' } },
  );
}

/** Puts an appointment into another slot. */
export async function moveTo(ctx: CommandContext, booking: Booking, to: string, reason: string): Promise<Booking> {
  const from = slotOf(booking);
  // Both slots are taken in one order, so that two who swap never wait for each other.
  if (from !== undefined && from < to) await leavePlace(ctx, from, booking.id);
  const slot = await takePlace(ctx, to, booking.id);
  if (from !== undefined && from > to) await leavePlace(ctx, from, booking.id);
  const patient = booking.extension?.find((e) => e.url === APP_EXT.patient)?.valueReference;
  const doctor = doctorOf(slot);
  const inPlace = { extension: withExt(booking, APP_EXT.room, { valueReference: roomOf(slot) }) };
  const placed = { extension: withExt(inPlace, APP_EXT.doctor, doctor && { valueReference: doctor }) };
  const told = { extension: withExt(placed, APP_EXT.reminded, undefined) };
  return ctx.update<Appointment>({
    ...booking,
    ...inSlot(slot),
    status: 'booked',
    participant: participants(patient, slot),
    extension: withExt(told, APP_EXT.changed, { valueString: reason }),
  });
}

export const moveCommand = defineCommand({
  name: 'appointment.move',
  kind: 'intent',
  permission: 'appointment.book',
  title: { vi: 'Chuyển lịch hẹn', en: 'Move an appointment' },
  input: moveInput,
  async handle(input, ctx): Promise<AppointmentResult> {
    const booking = await lockBooking(ctx, input.appointment, 'booked', 'proposed');
    if (slotOf(booking) === input.slot) return resultOf(booking);
    const moved = await moveTo(ctx, booking, input.slot, input.reason);
    await tell(ctx, booking.status === 'proposed' ? 'booked' : 'moved', moved);
    ctx.emit('appointment.moved', { appointment: moved.id, patient: patientOf(moved) ?? null });
    return resultOf(moved);
  },
});

export async function callOff(
  ctx: CommandContext,
  booking: Booking,
  reason: string,
  tellAs?: 'cancelled' | 'called-off',
): Promise<Booking> {
  await leavePlace(ctx, slotOf(booking), booking.id);
  const cancelled = ctx.update<Appointment>({ ...booking, status: 'cancelled', cancelationReason: { text: reason } });
  if (tellAs && booking.status === 'booked') await tell(ctx, tellAs, cancelled);
  ctx.emit('appointment.cancelled', { appointment: booking.id, patient: patientOf(booking) ?? null, reason });
  return cancelled;
}

export const cancelCommand = defineCommand({
  name: 'appointment.cancel',
  kind: 'intent',
  permission: 'appointment.book',
  title: { vi: 'Huỷ lịch hẹn', en: 'Cancel an appointment' },
  input: cancelInput,
  async handle(input, ctx): Promise<AppointmentResult> {
    const booking = await lockBooking(ctx, input.appointment, 'booked', 'proposed', 'noshow');
    return resultOf(await callOff(ctx, booking, input.reason, input.by === 'house' ? 'called-off' : 'cancelled'));
  },
});

export const noShowCommand = defineCommand({
  name: 'appointment.markNoShow',
  kind: 'fact',
  permission: 'appointment.book',
  title: { vi: 'Ghi không đến', en: 'Mark as not shown' },
  input: noShowInput,
  async handle(input, ctx): Promise<AppointmentResult> {
    const booking = await lockBooking(ctx, input.appointment, 'booked');
    if ((booking.start ?? '') > ctx.performedAt)
      throw refuse(
        409,
        'not-due-yet',
        { vi: 'Chưa đến giờ hẹn', en: 'The time has not come yet' },
        {
          field: 'appointment',
          remedy: {
            vi: 'Huỷ hoặc chuyển lịch nếu người bệnh báo trước',
            en: 'Cancel or move it when the patient has said so',
          },
        },
      );
    return resultOf(ctx.update<Appointment>({ ...booking, status: 'noshow' }));
  },
});

export const arriveCommand = defineCommand({
  name: 'appointment.arrive',
  kind: 'intent',
  permission: 'appointment.book',
  title: { vi: 'Đến khám theo hẹn', en: 'Arrived for an appointment' },
  input: arriveInput,
  async handle(input, ctx): Promise<AppointmentResult> {
    const booking = await lockBooking(ctx, input.appointment, 'booked', 'proposed', 'noshow');
    const own = patientOf(booking);
    if (own !== undefined && own !== input.patient)
      throw refuse(
        409,
        'appointment-of-another',
        { vi: 'Lịch hẹn này của người khác', en: 'This appointment belongs to somebody else' },
        { field: 'appointment', remedy: { vi: 'So lại họ tên và mã hẹn', en: 'Compare name and code' } },
      );
    const who = { reference: `Patient/${input.patient}`, display: nameOf(booking) ?? callerOf(booking)?.name };
    const visit = { valueReference: { reference: `Encounter/${input.encounter}` } };
    const known = { extension: withExt(booking, APP_EXT.encounter, visit) };
    const arrived = ctx.update<Appointment>({
      ...booking,
      status: 'arrived',
      participant:
        own === undefined ? [{ actor: who, status: 'accepted' }, ...booking.participant] : booking.participant,
      extension: withExt(known, APP_EXT.patient, { valueReference: who }),
    });
    ctx.emit('appointment.arrived', { appointment: booking.id, patient: input.patient, encounter: input.encounter });
    return resultOf(arrived);
  },
});

const nameOf = (booking: Appointment): string | undefined =>
  booking.extension?.find((e) => e.url === APP_EXT.patient)?.valueReference?.display;
