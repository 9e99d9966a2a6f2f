/** One day of the hospital: every visit goes its way, step by step, in one order of time. */

import type { Random } from '@mach/base/random.ts';
import { addDays, fromLocal, localDate } from '@mach/base/time.ts';
import { quote, settle } from '@mach/cashier/contract.ts';
import { leave, startExam } from '@mach/encounter/contract.ts';
import {
  diagnose,
  finish,
  markSeen,
  order,
  type PrescribeInput,
  prescribe,
  recordAllergies,
  recordVitals,
  saveNote,
} from '@mach/outpatient/contract.ts';
import { dispense } from '@mach/pharmacy/contract.ts';
import { checkIn } from '@mach/reception/contract.ts';
import { makeLines, makeOrders, makeVitals } from './case.ts';
import type { DayPlan, PlannedVisit } from './day-plan.ts';
import { Diagnostics } from './diagnostics.ts';
import { callNext, Hospital, opensAt, type Room } from './hospital.ts';
import type { StaffMember, World } from './pack.ts';
import { bhytQr, cccdQr } from './people.ts';
import { Timeline } from './queue.ts';
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

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

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

/** Reactions and messages are dealt with after this much simulated time, ms. */
const FOLLOW_EVERY = 60 * MINUTE;

export class VisitDay {
  private readonly timeline = new Timeline();
  private readonly hospital: Hospital<Visit>;
  private readonly diagnostics: Diagnostics;
  private readonly ward: Ward;
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
    this.diagnostics = new Diagnostics(this.timeline, this.hospital, ward, (visit, at) => this.resultsIn(visit, at));
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

  private deed(visit: Visit, step: string, staff: StaffMember, at: number, more: Partial<Deed> = {}): Deed {
    return { staff, at: Math.round(at), key: `${this.plan.day}:${visit.plan.id}:${step}`, ...more };
  }

