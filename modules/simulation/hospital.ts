/** The places of the hospital and the people who work there. */
import type { StaffMember, World } from './pack.ts';
import { Desks } from './queue.ts';

const MINUTE = 60_000;
/** Doctors call nobody between these minutes of the day. */
const LUNCH = [11 * 60 + 40, 13 * 60] as const;

/** One consulting room: a doctor, and the people who wait in front of it. */
export interface Room<V> {
  code: string;
  doctor: StaffMember;
  waiting: { visit: V; since: number; rank: number }[];
  /** Until then the doctor is with somebody. */
  busyUntil: number;
  /** A look at the queue is planned for then. */
  wakesAt: number;
}

export class Hospital<V> {
  readonly reception: Desks<StaffMember>;
  readonly triage: Desks<StaffMember>;
  readonly phlebotomy: Desks<StaffMember>;
  readonly cashiers: Desks<StaffMember>;
  readonly pharmacy: Desks<StaffMember>;
  readonly validator: StaffMember;
  private readonly rooms = new Map<string, Room<V>>();
  private readonly techniques = new Map<string, Desks<StaffMember>>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    this.reception = new Desks(this.with('reception'));
    this.triage = new Desks(this.with('nurse', 'SH').concat(this.with('nurse', '305'), this.with('nurse', '306')));
    this.phlebotomy = new Desks(this.with('lab-technician', 'LM').concat(this.with('lab-technician', 'XN-VS')));
    this.cashiers = new Desks(this.with('cashier'));
    this.pharmacy = new Desks(this.with('pharmacist', 'PT-BHYT'));
    this.validator = this.named('bs.xetnghiem', 'lab-technician');
  }

  private with(role: string, room?: string): StaffMember[] {
    return this.world.staff.filter((s) => s.role === role && (room === undefined || s.room === room));
  }

  private named(login: string, role: string): StaffMember {
    const found = this.world.staff.find((s) => s.login === login) ?? this.with(role)[0];
    if (!found) throw new RangeError(`nobody works as ${role}`);
    return found;
  }

  room(code: string): Room<V> {
    const known = this.rooms.get(code);
    if (known) return known;
    const doctor = this.with('doctor', code)[0];
    if (!doctor) throw new RangeError(`room ${code} has no doctor`);
    const room: Room<V> = { code, doctor, waiting: [], busyUntil: 0, wakesAt: 0 };
    this.rooms.set(code, room);
    return room;
  }

  /** Who enters the results of a category of tests. */
  technician(category: string): StaffMember {
    if (category === 'hematology' || category === 'coagulation') return this.named('ktv.huyethoc', 'lab-technician');
    return this.named(/micro|immuno|parasit/.test(category) ? 'ktv.visinh' : 'xetnghiem', 'lab-technician');
  }

  /** The room of a technique, with one examination at a time for each person who works there. */
  technique(room: string): Desks<StaffMember> {
    const known = this.techniques.get(room);
    if (known) return known;
    const own = this.with('radiographer', room);
    const desks = new Desks(own.length > 0 ? own : [this.named('cdha', 'radiographer')]);
    this.techniques.set(room, desks);
    return desks;
  }
}

/** When a doctor who is asked at `at` calls the next person: not during lunch. `midnight`: of the planned day. */
export function opensAt(at: number, midnight: number): number {
  const minute = (at - midnight) / MINUTE;
  return minute >= LUNCH[0] && minute < LUNCH[1] ? midnight + LUNCH[1] * MINUTE : at;
}

/** The next of a queue: emergencies of age first, then results, then by time. */
export function callNext<V>(room: Room<V>): V | undefined {
  let best = 0;
  for (let i = 1; i < room.waiting.length; i++) {
    const [a, b] = [room.waiting[i], room.waiting[best]];
    if (a && b && (a.rank < b.rank || (a.rank === b.rank && a.since < b.since))) best = i;
  }
  return room.waiting.splice(best, 1)[0]?.visit;
}
