/** After the doctor: the cashier, and the pharmacy's counter. */
import { quote, settle } from '@mach/cashier/contract.ts';
import { dispense } from '@mach/pharmacy/contract.ts';
import type { StaffMember } from './pack.ts';
import type { Timeline } from './queue.ts';
import type { Sender } from './sender.ts';
import type { Floor, Visit } from './visit.ts';

export class WayOut {
  private readonly floor: Floor;
  private readonly timeline: Timeline;
  private readonly sender: Sender;

  constructor(floor: Floor) {
    this.floor = floor;
    this.timeline = floor.timeline;
    this.sender = floor.ward.sender;
  }

  /** The doctor has finished at `at`; `settled`: nothing is left to pay. */
  begin(visit: Visit, at: number, settled: boolean): void {
    const walk = visit.random.int(120, 400) * 1_000;
    if (settled) {
      this.collect(visit, at + walk);
      return;
    }
    const desk = this.floor.hospital.cashiers.take(at + walk, visit.random.int(60, 130) * 1_000);
    this.timeline.plan(desk.end, () => this.pay(visit, desk.worker, desk.end));
  }

  private async pay(visit: Visit, cashier: StaffMember, at: number): Promise<void> {
    const { sender } = this;
    const { world } = this.floor.ward;
    const bill = await sender.send(
      quote,
      { encounter: visit.encounter },
      this.floor.deed(visit, 'quote', cashier, at - 20_000),
    );
    if (!bill.ok) return this.floor.over(visit);
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
      this.floor.deed(visit, 'settle', cashier, at),
    );
    if (!sent.ok) return this.floor.over(visit);
    this.collect(visit, at + visit.random.int(60, 240) * 1_000);
  }

  private collect(visit: Visit, at: number): void {
    if (visit.prescriptions.length === 0) {
      this.floor.over(visit);
      return;
    }
    const desk = this.floor.hospital.pharmacy.take(at, visit.random.int(60, 140) * 1_000);
    this.timeline.plan(desk.end, async () => {
      for (const [i, prescription] of visit.prescriptions.entries())
        await this.sender.send(
          dispense,
          { prescription, patient: visit.patientCode, counselled: true },
          this.floor.deed(visit, `dispense-${i}`, desk.worker, desk.end),
        );
      this.floor.over(visit);
    });
  }
}
