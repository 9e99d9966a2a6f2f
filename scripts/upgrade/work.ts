import assert from 'node:assert/strict';
import { cardOf, VITALS } from '../../bench/lib/people.ts';
import type { House } from './house.ts';

type Visit = typeof import('../../bench/visit.ts').visit;
type Send = Parameters<Visit>[0];
type Who = Parameters<Send>[0];

export const LOGINS: Readonly<Record<Who, string>> = {
  desk: 'tiepdon',
  nurse: 'dieuduong',
  doctor: 'bacsi',
  lab: 'xetnghiem',
  cashier: 'thungan',
  pharmacist: 'duocsi',
};

/** Visits of each shift that are walked from the card to the drugs. */
const WHOLE = 2;

interface Deed {
  who: Who;
  name: string;
  input: unknown;
  result: unknown;
}

/** All that was ever acknowledged, whichever version did it. */
export class Ledger {
  readonly deeds = new Map<string, Deed>();
  /** Visits that somebody has checked in, finished or not. */
  readonly visits = new Set<string>();
  /** Visits that wait for the doctor when the shift ends. */
  waiting: string[] = [];
  people = 0;
}

/** One version at work: people sign in, patients come and are treated; everything that it says yes to is written down. */
export class Shift {
  private readonly house: House;
  private readonly ledger: Ledger;
  private readonly name: string;
  private readonly tokens = new Map<Who, string>();
  private step = 0;

  private constructor(house: House, ledger: Ledger, name: string) {
    this.house = house;
    this.ledger = ledger;
    this.name = name;
  }

  static async begin(house: House, ledger: Ledger, name: string): Promise<Shift> {
    const shift = new Shift(house, ledger, name);
    for (const [who, login] of Object.entries(LOGINS)) shift.tokens.set(who as Who, await house.client.signIn(login));
    // Cash is taken in a shift; one that is open already stays so.
    await shift.send('cashier', 'cashier.openShift', { float: 500_000 }).catch((error: unknown) => {
      if (!/: 409 /.test(String(error))) throw error;
    });
    return shift;
  }

  private token(who: Who): string {
    return this.tokens.get(who) ?? '';
  }

  private readonly send: Send = async (who, name, input) => {
    const key = `${this.name}-${++this.step}-${name}`;
    const result = await this.house.client.command<unknown>(this.token(who), name, input, key);
    this.ledger.deeds.set(key, { who, name, input, result });
    return result as never;
  };

  /** Whole visits, with the commands that this version's own program sends, and one that is left with the nurse. */
  async work(): Promise<void> {
    const { visit } = await this.house.tree.module<{ visit: Visit }>('bench/visit.ts');
    for (let n = 0; n < WHOLE; n++)
      await visit(
        async (who, name, input) => {
          const result = await this.send<{ encounter: string }>(who, name, input);
          if (name === 'reception.checkIn') this.ledger.visits.add(result.encounter);
          return result as never;
        },
        ++this.ledger.people,
      );
    const { encounter } = await this.send<{ encounter: string }>('desk', 'reception.checkIn', {
      cccdQr: cardOf(++this.ledger.people),
      person: { noPhone: true },
      room: 'room-305',
      reason: 'Khám định kỳ',
      payer: 'fee',
    });
    this.ledger.visits.add(encounter);
    await this.send('nurse', 'outpatient.recordVitals', { encounter, ...VITALS });
    this.ledger.waiting.push(encounter);
  }

  /** What the version before has left: each stands in the doctor's queue, is examined, finished and paid. */
  async finishWaiting(): Promise<void> {
    const queue = new Set(await this.keys('doctor', 'outpatient.queue'));
    for (const encounter of this.ledger.waiting.splice(0)) {
      assert.ok(queue.has(encounter), `${this.name}: a visit of the version before is not in the queue`);
      await this.send('doctor', 'encounter.startExam', { encounter });
      const sections = {
        reason: 'Khám định kỳ',
        history: 'Khoẻ mạnh.',
        exam: 'Tim đều, phổi trong.',
        plan: 'Theo dõi.',
      };
      await this.send('doctor', 'outpatient.saveNote', { encounter, sections });
      await this.send('doctor', 'outpatient.diagnose', { encounter, diagnoses: [{ code: 'I10', principal: true }] });
      await this.send('doctor', 'outpatient.finish', { encounter, outcome: 'home' });
      const { patientTotal } = await this.send<{ patientTotal: number }>('cashier', 'cashier.quote', { encounter });
      const payments = patientTotal > 0 ? [{ method: 'cash', amount: patientTotal }] : [];
      await this.send('cashier', 'cashier.settle', { encounter, expectedPatientTotal: patientTotal, payments });
    }
  }

  private async keys(who: Who, view: string): Promise<string[]> {
    const { status, text } = await this.house.client.request('GET', `/api/views/${view}?limit=1000`, this.token(who));
    assert.equal(status, 200, `${this.name}: ${view}: ${text}`);
    return (JSON.parse(text) as { rows: { key: string }[] }).rows.map((row) => row.key);
  }

  /** Every deed of every version, handed in again: known, with the answer of then; and every visit is on today's list. */
  async recall(): Promise<void> {
    for (const [key, { who, name, input, result }] of this.ledger.deeds) {
      const { status, text } = await this.house.client.request(
        'POST',
        `/api/commands/${name}`,
        this.token(who),
        input,
        { 'idempotency-key': key },
      );
      const answer = JSON.parse(text) as { replayed?: boolean; result?: unknown };
      assert.deepEqual([status, answer.replayed], [200, true], `${this.name}: ${key}: ${text}`);
      assert.deepEqual(answer.result, result, `${this.name}: ${key}: another answer than the first`);
    }
    assert.deepEqual(
      (await this.keys('desk', 'reception.today')).sort(),
      [...this.ledger.visits].sort(),
      `${this.name}: today's visits`,
    );
  }
}
