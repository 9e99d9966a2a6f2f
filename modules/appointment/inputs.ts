import { z } from 'zod';

const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const dateText = z.iso.date();
const reasonText = z.string().trim().min(2).max(500);
const clockText = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const setRosterInput = z.strictObject({
  /** The roster that changes; without it a new one. Slots that somebody has booked stay as they are. */
  schedule: recordId.optional(),
  /** Id of the Location. */
  room: recordId,
  /** Id of the Practitioner; without one the room itself is booked. */
  practitioner: recordId.optional(),
  from: dateText,
  to: dateText,
  /** 1 Monday … 7 Sunday. */
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
  sessions: z
    .array(z.strictObject({ start: clockText, end: clockText }))
    .min(1)
    .max(4),
  /** Length of a slot. */
  minutes: z.int().min(5).max(240),
  /** People that one slot takes. */
  places: z.int().min(1).max(50),
});

export const openSlotsInput = z.strictObject({ schedule: recordId, from: dateText, to: dateText });

export const closeSlotsInput = z.strictObject({ slots: z.array(recordId).min(1).max(200), reason: reasonText });

/** Somebody who has no record yet: what the telephone tells. */
export const callerFields = z.strictObject({
  name: z.string().trim().min(2).max(200),
  phone: z.string().trim().min(8).max(20),
  birthDate: z
    .string()
    .regex(/^\d{4}(-\d{2}-\d{2})?$/)
    .optional(),
});

export const bookInput = z.strictObject({
  patient: recordId.optional(),
  person: callerFields.optional(),
  slot: recordId,
  reason: reasonText,
  /** Why the same person gets a second appointment on one day. */
  againReason: reasonText.optional(),
});

export const moveInput = z.strictObject({ appointment: recordId, slot: recordId, reason: reasonText });
export const cancelInput = z.strictObject({
  appointment: recordId,
  reason: reasonText,
  by: z.enum(['patient', 'house']).default('patient'),
});
export const noShowInput = z.strictObject({ appointment: recordId });
export const arriveInput = z.strictObject({ appointment: recordId, encounter: recordId, patient: recordId });
/** The date that the doctor has written at the end of the visit decides. */
export const followUpInput = z.strictObject({ encounter: recordId });
export const remindInput = z.strictObject({ day: dateText });
export const stopForInput = z.strictObject({ patient: recordId, reason: reasonText });

export type SetRosterInput = z.input<typeof setRosterInput>;
export type OpenSlotsInput = z.input<typeof openSlotsInput>;
export type CloseSlotsInput = z.input<typeof closeSlotsInput>;
export type CallerFields = z.output<typeof callerFields>;
export type BookInput = z.input<typeof bookInput>;
export type MoveInput = z.input<typeof moveInput>;
export type CancelInput = z.input<typeof cancelInput>;
export type NoShowInput = z.input<typeof noShowInput>;
export type ArriveInput = z.input<typeof arriveInput>;
export type FollowUpInput = z.input<typeof followUpInput>;
export type RemindInput = z.input<typeof remindInput>;
export type StopForInput = z.input<typeof stopForInput>;
