import { addDays } from '@mach/base/time.ts';
import { outcomeOf, roomOf as visitRoom } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Appointment, Encounter, Patient, Slot } from '@mach/fhir/types.ts';
import type { FollowUpResult, RemindResult } from '../contract.ts';
import { followUpInput, remindInput, stopForInput } from '../inputs.ts';
import { APP_EXT, DAY_TAG, ORIGIN, ROOM_DAY_TAG, roomDay, withExt } from '../record.ts';
import { callOff, isClosed, moveTo, newBooking } from './book.ts';
import { type Booking, reminded, takePlace, tell } from './place.ts';

/** A re-examination is not pushed further than this behind the day that the doctor wrote. */
const DAYS_BEHIND = 7;
/** Reminders of one command. */
const REMINDERS = 200;

const NONE: FollowUpResult = { appointment: null, status: null, start: null };
const told = (booking: Appointment & { id: string }): FollowUpResult => ({
  appointment: booking.id,
  status: booking.status as FollowUpResult['status'],
  start: booking.start ?? null,
});

/** Free slots of a room on a day, the ones nearest to a time of day first: people come back at the hour they know. */
async function freeSlots(ctx: CommandContext, room: string, day: string, near: string): Promise<string[]> {
  const minutes = (at: string): number => Math.floor(Date.parse(at) / 60_000) % (24 * 60);
  const slots = await ctx.byToken<Slot>('Slot._tag', ROOM_DAY_TAG, roomDay(room, day));
  return slots
    .filter((slot) => slot.status === 'free' && slot.start > ctx.performedAt)
    .sort(
      (a, b) =>
        Math.abs(minutes(a.start) - minutes(near)) - Math.abs(minutes(b.start) - minutes(near)) ||
        (a.start < b.start ? -1 : 1),
    )
    .map((slot) => slot.id);
}

export const bookFollowUpCommand = defineCommand({
  name: 'appointment.bookFollowUp',
  kind: 'intent',
  permission: 'appointment.follow-up',
  title: { vi: 'Hẹn khám lại', en: 'Book a re-examination' },
  input: followUpInput,
  async handle(input, ctx): Promise<FollowUpResult> {
    const visit = await ctx.read<Encounter>('Encounter', input.encounter);
    const patient = visit.subject?.reference?.split('/')[1] ?? '';
    const outcome = outcomeOf(visit);
    const wanted = outcome?.code === 'died' ? undefined : outcome?.revisit;
    const standing = await ofVisit(ctx, visit.id);
    if (wanted === undefined) {
      if (standing) await callOff(ctx, standing, 'Bác sĩ bỏ hẹn khám lại', 'cancelled');
      return NONE;
    }
    // The date stands already, or the desk has moved it on purpose behind what the doctor wrote.
    if (standing && wantedOf(standing) === wanted) return told(standing);
    const person = await ctx.lock<Patient>('Patient', patient);
    // After the fact there is nobody to refuse to: a closed record gets no appointment.
    if (isClosed(person)) return NONE;
    const room = visitRoom(visit) ?? '';
    const slot = await firstFree(ctx, room, wanted, visit.period?.start ?? ctx.performedAt);
    const marked = { patient: person, reason: visit.reasonCode?.[0]?.text ?? 'Khám lại', origin: visit.id };
    if (standing && slot) return told(remember(ctx, await moveTo(ctx, standing, slot, 'Bác sĩ đổi ngày hẹn'), wanted));
    const place = slot
      ? await takePlace(ctx, slot)
      : { room: { reference: `Location/${room}`, display: visit.location?.[0]?.location.display }, day: wanted };
    if (standing) await callOff(ctx, standing, 'Bác sĩ đổi ngày hẹn');
    const booking = remember(ctx, await newBooking(ctx, marked, place), wanted);
    await tell(ctx, 'booked', booking);
    ctx.emit('appointment.booked', { appointment: booking.id, patient });
    return told(booking);
  },
});

/** The day that the doctor wrote, kept with the appointment: a second call of the command sees that nothing changed. */
const wantedOf = (booking: Appointment): string | undefined => booking.requestedPeriod?.[0]?.start?.slice(0, 10);
const remember = (ctx: CommandContext, booking: Booking, day: string): Booking =>
  wantedOf(booking) === day
    ? booking
    : ctx.update<Appointment>({ ...booking, requestedPeriod: [{ start: day, end: day }] });

async function firstFree(ctx: CommandContext, room: string, day: string, near: string): Promise<string | undefined> {
  for (let n = 0; n <= DAYS_BEHIND; n++) {
    const [slot] = await freeSlots(ctx, room, addDays(day, n), near);
    if (slot !== undefined) return slot;
  }
  return undefined;
}

async function ofVisit(ctx: CommandContext, encounter: string): Promise<Booking | undefined> {
  const found = await ctx.byToken<Appointment>('Appointment.identifier', ORIGIN, encounter);
  const standing = found.find((one) => one.status === 'booked' || one.status === 'proposed');
  return standing && ctx.lock<Appointment>('Appointment', standing.id);
}

export const remindCommand = defineCommand({
  name: 'appointment.remind',
  kind: 'fact',
  permission: 'appointment.remind',
  title: { vi: 'Gửi nhắc lịch hẹn', en: 'Send reminders' },
  input: remindInput,
  async handle(input, ctx): Promise<RemindResult> {
    const all = await ctx.byToken<Appointment>('Appointment._tag', DAY_TAG, input.day);
    const open = all.filter((one) => one.status === 'booked' && !reminded(one) && (one.start ?? '') > ctx.now);
    let sent = 0;
    const batch = open.sort((a, b) => ((a.start ?? '') < (b.start ?? '') ? -1 : 1)).slice(0, REMINDERS);
    for (const { id } of batch) {
      const booking = await ctx.lock<Appointment>('Appointment', id);
      if (booking.status !== 'booked') continue;
      if (await tell(ctx, 'reminder', booking)) sent++;
      // Marked also where nobody can be reached: the desk sees who has to be telephoned.
      ctx.update<Appointment>({ ...booking, extension: withExt(booking, APP_EXT.reminded, { valueInstant: ctx.now }) });
    }
    return { sent, unreachable: batch.length - sent, more: open.length > batch.length };
  },
});

export const stopForCommand = defineCommand({
  name: 'appointment.stopFor',
  kind: 'fact',
  permission: 'appointment.follow-up',
  title: { vi: 'Ngừng mọi lịch hẹn', en: 'Stop all appointments' },
  input: stopForInput,
  async handle(input, ctx): Promise<{ cancelled: number }> {
    await ctx.lock<Patient>('Patient', input.patient);
    const all = await ctx.referring<Appointment>('Appointment.patient', input.patient);
    const ids = all.filter((one) => one.status === 'booked' || one.status === 'proposed').map((one) => one.id);
    for (const id of ids.sort()) await callOff(ctx, await ctx.lock<Appointment>('Appointment', id), input.reason);
    return { cancelled: ids.length };
  },
});
