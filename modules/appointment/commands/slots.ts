import { refuse } from '@mach/base/problem.ts';
import { addDays, localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Appointment, Location, Practitioner, Schedule, Slot } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import type { z } from 'zod';
import type { CloseSlotsResult, RosterResult } from '../contract.ts';
import { closeSlotsInput, openSlotsInput, setRosterInput } from '../inputs.ts';
import {
  APP_EXT,
  doctorOf,
  isStanding,
  ROOM_DAY_TAG,
  roomDay,
  roomOf,
  rosterExtension,
  rosterOf,
  slotId,
  withExt,
} from '../record.ts';
import { faultySession, type PlannedSlot, plannedSlots } from '../rules/roster.ts';

/** Days for which a new roster opens slots at once; the house opens further ones day by day. */
const OPEN_DAYS = 35;
/** Slots of one command. */
const MOST = 2_000;

type Input = z.output<typeof setRosterInput>;

export const setRosterCommand = defineCommand({
  name: 'appointment.setRoster',
  kind: 'intent',
  permission: 'appointment.roster',
  title: { vi: 'Đặt lịch làm việc của phòng', en: 'Set the roster of a room' },
  input: setRosterInput,
  async handle(input, ctx): Promise<RosterResult> {
    checkTimes(input);
    const room = await ctx.read<Location>('Location', input.room);
    const doctor =
      input.practitioner === undefined ? undefined : await ctx.read<Practitioner>('Practitioner', input.practitioner);
    const before = input.schedule === undefined ? undefined : await ctx.lock<Schedule>('Schedule', input.schedule);
    const roomRef = { reference: `Location/${room.id}`, display: room.name };
    const doctorRef = doctor && { reference: `Practitioner/${doctor.id}`, display: doctor.name?.[0]?.text };
    const resource: Schedule & { id: string } = {
      resourceType: 'Schedule',
      id: before?.id ?? ctx.id(),
      active: true,
      actor: [roomRef, ...(doctorRef ? [doctorRef] : [])],
      planningHorizon: { start: input.from, end: input.to },
      extension: [
        rosterExtension(input),
        { url: APP_EXT.room, valueReference: roomRef },
        ...(doctorRef ? [{ url: APP_EXT.doctor, valueReference: doctorRef }] : []),
        { url: APP_EXT.places, valueInteger: input.places },
      ],
    };
    const schedule = before ? ctx.update<Schedule>({ ...before, ...resource }) : ctx.create<Schedule>(resource);
    const today = localDate(ctx.performedAt);
    const first = later(input.from, today);
    const planned = plannedSlots(input, first, addDays(first, OPEN_DAYS));
    const closed = before ? await closeOthers(ctx, schedule, planned) : 0;
    return { schedule: schedule.id, opened: await open(ctx, schedule, planned, before === undefined), closed };
  },
});

const later = (a: string, b: string): string => (a < b ? b : a);

function checkTimes(input: Input): void {
  const faulty = faultySession(input.sessions);
  if (faulty !== undefined)
    throw refuse(
      422,
      'session-order',
      {
        vi: 'Buổi làm việc kết thúc trước khi bắt đầu, hoặc chồng lên buổi trước',
        en: 'A session ends before it begins, or overlaps the one before',
      },
      { field: `sessions.${faulty}`, remedy: { vi: 'Sửa giờ bắt đầu và kết thúc', en: 'Correct start and end' } },
    );
  if (input.to < input.from)
    throw refuse(
      422,
      'dates-order',
      { vi: 'Ngày hết lịch trước ngày bắt đầu', en: 'The last day is before the first' },
      { field: 'to', remedy: { vi: 'Sửa ngày hết lịch', en: 'Correct the last day' } },
    );
}

export const openSlotsCommand = defineCommand({
  name: 'appointment.openSlots',
  kind: 'intent',
  permission: 'appointment.open',
  title: { vi: 'Mở giờ hẹn theo lịch', en: 'Open the slots of a roster' },
  input: openSlotsInput,
  async handle(input, ctx): Promise<RosterResult> {
    const schedule = await ctx.lock<Schedule>('Schedule', input.schedule);
    const roster = rosterOf(schedule);
    const planned = roster && schedule.active !== false ? plannedSlots(roster, input.from, input.to) : [];
    return { schedule: schedule.id, opened: await open(ctx, schedule, planned, false), closed: 0 };
  },
});

