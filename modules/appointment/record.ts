/** Reading and writing schedules, slots and appointments: the only place that knows the shape of their extensions. Pure. */
import { localDate } from '@mach/base/time.ts';
import type { Appointment, Extension, Reference, Schedule, Slot } from '@mach/fhir/types.ts';
import { FHIR_BASE } from '@mach/vn/systems.ts';
import type { Roster } from './rules/roster.ts';
import type { AppointmentResult, AppointmentState } from './state.ts';

/** `HK` and ten digits that people type and say: day of booking and serial. */
export const CODE = `${FHIR_BASE}/sid/appointment`;
/** The visit that asked for it. */
export const ORIGIN = `${FHIR_BASE}/sid/appointment-origin`;
/** Tags by which a day is found: of appointments the day, of slots `room/day`. */
export const DAY_TAG = `${FHIR_BASE}/cs/appointment-day`;
export const ROOM_DAY_TAG = `${FHIR_BASE}/cs/slot-room-day`;

export const APP_EXT = {
  /** On Slot and Appointment (Reference with display). */
  room: `${FHIR_BASE}/ext/appointment-room`,
  doctor: `${FHIR_BASE}/ext/appointment-doctor`,
  /** On Appointment (Reference(Patient)). */
  patient: `${FHIR_BASE}/ext/appointment-patient`,
  /** On Slot and Schedule: people that one slot takes (integer). */
  places: `${FHIR_BASE}/ext/slot-places`,
  /** On Schedule (complex: weekdays, sessions strings; minutes integer). */
  roster: `${FHIR_BASE}/ext/roster`,
  /** On Slot: why it is closed (string). */
  closed: `${FHIR_BASE}/ext/slot-closed`,
  /** On Appointment: somebody without a record (complex: name, phone, birthDate strings). */
  caller: `${FHIR_BASE}/ext/appointment-caller`,
  /** On Appointment: why it was moved or called off (string). */
  changed: `${FHIR_BASE}/ext/appointment-changed`,
  /** On Appointment: when the reminder was handed to the outbox (instant). */
  reminded: `${FHIR_BASE}/ext/appointment-reminded`,
  /** On Appointment: the visit that it became (Reference(Encounter)). */
  encounter: `${FHIR_BASE}/ext/appointment-encounter`,
} as const;

interface Extended {
  extension?: Extension[];
}
export const ext = (of: Extended | undefined, url: string): Extension | undefined =>
  of?.extension?.find((e) => e.url === url);

/** Extensions with those of a URL replaced; undefined takes them away. */
export const withExt = (of: Extended, url: string, next: Omit<Extension, 'url'> | undefined): Extension[] => [
  ...(of.extension ?? []).filter((e) => e.url !== url),
  ...(next === undefined ? [] : [{ url, ...next }]),
];

export const idOf = (reference: Reference | undefined): string | undefined => reference?.reference?.split('/')[1];
const refOf = (of: Extended | undefined, url: string): Reference | undefined => ext(of, url)?.valueReference;

export const roomOf = (of: Extended): Reference | undefined => refOf(of, APP_EXT.room);
export const doctorOf = (of: Extended): Reference | undefined => refOf(of, APP_EXT.doctor);
export const patientOf = (of: Appointment): string | undefined => idOf(refOf(of, APP_EXT.patient));
export const placesOf = (slot: Slot): number => ext(slot, APP_EXT.places)?.valueInteger ?? 1;
export const codeOf = (of: Appointment): string => of.identifier?.find((i) => i.system === CODE)?.value ?? '';
export const slotOf = (of: Appointment): string | undefined => idOf(of.slot?.[0]);

/** States that take a place of a slot. */
const STANDING: readonly string[] = ['booked', 'arrived', 'fulfilled', 'pending'];
export const isStanding = (of: Appointment): boolean => STANDING.includes(of.status);

export function callerOf(of: Appointment): { name: string; phone?: string; birthDate?: string } | undefined {
  const found = ext(of, APP_EXT.caller);
  const name = ext(found, 'name')?.valueString;
  if (name === undefined) return undefined;
  return { name, phone: ext(found, 'phone')?.valueString, birthDate: ext(found, 'birthDate')?.valueString };
}

export function rosterExtension(roster: Roster): Extension {
  return {
    url: APP_EXT.roster,
    extension: [
      { url: 'weekdays', valueString: [...roster.weekdays].sort((a, b) => a - b).join(',') },
      { url: 'sessions', valueString: roster.sessions.map((s) => `${s.start}-${s.end}`).join(' ') },
      { url: 'minutes', valueInteger: roster.minutes },
    ],
  };
}

/** The plan of a schedule; undefined for one that this house has not made. */
export function rosterOf(schedule: Schedule): Roster | undefined {
  const found = ext(schedule, APP_EXT.roster);
  const sessions = ext(found, 'sessions')?.valueString;
  const minutes = ext(found, 'minutes')?.valueInteger;
  const { start, end } = schedule.planningHorizon ?? {};
  if (sessions === undefined || minutes === undefined || start === undefined || end === undefined) return undefined;
  return {
    from: start.slice(0, 10),
    to: end.slice(0, 10),
    weekdays: (ext(found, 'weekdays')?.valueString ?? '').split(',').map(Number),
    sessions: sessions.split(' ').map((text) => ({ start: text.slice(0, 5), end: text.slice(6, 11) })),
    minutes,
  };
}

/** Id of the slot of a schedule that begins at an instant: planned twice, it is made once. */
export const slotId = (schedule: string, start: string): string =>
  `${schedule}-${start.replace(/\D/g, '').slice(2, 12)}`;

export const roomDay = (room: string, day: string): string => `${room}/${day}`;

/** The place and time of a slot, as an appointment carries them. */
export function inSlot(
  slot: Slot & { id: string },
): Partial<Appointment> & { meta: { tag: { system: string; code: string }[] } } {
  return {
    start: slot.start,
    end: slot.end,
    slot: [{ reference: `Slot/${slot.id}` }],
    meta: { tag: [{ system: DAY_TAG, code: localDate(slot.start) }] },
  };
}

export function participants(patient: Reference | undefined, slot: Extended): Appointment['participant'] {
  const actors = [patient, roomOf(slot), doctorOf(slot)].filter((actor) => actor !== undefined);
  return actors.map((actor) => ({ actor: actor as never, status: 'accepted' as const }));
}

export const resultOf = (of: Appointment & { id: string }): AppointmentResult => ({
  appointment: of.id,
  code: codeOf(of),
  status: of.status as AppointmentState,
  start: of.start ?? null,
  room: idOf(roomOf(of)) ?? '',
  roomName: roomOf(of)?.display ?? '',
});
