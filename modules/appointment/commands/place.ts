/** Taking and leaving a place of a slot: whoever asks holds the slot, so that nobody counts at the same time. */
import { refuse } from '@mach/base/problem.ts';
import { formatTime, localDate } from '@mach/base/time.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Appointment, Location, Patient, Slot } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import { SID } from '@mach/vn/systems.ts';
import { MESSAGES } from '../contract.ts';
import { APP_EXT, callerOf, codeOf, ext, idOf, isStanding, patientOf, placesOf, roomOf } from '../record.ts';
import { type MessageKind, messageText, mobile } from '../rules/message.ts';

export type Booking = IdentifiedResource<Appointment>;
export type LockedSlot = IdentifiedResource<Slot>;

async function standingIn(ctx: CommandContext, slot: string): Promise<Booking[]> {
  return (await ctx.referring<Appointment>('Appointment.slot', slot)).filter(isStanding);
}

/** Locks a slot and makes sure that it has a place. @throws Problem 409 when it is full, closed or past */
export async function takePlace(ctx: CommandContext, id: string, except?: string): Promise<LockedSlot> {
  const slot = await ctx.lock<Slot>('Slot', id);
  const at = formatTime(slot.start);
  const another = { vi: 'Chọn giờ khác', en: 'Choose another time' };
  if (slot.status === 'busy-unavailable')
    throw refuse(
      409,
      'slot-closed',
      { vi: `Giờ ${at} đã đóng`, en: `${at} is closed` },
      { field: 'slot', remedy: another },
    );
  if (slot.end <= ctx.performedAt)
    throw refuse(
      409,
      'slot-past',
      { vi: `Giờ ${at} đã qua`, en: `${at} has passed` },
      { field: 'slot', remedy: another },
    );
  const standing = (await standingIn(ctx, id)).filter((one) => one.id !== except);
  const places = placesOf(slot);
  if (standing.length >= places)
    throw refuse(
      409,
      'slot-full',
      { vi: `Giờ ${at} đã đủ ${places} người`, en: `${at} has all its ${places} people` },
      { field: 'slot', remedy: another },
    );
  return mark(ctx, slot, standing.length + 1);
}

/** Gives a place of a slot back. */
export async function leavePlace(ctx: CommandContext, id: string | undefined, leaving: string): Promise<void> {
  if (id === undefined) return;
  const slot = await ctx.lock<Slot>('Slot', id);
  if (slot.status === 'busy-unavailable') return;
  mark(ctx, slot, (await standingIn(ctx, id)).filter((one) => one.id !== leaving).length);
}

function mark(ctx: CommandContext, slot: LockedSlot, booked: number): LockedSlot {
  const status = booked >= placesOf(slot) ? 'busy' : 'free';
  return status === slot.status ? slot : ctx.update<Slot>({ ...slot, status });
}

/** One person comes once a day, unless there is a reason. */
export async function checkOnce(ctx: CommandContext, patient: string, day: string, except?: string): Promise<void> {
  const others = await ctx.referring<Appointment>('Appointment.patient', patient);
  const same = others.find(
    (one) => one.id !== except && one.status === 'booked' && one.start !== undefined && localDate(one.start) === day,
  );
  if (!same) return;
  const at = formatTime(same.start ?? '');
  const room = roomOf(same)?.display ?? '';
  throw refuse(
    409,
    'booked-already',
    {
      vi: `Người bệnh đã có hẹn ${at} cùng ngày, ${room}`,
      en: `This person has an appointment at ${at} that day, ${room}`,
    },
    {
      field: 'againReason',
      remedy: { vi: 'Chuyển lịch đã có, hoặc ghi lý do hẹn thêm', en: 'Move that one, or give a reason for a second' },
    },
  );
}

/** The telephone of an appointment, as the record or the caller gave it. */
export async function phoneOf(ctx: CommandContext, booking: Appointment): Promise<string | undefined> {
  const id = patientOf(booking);
  const patient = id === undefined ? undefined : await ctx.find<Patient>('Patient', id);
  const own = patient?.telecom?.find((t) => t.system === 'phone')?.value;
  const guardian = patient?.contact?.flatMap((c) => c.telecom ?? []).find((t) => t.system === 'phone')?.value;
  return mobile(own) ?? mobile(callerOf(booking)?.phone) ?? mobile(guardian);
}

/** Hands a message to the outbox; false where nobody can be reached. */
export async function tell(ctx: CommandContext, kind: MessageKind, booking: Booking): Promise<boolean> {
  const to = await phoneOf(ctx, booking);
  const { start } = booking;
  if (to === undefined || start === undefined) return false;
  const room = await ctx.find<Location>('Location', idOf(roomOf(booking)) ?? '');
  const text = messageText(kind, {
    facility: ctx.facility.name,
    start,
    door: room?.identifier?.find((i) => i.system === SID.location)?.value ?? '',
    code: codeOf(booking),
  });
  ctx.send({
    destination: MESSAGES,
    kind: `appointment-${kind}`,
    subject: `Appointment/${booking.id}`,
    patient: patientOf(booking),
    payload: { to, text },
    deadline: start > ctx.now ? start : new Date(Date.parse(ctx.now) + 3_600_000).toISOString(),
    owner: 'reception',
  });
  return true;
}

export const reminded = (booking: Appointment): boolean => ext(booking, APP_EXT.reminded) !== undefined;