async function open(
  ctx: CommandContext,
  schedule: IdentifiedResource<Schedule>,
  planned: readonly PlannedSlot[],
  fresh: boolean,
): Promise<number> {
  if (planned.length > MOST)
    throw refuse(
      422,
      'too-many-slots',
      { vi: `Lịch này có ${planned.length} giờ hẹn`, en: `This roster has ${planned.length} slots` },
      {
        field: 'minutes',
        remedy: {
          vi: `Tối đa ${MOST}: chọn giờ hẹn dài hơn hoặc ít ngày hơn`,
          en: `At most ${MOST}: longer slots or fewer days`,
        },
      },
    );
  const room = roomOf(schedule);
  const doctor = doctorOf(schedule);
  const places = schedule.extension?.find((e) => e.url === APP_EXT.places)?.valueInteger ?? 1;
  let opened = 0;
  for (const plan of planned) {
    const id = slotId(schedule.id, plan.start);
    const known = fresh ? undefined : await ctx.find<Slot>('Slot', id);
    const code = roomDay(room?.reference?.split('/')[1] ?? '', plan.day);
    const slot: Slot & { id: string } = {
      resourceType: 'Slot',
      id,
      meta: { tag: [{ system: ROOM_DAY_TAG, code }] },
      schedule: { reference: `Schedule/${schedule.id}` },
      status: 'free',
      start: plan.start,
      end: plan.end,
      extension: [
        ...(room ? [{ url: APP_EXT.room, valueReference: room }] : []),
        ...(doctor ? [{ url: APP_EXT.doctor, valueReference: doctor }] : []),
        { url: APP_EXT.places, valueInteger: places },
      ],
    };
    if (!known) ctx.create<Slot>(slot);
    else if (known.status === 'busy-unavailable' && wasReplanned(known)) ctx.update<Slot>({ ...known, ...slot });
    else continue;
    opened++;
  }
  return opened;
}

/** Closed because the plan had changed, not because somebody is away: opens again with the plan. */
const REPLANNED = 'Lịch làm việc đã đổi';
const wasReplanned = (slot: Slot): boolean =>
  slot.extension?.some((e) => e.url === APP_EXT.closed && e.valueString === REPLANNED) ?? false;

/** Free slots to come that the new plan does not have. */
async function closeOthers(
  ctx: CommandContext,
  schedule: IdentifiedResource<Schedule>,
  planned: readonly PlannedSlot[],
): Promise<number> {
  const wanted = new Set(planned.map((plan) => slotId(schedule.id, plan.start)));
  const room = roomOf(schedule)?.reference?.split('/')[1] ?? '';
  const today = localDate(ctx.performedAt);
  let closed = 0;
  for (let n = 0; n <= OPEN_DAYS * 2; n++) {
    const slots = await ctx.byToken<Slot>('Slot._tag', ROOM_DAY_TAG, roomDay(room, addDays(today, n)));
    for (const slot of slots) {
      const own = slot.schedule.reference === `Schedule/${schedule.id}`;
      if (!own || wanted.has(slot.id) || slot.status !== 'free' || slot.start <= ctx.performedAt) continue;
      // Half full is free too: who has a place keeps it.
      if ((await ctx.referring<Appointment>('Appointment.slot', slot.id)).some(isStanding)) continue;
      close(ctx, slot, REPLANNED);
      closed++;
    }
  }
  return closed;
}

function close(ctx: CommandContext, slot: IdentifiedResource<Slot>, reason: string): void {
  ctx.update<Slot>({
    ...slot,
    status: 'busy-unavailable',
    extension: withExt(slot, APP_EXT.closed, { valueString: reason }),
  });
}

export const closeSlotsCommand = defineCommand({
  name: 'appointment.closeSlots',
  kind: 'intent',
  permission: 'appointment.book',
  title: { vi: 'Đóng giờ hẹn', en: 'Close slots' },
  input: closeSlotsInput,
  async handle(input, ctx): Promise<CloseSlotsResult> {
    const standing: string[] = [];
    const ids = [...new Set(input.slots)].sort();
    for (const id of ids) {
      const slot = await ctx.lock<Slot>('Slot', id);
      const booked = await ctx.referring<Appointment>('Appointment.slot', id);
      standing.push(...booked.filter(isStanding).map((one) => one.id));
      close(ctx, slot, input.reason);
    }
    return { closed: ids.length, standing };
  },
});
