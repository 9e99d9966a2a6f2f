/** Somebody on their way through a simulated day, and what everybody who meets them has in common. */
import type { Random } from '@mach/base/random.ts';
import type { PlannedVisit } from './day-plan.ts';
import type { Hospital, Room } from './hospital.ts';
import type { StaffMember, World } from './pack.ts';
import type { Timeline } from './queue.ts';
import type { Deed, Sender } from './sender.ts';

export interface Visit {
  plan: PlannedVisit;
  random: Random;
  encounter: string;
  patient: string;
  patientCode: string;
  ageDays: number;
  ranked: boolean;
  /** Orders of this visit whose results are to come. */
  pending: number;
  /** Orders to look at in the second call. */
  results: string[];
  prescriptions: string[];
  called: boolean;
  gone: boolean;
}

/** What the days of a run share. */
export interface Ward {
  world: World;
  random: Random;
  sender: Sender;
  /** Runs what follows from events: reactions and the outbox. */
  follow?(): Promise<void>;
  stopped?(): boolean;
  /** A visit has come to its end, or a step was done. */
  onVisit?(): void;
}

/** The running day, as the stations of a visit see it. */
export interface Floor {
  readonly ward: Ward;
  readonly timeline: Timeline;
  readonly hospital: Hospital<Visit>;
  /** A deed under its place in the plan: done again, it repeats nothing. */
  deed(visit: Visit, step: string, staff: StaffMember, at: number, more?: Partial<Deed>): Deed;
  /** Plans the doctor's next call, unless one is planned already. */
  look(room: Room<Visit>, at: number): void;
  /** The visit has come to its end. */
  over(visit: Visit): void;
}