  private over(visit: Visit): void {
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
  private look(room: Room<Visit>, at: number): void {
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
    if (again) this.timeline.plan(at + length * 0.3, () => this.see(visit, room, at, length));
    else this.timeline.plan(at + length * 0.5, () => this.write(visit, room, at, length));
  }

  private async write(visit: Visit, room: Room<Visit>, at: number, length: number): Promise<void> {
    const { plan, random } = visit;
    const words = random.fork('words');
    const services = makeOrders(random.fork('orders'), plan.case);
    await this.ward.sender.send(
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
      this.deed(visit, 'note', room.doctor, at + length * 0.5),
    );
    const when = at + length * 0.7;
    this.timeline.plan(when, async () => {
      if (services.length === 0) return this.conclude(visit, room, when, at + length);
      const placed = await this.order(visit, room.doctor, services, when);
      if (placed.length === 0) return this.conclude(visit, room, when, at + length);
      visit.pending = placed.length;
      visit.results = placed.map((p) => p.order);
      room.busyUntil = Math.min(room.busyUntil, when + 40_000);
      this.timeline.plan(room.busyUntil, async () => this.look(room, when + 40_000));
      this.diagnostics.begin(visit, placed, when, (step, staff, moment) => this.deed(visit, step, staff, moment));
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
      const sent = await this.ward.sender.send(
        order,
        { encounter: visit.encounter, items: wanted.map((service) => ({ service })) },
        this.deed(visit, `order-${attempt}`, doctor, at, { expected: ['duplicate-order'] }),
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

  private resultsIn(visit: Visit, at: number): void {
    this.queue(visit, at + visit.random.int(30, 120) * 1_000, visit.ranked ? 0 : 1);
  }

  private async see(visit: Visit, room: Room<Visit>, at: number, length: number): Promise<void> {
    await this.ward.sender.send(
      markSeen,
      { orders: visit.results },
      this.deed(visit, 'seen', room.doctor, at + length * 0.3),
    );
    const when = at + length * 0.6;
    this.timeline.plan(when, () => this.conclude(visit, room, when, at + length));
  }

  private async conclude(visit: Visit, room: Room<Visit>, at: number, end: number): Promise<void> {
    const { plan, random } = visit;
    const { doctor } = room;
    const diagnoses = plan.case.diagnoses.map((code, i) => ({ code, principal: i === 0 }));
    await this.ward.sender.send(
      diagnose,
      { encounter: visit.encounter, diagnoses },
      this.deed(visit, 'diagnose', doctor, at),
    );
    const day = localDate(new Date(at).toISOString());
    const revisit = plan.case.outcome === 'revisit' ? workday(addDays(day, plan.case.revisitDays ?? 28)) : undefined;
    const lines = makeLines(random.fork('lines'), plan.case);
    if (lines.length > 0) {
      const input: PrescribeInput = {
        encounter: visit.encounter,
        lines: lines.map(({ chance: _, ...line }) => line),
        advice: random.fork('advice').pick(this.ward.world.mix.advice),
        ...(revisit ? { revisit } : {}),
        ...(plan.case.pregnant ? { pregnant: true } : {}),
      };
      visit.prescriptions = await this.prescribe(visit, doctor, input, at + (end - at) * 0.5);
    }
    this.timeline.plan(end, () => this.finish(visit, doctor, end, revisit));
  }

  /** A warning that the patient's record raises is answered with a reason, once. */
  private async prescribe(visit: Visit, doctor: StaffMember, input: PrescribeInput, at: number): Promise<string[]> {
    const first = await this.ward.sender.send(prescribe, input, this.deed(visit, 'prescribe', doctor, at));
    return first.ok ? first.result.prescriptions.map((p) => p.prescription) : [];
  }

  private async finish(visit: Visit, doctor: StaffMember, at: number, revisit: string | undefined): Promise<void> {
    const sent = await this.ward.sender.send(
      finish,
      { encounter: visit.encounter, outcome: visit.plan.case.outcome, ...(revisit ? { revisit } : {}) },
      this.deed(visit, 'finish', doctor, at),
    );
    if (!sent.ok) return this.over(visit);
    const walk = visit.random.int(120, 400) * 1_000;
    if (sent.result.state === 'settled') return this.collect(visit, at + walk);
    const desk = this.hospital.cashiers.take(at + walk, visit.random.int(60, 130) * 1_000);
    this.timeline.plan(desk.end, () => this.pay(visit, desk.worker, desk.end));
  }

  private async pay(visit: Visit, cashier: StaffMember, at: number): Promise<void> {
    const { sender, world } = this.ward;
    const bill = await sender.send(
      quote,
      { encounter: visit.encounter },
      this.deed(visit, 'quote', cashier, at - 20_000),
    );
    if (!bill.ok) return this.over(visit);
    const due = bill.result.patientTotal;
    const { payment } = world.mix;
    const method = visit.random.weighted([
      ['cash', payment.cash],
      ['qr', payment.qr],
      ['card', payment.card],
    ] as const);
    // Cash comes in notes: the next ten or fifty thousand.
    const note = visit.random.chance(0.6) ? 10_000 : 50_000;
    const amount = method === 'cash' ? Math.ceil(due / note) * note : due;
    const sent = await sender.send(
      settle,
      { encounter: visit.encounter, expectedPatientTotal: due, payments: due > 0 ? [{ method, amount }] : [] },
      this.deed(visit, 'settle', cashier, at),
    );
    if (!sent.ok) return this.over(visit);
    this.collect(visit, at + visit.random.int(60, 240) * 1_000);
  }

  private collect(visit: Visit, at: number): void {
    if (visit.prescriptions.length === 0) {
      this.over(visit);
      return;
    }
    const desk = this.hospital.pharmacy.take(at, visit.random.int(60, 140) * 1_000);
    this.timeline.plan(desk.end, async () => {
      for (const [i, prescription] of visit.prescriptions.entries())
        await this.ward.sender.send(
          dispense,
          { prescription, patient: visit.patientCode, counselled: true },
          this.deed(visit, `dispense-${i}`, desk.worker, desk.end),
        );
      this.over(visit);
    });
  }
}

const cardOf = (card: { validFrom: string; validTo: string; registeredFacility: string }) => ({
  validFrom: card.validFrom,
  validTo: card.validTo,
  registeredFacility: card.registeredFacility,
});

/** Nobody is asked back on a Sunday. */
const workday = (day: string): string => (new Date(day).getUTCDay() === 0 ? addDays(day, 1) : day);
