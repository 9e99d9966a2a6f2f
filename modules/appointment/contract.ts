import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  ArriveInput,
  BookInput,
  CancelInput,
  CloseSlotsInput,
  FollowUpInput,
  MoveInput,
  NoShowInput,
  OpenSlotsInput,
  RemindInput,
  SetRosterInput,
  StopForInput,
} from './inputs.ts';
import type { AppointmentResult, AppointmentState } from './state.ts';

export type * from './inputs.ts';
export {
  CODE as APPOINTMENT_CODE,
  callerOf as appointmentCaller,
  patientOf as appointmentPatient,
  roomOf as appointmentRoom,
} from './record.ts';
export * from './state.ts';

export interface RosterResult {
  schedule: string;
  /** Slots that were made. */
  opened: number;
  /** Free slots of the earlier plan that were closed. */
  closed: number;
}
export interface CloseSlotsResult {
  closed: number;
  /** Appointments that stand in the closed slots: each is to be moved or cancelled. */
  standing: string[];
}
export interface FollowUpResult {
  /** null: the visit asks for none. */
  appointment: string | null;
  status: AppointmentState | null;
  start: string | null;
}
export interface RemindResult {
  sent: number;
  /** Appointments of the day without a telephone. */
  unreachable: number;
  /** True when there are more: send the command again. */
  more: boolean;
}

export const setRoster = commandRef<SetRosterInput, RosterResult>('appointment.setRoster');
/** Makes the slots of a roster for some days; those that are there stay. */
export const openSlots = commandRef<OpenSlotsInput, RosterResult>('appointment.openSlots');
/** The doctor is away: slots are closed, who stands in them is told. */
export const closeSlots = commandRef<CloseSlotsInput, CloseSlotsResult>('appointment.closeSlots');
export const book = commandRef<BookInput, AppointmentResult>('appointment.book');
export const move = commandRef<MoveInput, AppointmentResult>('appointment.move');
export const cancel = commandRef<CancelInput, AppointmentResult>('appointment.cancel');
export const markNoShow = commandRef<NoShowInput, AppointmentResult>('appointment.markNoShow');
/** The person is at the desk and has a visit. Called by reception inside the check-in. */
export const arrive = commandRef<ArriveInput, AppointmentResult>('appointment.arrive');
/**
 * Books the re-examination that the doctor has written at the end of a visit: same room, first free slot of that day or
 * of the week behind it. Follows `encounter.concluded` by itself; calling it again changes nothing.
 */
export const bookFollowUp = commandRef<FollowUpInput, FollowUpResult>('appointment.bookFollowUp');
/** Reminders of one day, a few hundred at a time. Sent by the house every evening; may be sent again. */
export const remind = commandRef<RemindInput, RemindResult>('appointment.remind');
/** Somebody has died: every appointment that stands is cancelled, and nobody is told. */
export const stopFor = commandRef<StopForInput, { cancelled: number }>('appointment.stopFor');

export interface AppointmentEvents {
  'appointment.booked': { appointment: string; patient: string | null };
  'appointment.moved': { appointment: string; patient: string | null };
  'appointment.cancelled': { appointment: string; patient: string | null; reason: string };
  'appointment.arrived': { appointment: string; patient: string; encounter: string };
}

/** The code of an appointment as it is scanned or typed, with or without its letters; undefined for anything else. */
export function appointmentCode(text: string): string | undefined {
  const digits = /^(?:HK)?\s*(2\d{9})$/i.exec(text.trim())?.[1];
  return digits && `HK${digits}`;
}

/** Name of the destination of reminders in the outbox. */
export const MESSAGES = 'message-simulator';

/** `appointment.slots`, live: the grid. Filter by `startAt.from`, `startAt.to`. */
export interface SlotRow {
  key: string;
  schedule: string;
  /** free · busy (full) · busy-unavailable (closed). */
  status: string;
  startAt: string;
  endAt: string;
  room: string;
  roomName: string | null;
  doctor: string | null;
  doctorName: string | null;
  places: number;
  /** Appointments that stand in it. */
  booked: number;
}

/** `appointment.bookings`, live: every appointment. */
export interface BookingRow {
  key: string;
  /** Id of the Patient; null for somebody who has no record yet. */
  patient: string | null;
  patientId: string | null;
  code: string;
  status: AppointmentState;
  slot: string | null;
  startAt: string | null;
  endAt: string | null;
  /** Wanted day of one that has no time yet, yyyy-MM-dd. */
  wanted: string | null;
  room: string | null;
  roomName: string | null;
  doctor: string | null;
  doctorName: string | null;
  name: string | null;
  birthDate: string | null;
  phone: string | null;
  patientCode: string | null;
  reason: string | null;
  /** Visit that asked for it. */
  origin: string | null;
  encounter: string | null;
  remindedAt: string | null;
  changedReason: string | null;
}

/** `appointment.rosters`, live. */
export interface RosterRow {
  key: string;
  active: string | null;
  room: string | null;
  roomName: string | null;
  doctor: string | null;
  doctorName: string | null;
  from: string | null;
  to: string | null;
  weekdays: string | null;
  /** "07:30-11:30 13:30-16:30" */
  sessions: string | null;
  minutes: number | null;
  places: number | null;
}
