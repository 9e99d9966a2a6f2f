/** FHIR's states of an appointment that this house uses. `proposed`: wanted, no time given yet. */
export const APPOINTMENT_STATES = ['proposed', 'booked', 'arrived', 'cancelled', 'noshow'] as const;
export type AppointmentState = (typeof APPOINTMENT_STATES)[number];

/** An appointment as every command of it answers. */
export interface AppointmentResult {
  appointment: string;
  code: string;
  status: AppointmentState;
  /** ISO instant; null while no time is given. */
  start: string | null;
  room: string;
  roomName: string;
}
