import type { Payer, VisitState } from '@mach/encounter/contract.ts';

/** `GET /api/views/reception.today`, live. Every visit; filter by `day`. */
export interface TodayRow {
  /** Id of the Encounter. */
  key: string;
  patient: string;
  visitCode: string;
  /** Local day of arrival cannot be a column: filter `arrivedAt.from`. */
  arrivedAt: string;
  queueNumber: string | null;
  name: string | null;
  birthDate: string | null;
  gender: string | null;
  patientCode: string | null;
  phone: string | null;
  state: VisitState;
  room: string | null;
  roomName: string | null;
  /** Since when in this room. */
  roomSince: string | null;
  reason: string | null;
  payer: Payer | null;
  priority: number | null;
  priorityReason: string | null;
  /** First call of a doctor, and who. */
  calledAt: string | null;
  doctor: string | null;
  doctorName: string | null;
  endedAt: string | null;
}

/** `reception.calls`, live: a call to the door, or an absence. */
export interface CallRow {
  key: string;
  patient: string;
  encounter: string;
  kind: 'call' | 'absent';
  at: string;
  room: string | null;
  by: string | null;
}
