/** One day of the hospital: every visit goes its way, step by step, in one order of time. */

import { fromLocal } from '@mach/base/time.ts';
import { leave, startExam } from '@mach/encounter/contract.ts';
import { recordAllergies, recordVitals } from '@mach/outpatient/contract.ts';
import { checkIn } from '@mach/reception/contract.ts';
import { makeVitals } from './case.ts';
import type { DayPlan, PlannedVisit } from './day-plan.ts';
import { Diagnostics } from './diagnostics.ts';
import { Exam } from './exam.ts';
import { callNext, Hospital, opensAt, type Room } from './hospital.ts';
import type { StaffMember } from './pack.ts';
import { bhytQr, cccdQr } from './people.ts';
import { Timeline } from './queue.ts';
import type { Deed } from './sender.ts';
import type { Floor, Visit, Ward } from './visit.ts';
import { WayOut } from './way-out.ts';

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

/** Reactions and messages are dealt with after this much simulated time, ms. */
const FOLLOW_EVERY = 60 * MINUTE;

export class VisitDay implements Floor {
  readonly timeline = new Timeline();
  readonly hospital: Hospital<Visit>;
  private readonly exam: Exam;
  readonly ward: Ward;
  private readonly plan: DayPlan;
  /** Midnight of the day as planned, in the time of the run. */
  private readonly midnight: number;
  ended = 0;

  /** `shift`: ms by which the whole plan was moved. */
  constructor(ward: Ward, plan: DayPlan, shift = 0) {
    this.ward = ward;
    this.plan = plan;
    this.midnight = Date.parse(fromLocal(plan.day)) + shift;
    this.hospital = new Hospital<Visit>(ward.world);
    const diagnostics = new Diagnostics(this.timeline, this.hospital, ward, (visit, at) => this.resultsIn(visit, at));
    this.exam = new Exam(this, diagnostics, new WayOut(this));
  }

  /** Works the plan off up to a moment. @returns false when it was stopped before */
  async run(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    for (const plan of this.plan.visits) this.timeline.plan(plan.at, () => this.arrive(plan));
    for (let followed = this.midnight; ; ) {
      const step = this.timeline.next();
      if (!step || step.at > until) break;
      if (step.at >= followed + FOLLOW_EVERY) {
        followed = step.at;
        // What an earlier run did has been followed at this same moment: the rest waits for its own.
        if (this.ward.sender.fresh > 0) await this.ward.follow?.();
      }
      if (this.ward.stopped?.()) return false;
      await step.run();
    }
    await this.ward.follow?.();
    return true;
  }

  deed(visit: Visit, step: string, staff: StaffMember, at: number, more: Partial<Deed> = {}): Deed {
    return { staff, at: Math.round(at), key: `${this.plan.day}:${visit.plan.id}:${step}`, ...more };
  }

  over(visit: Visit): void {
    visit.gone = true;
    this.ended++;
    this.ward.onVisit?.();
  }

  private async arrive(plan: PlannedVisit): Promise<void> {
    const random = this.ward.random.fork(`way:${this.plan.day}:${plan.id}`);
    const birth = Date.parse(fromLocal(plan.person.birthDate, '12:00'));
    const visit: Visit = {
      plan,
      random,
      encounter: '',
      patient: '',
      patientCode: '',
      ageDays: Math.floor((plan.at - birth) / DAY_MS),
      ranked:
        plan.priority !== undefined || plan.at - birth > 75 * 365.25 * DAY_MS || plan.at - birth < 6 * 365 * DAY_MS,
      pending: 0,
      results: [],
      prescriptions: [],
      called: false,
      gone: false,
    };
    const desk = this.hospital.reception.take(plan.at, random.int(50, 110) * 1_000);
    this.timeline.plan(desk.end, () => this.checkIn(visit, desk.worker, desk.end));
  }

