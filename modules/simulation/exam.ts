/** What the doctor does with a visit, in one call or in two: note, orders, results, diagnosis, prescription, the end. */
import { addDays, localDate } from '@mach/base/time.ts';
import {
  diagnose,
  finish,
  markSeen,
  order,
  type PrescribeInput,
  prescribe,
  saveNote,
} from '@mach/outpatient/contract.ts';
import { makeLines, makeOrders } from './case.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Room } from './hospital.ts';
import type { StaffMember } from './pack.ts';
import type { Timeline } from './queue.ts';
import type { Sender } from './sender.ts';
import type { Floor, Visit } from './visit.ts';
import type { WayOut } from './way-out.ts';

export class Exam {
  private readonly floor: Floor;
  private readonly diagnostics: Diagnostics;
  private readonly wayOut: WayOut;
  private readonly timeline: Timeline;
  private readonly sender: Sender;

  constructor(floor: Floor, diagnostics: Diagnostics, wayOut: WayOut) {
    this.floor = floor;
    this.diagnostics = diagnostics;
    this.wayOut = wayOut;
    this.timeline = floor.timeline;
    this.sender = floor.ward.sender;
  }

  /** The visit is in the room from `at`, for `length` ms; `again`: called back with its results. */
  begin(visit: Visit, room: Room<Visit>, at: number, length: number, again: boolean): void {
    if (again) this.timeline.plan(at + length * 0.3, () => this.see(visit, room, at, length));
    else this.timeline.plan(at + length * 0.5, () => this.write(visit, room, at, length));
  }

  private async write(visit: Visit, room: Room<Visit>, at: number, length: number): Promise<void> {
    const { plan, random } = visit;
    const words = random.fork('words');
    const services = makeOrders(random.fork('orders'), plan.case);
    await this.sender.send(
      saveNote,
      {
        encounter: visit.encounter,
        sections: {
          reason: plan.complaint,
          history: words.pick(plan.case.history),
          exam: words.pick(plan.case.exam),
          ...(services.length > 0 ? { plan: 'Làm xét nghiệm, chờ kết quả rồi xử trí.' } : {}),
        },
      },
      this.floor.deed(visit, 'note', room.doctor, at + length * 0.5),
    );
    const when = at + length * 0.7;
    this.timeline.plan(when, async () => {
      if (services.length === 0) return this.conclude(visit, room, when, at + length);
      const placed = await this.order(visit, room.doctor, services, when);
      if (placed.length === 0) return this.conclude(visit, room, when, at + length);
      visit.pending = placed.length;
      visit.results = placed.map((p) => p.order);
      room.busyUntil = Math.min(room.busyUntil, when + 40_000);
      this.timeline.plan(room.busyUntil, async () => this.floor.look(room, when + 40_000));
      this.diagnostics.begin(visit, placed, when, (step, staff, moment) => this.floor.deed(visit, step, staff, moment));
    });
  }

  /** A test that was made lately is left out, as the doctor does when the composer says so. */
  private async order(
    visit: Visit,
    doctor: StaffMember,
    services: readonly string[],
    at: number,
  ): Promise<{ order: string; service: string }[]> {
    let wanted = services;
    for (let attempt = 1; wanted.length > 0 && attempt <= 3; attempt++) {
      const sent = await this.sender.send(
        order,
        { encounter: visit.encounter, items: wanted.map((service) => ({ service })) },
        this.floor.deed(visit, `order-${attempt}`, doctor, at, { expected: ['duplicate-order'] }),
      );
      if (sent.ok) return sent.result.orders;
      const repeated = sent.problem.issues
        .filter((i) => i.code === 'duplicate-order')
        .map((i) => Number(/items\.(\d+)/.exec(i.field ?? '')?.[1] ?? -1));
      if (repeated.length === 0) return [];
      wanted = wanted.filter((_, i) => !repeated.includes(i));
    }
    return [];
  }

  private async see(visit: Visit, room: Room<Visit>, at: number, length: number): Promise<void> {
    await this.sender.send(
      markSeen,
      { orders: visit.results },
      this.floor.deed(visit, 'seen', room.doctor, at + length * 0.3),
    );
    const when = at + length * 0.6;
    this.timeline.plan(when, () => this.conclude(visit, room, when, at + length));
  }

  private async conclude(visit: Visit, room: Room<Visit>, at: number, end: number): Promise<void> {
    const { plan, random } = visit;
    const { doctor } = room;
    const diagnoses = plan.case.diagnoses.map((code, i) => ({ code, principal: i === 0 }));
    await this.sender.send(
      diagnose,
      { encounter: visit.encounter, diagnoses },
      this.floor.deed(visit, 'diagnose', doctor, at),
    );
    const day = localDate(new Date(at).toISOString());
    const revisit = plan.case.outcome === 'revisit' ? workday(addDays(day, plan.case.revisitDays ?? 28)) : undefined;
    const lines = makeLines(random.fork('lines'), plan.case);
    if (lines.length > 0) {
      const input: PrescribeInput = {
        encounter: visit.encounter,
        lines: lines.map(({ chance: _, ...line }) => line),
        advice: random.fork('advice').pick(this.floor.ward.world.mix.advice),
        ...(revisit ? { revisit } : {}),
        ...(plan.case.pregnant ? { pregnant: true } : {}),
      };
      visit.prescriptions = await this.prescribe(visit, doctor, input, at + (end - at) * 0.5);
    }
    this.timeline.plan(end, () => this.finish(visit, doctor, end, revisit));
  }

  /** A warning that the patient's record raises is answered with a reason, once. */
  private async prescribe(visit: Visit, doctor: StaffMember, input: PrescribeInput, at: number): Promise<string[]> {
    const first = await this.sender.send(prescribe, input, this.floor.deed(visit, 'prescribe', doctor, at));
    return first.ok ? first.result.prescriptions.map((p) => p.prescription) : [];
  }

  private async finish(visit: Visit, doctor: StaffMember, at: number, revisit: string | undefined): Promise<void> {
    const sent = await this.sender.send(
      finish,
      { encounter: visit.encounter, outcome: visit.plan.case.outcome, ...(revisit ? { revisit } : {}) },
      this.floor.deed(visit, 'finish', doctor, at),
    );
    if (!sent.ok) return this.floor.over(visit);
    this.wayOut.begin(visit, at, sent.result.state === 'settled');
  }
}

/** Nobody is asked back on a Sunday. */
const workday = (day: string): string => (new Date(day).getUTCDay() === 0 ? addDays(day, 1) : day);
