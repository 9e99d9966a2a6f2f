/** Specimens, examinations, results: what happens between the order and the doctor's second look. */
import {
  collectSpecimen,
  enterResults,
  receiveSpecimen,
  reportImaging,
  startImaging,
  validateResults,
} from '@mach/lab/contract.ts';
import { criticalItems, makeReport, makeResults } from './case.ts';
import type { Hospital } from './hospital.ts';
import type { StaffMember } from './pack.ts';
import type { Timeline } from './queue.ts';
import type { Deed } from './sender.ts';
import type { Visit, Ward } from './visit.ts';

const MINUTE = 60_000;

type Placed = readonly { order: string; service: string }[];
type MakeDeed = (step: string, staff: StaffMember, at: number) => Deed;

/** Answers that let an examination begin: fasting is wanted, everything else is a risk. */
const SAFE: Readonly<Record<string, 'yes' | 'no'>> = { fasting: 'yes' };

export class Diagnostics {
  private readonly timeline: Timeline;
  private readonly hospital: Hospital<Visit>;
  private readonly ward: Ward;
  private readonly done: (visit: Visit, at: number) => void;

  constructor(timeline: Timeline, hospital: Hospital<Visit>, ward: Ward, done: (visit: Visit, at: number) => void) {
    this.timeline = timeline;
    this.hospital = hospital;
    this.ward = ward;
    this.done = done;
  }

  begin(visit: Visit, placed: Placed, at: number, deed: MakeDeed): void {
    const { lab } = this.ward.world;
    const tests = placed.filter((p) => lab.tests.has(p.service));
    let free = at + visit.random.int(2, 6) * MINUTE;
    if (tests.length > 0) {
      const desk = this.hospital.phlebotomy.take(free, visit.random.int(80, 150) * 1_000);
      free = desk.end + MINUTE;
      this.timeline.plan(desk.end, () => this.collect(visit, tests, desk.worker, desk.end, deed));
    }
    for (const { order, service } of placed) {
      const technique = lab.services.get(service);
      if (!technique) continue;
      const desk = this.hospital
        .technique(technique.room)
        .take(free, Math.min(technique.minutes * 0.4, 9) * MINUTE * (0.7 + visit.random.next() * 0.6));
      free = desk.end + 2 * MINUTE;
      this.timeline.plan(desk.start, () => this.examine(visit, { order, service }, desk, deed));
    }
  }

  private finished(visit: Visit, at: number): void {
    visit.pending--;
    if (visit.pending === 0 && !visit.gone) this.done(visit, at);
  }

  private async collect(visit: Visit, tests: Placed, staff: StaffMember, at: number, deed: MakeDeed): Promise<void> {
    const { lab } = this.ward.world;
    const sent = await this.ward.sender.send(
      collectSpecimen,
      {
        orders: tests.map((t) => t.order),
        patient: visit.patientCode,
        readBack: 'birth-date',
        ...(tests.some((t) => lab.tests.get(t.service)?.fasting) ? { fasting: true } : {}),
      },
      deed('collect', staff, at),
    );
    if (!sent.ok) return;
    const arrived = at + visit.random.int(4, 10) * MINUTE;
    for (const [i, tube] of sent.result.tubes.entries())
      if (tube.code !== '')
        this.timeline.plan(arrived + i * 5_000, async () => {
          await this.ward.sender.send(
            receiveSpecimen,
            { specimen: tube.code },
            deed(`receive-${i}`, this.hospital.technician('chemistry'), arrived + i * 5_000),
          );
        });
    for (const test of tests) {
      const minutes = lab.tests.get(test.service)?.turnaroundMinutes ?? 60;
      const ready = arrived + minutes * (0.45 + visit.random.next() * 0.4) * MINUTE;
      this.timeline.plan(ready, () => this.enter(visit, test, ready, deed));
    }
  }

  private async enter(visit: Visit, test: Placed[number], at: number, deed: MakeDeed): Promise<void> {
    const { world, sender } = this.ward;
    const { case: kind, person } = visit.plan;
    const about = { sex: person.sex, ageDays: visit.ageDays };
    const values = makeResults(visit.random.fork(`results:${test.service}`), test.service, kind, about, world);
    const technician = this.hospital.technician(world.lab.tests.get(test.service)?.category ?? '');
    const sent = await sender.send(
      enterResults,
      { order: test.order, patient: visit.patientCode, values },
      deed(`enter-${test.service}`, technician, at),
    );
    if (!sent.ok) return;
    const critical = sent.result.critical.length > 0 || criticalItems(values, about, world).length > 0;
    const when = at + visit.random.int(2, 7) * MINUTE;
    this.timeline.plan(when, async () => {
      const doctor = this.hospital.room(visit.plan.room).doctor;
      const validated = await sender.send(
        validateResults,
        { order: test.order, ...(critical ? { callback: { to: doctor.name, readBack: true as const } } : {}) },
        deed(`validate-${test.service}`, this.hospital.validator, when),
      );
      if (validated.ok) this.finished(visit, when);
    });
  }

  private async examine(
    visit: Visit,
    { order, service }: Placed[number],
    desk: { start: number; end: number; worker: StaffMember },
    deed: MakeDeed,
  ): Promise<void> {
    const { world, sender } = this.ward;
    const safety = (world.lab.services.get(service)?.safety ?? []).map((question) => ({
      question,
      answer: SAFE[question] ?? ('no' as const),
    }));
    const started = await sender.send(
      startImaging,
      { order, patient: visit.patientCode, ...(safety.length > 0 ? { safety } : {}) },
      deed(`start-${service}`, desk.worker, desk.start),
    );
    if (!started.ok) return;
    const when = desk.end + visit.random.int(1, 6) * MINUTE;
    this.timeline.plan(when, async () => {
      const reported = await sender.send(
        reportImaging,
        { order, ...makeReport(service, visit.plan.case, world) },
        deed(`report-${service}`, desk.worker, when),
      );
      if (reported.ok) this.finished(visit, when);
    });
  }
}