  private async checkIn(visit: Visit, staff: StaffMember, at: number): Promise<void> {
    const { plan } = visit;
    const { person } = plan;
    const child = person.guardian !== undefined;
    const sent = await this.ward.sender.send(
      checkIn,
      {
        ...(child ? {} : { cccdQr: cccdQr(person) }),
        ...(person.card ? { bhytQr: bhytQr({ ...person, card: person.card }) } : {}),
        ...(person.card ? { card: { number: person.card.number, ...cardOf(person.card) } } : {}),
        person: {
          // A child has its number from the birth certificate, typed by the desk.
          ...(child
            ? {
                name: person.name,
                birthDate: person.birthDate,
                sex: person.sex,
                idPaper: 'cccd' as const,
                idNumber: person.cccd,
                guardian: person.guardian,
              }
            : {}),
          provinceCode: person.provinceCode,
          wardCode: person.wardCode,
          addressLine: person.addressLine,
          phone: person.phone,
          ethnic: person.ethnic,
          occupation: person.occupation,
        },
        room: `room-${plan.room.toLowerCase()}`,
        reason: plan.complaint,
        payer: plan.payer,
        ...(plan.priority ? { priority: { reason: plan.priority } } : {}),
      },
      this.deed(visit, 'check-in', staff, at),
    );
    if (!sent.ok) return this.over(visit);
    visit.encounter = sent.result.encounter;
    visit.patient = sent.result.patient;
    visit.patientCode = sent.result.patientCode;
    const patience = at + visit.random.int(25, 70) * MINUTE;
    if (plan.leaves) this.timeline.plan(patience, () => this.goAway(visit, staff, patience));
    const walk = visit.random.int(60, 200) * 1_000;
    const nurse = this.hospital.triage.take(at + walk, visit.random.int(70, 120) * 1_000);
    this.timeline.plan(nurse.end, () => this.measure(visit, nurse.worker, nurse.end, sent.result.registered));
  }

  private async goAway(visit: Visit, staff: StaffMember, at: number): Promise<void> {
    if (visit.called || visit.gone) return;
    const room = this.hospital.room(visit.plan.room);
    room.waiting = room.waiting.filter((w) => w.visit !== visit);
    await this.ward.sender.send(
      leave,
      { encounter: visit.encounter, reason: 'Người bệnh bỏ về, gọi ba lần không có mặt' },
      this.deed(visit, 'leave', staff, at),
    );
    this.over(visit);
  }

  private async measure(visit: Visit, nurse: StaffMember, at: number, isNew: boolean): Promise<void> {
    if (visit.gone) return;
    const { plan, random } = visit;
    const set = makeVitals(random.fork('vitals'), plan.case, plan.person, visit.ageDays, this.ward.world);
    await this.ward.sender.send(
      recordVitals,
      {
        encounter: visit.encounter,
        values: set.values,
        consciousness: 'A',
        oxygen: false,
        ...(plan.case.pregnant ? { pregnant: true } : {}),
        ...(set.confirmed.length > 0 ? { confirmed: set.confirmed } : {}),
      },
      this.deed(visit, 'vitals', nurse, at),
    );
    if (isNew) {
      const { allergies } = plan.person;
      await this.ward.sender.send(
        recordAllergies,
        {
          patient: visit.patient,
          encounter: visit.encounter,
          ...(allergies.length > 0 ? { items: allergies.map((a) => ({ ...a })) } : { none: true as const }),
        },
        this.deed(visit, 'allergies', nurse, at + 15_000),
      );
    }
    this.queue(visit, at + 20_000, visit.ranked ? 0 : 2);
  }

  private queue(visit: Visit, at: number, rank: number): void {
    const room = this.hospital.room(visit.plan.room);
    room.waiting.push({ visit, since: at, rank });
    this.look(room, at);
  }

  /** Plans the doctor's next call, unless one is planned already. */
  look(room: Room<Visit>, at: number): void {
    const when = opensAt(Math.max(at, room.busyUntil), this.midnight);
    if (room.waiting.length === 0 || room.wakesAt > at) return;
    room.wakesAt = when + 1;
    this.timeline.plan(when, async () => {
      room.wakesAt = 0;
      if (room.busyUntil > when) return this.look(room, when);
      const visit = callNext(room);
      if (visit) await this.call(visit, room, when);
    });
  }

  private async call(visit: Visit, room: Room<Visit>, at: number): Promise<void> {
    const again = visit.called;
    visit.called = true;
    const { random } = visit;
    const [least, most] = this.ward.world.mix.doctorMinutes;
    const length = again ? random.int(90, 200) * 1_000 : (least + random.next() * (most - least)) * MINUTE;
    room.busyUntil = at + length + 20_000;
    this.timeline.plan(room.busyUntil, async () => this.look(room, room.busyUntil));
    const step = again ? 'again' : 'exam';
    const started = await this.ward.sender.send(
      startExam,
      { encounter: visit.encounter },
      this.deed(visit, `start-${step}`, room.doctor, at),
    );
    if (!started.ok) return this.over(visit);
    this.exam.begin(visit, room, at, length, again);
  }

  private resultsIn(visit: Visit, at: number): void {
    this.queue(visit, at + visit.random.int(30, 120) * 1_000, visit.ranked ? 0 : 1);
  }
}

const cardOf = (card: { validFrom: string; validTo: string; registeredFacility: string }) => ({
  validFrom: card.validFrom,
  validTo: card.validTo,
  registeredFacility: card.registeredFacility,
});
