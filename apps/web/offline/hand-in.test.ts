import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Act, changed, forgotten, type Handed, type Outcome, outcomeOf, stateOf, wordsOf } from './acts.ts';
import { type ActStore, type Counter, handIn } from './hand-in.ts';

class Crash extends Error {}

/** A disk that survives the page: `crash` ends the page before or after a step. */
class Disk implements ActStore {
  readonly kept = new Map<string, Act>();
  readonly handed = new Map<string, Handed>();
  house = '1';
  crash: () => boolean = () => false;
  async #step(work: () => void): Promise<void> {
    if (this.crash()) throw new Crash();
    work();
    if (this.crash()) throw new Crash();
  }
  all = async () => [...this.kept.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  put = (act: Act) => this.#step(() => void this.kept.set(act.id, structuredClone(act)));
  done = (act: Act) =>
    this.#step(() => {
      this.handed.set(act.id, { act: structuredClone(act), house: this.house });
      this.kept.delete(act.id);
    });
  /** As a desk that is signed in to a server of another history: what may be forgotten waits again. */
  recall(house: string): void {
    this.house = house;
    for (const one of this.handed.values()) {
      const act = forgotten(one, house);
      if (!act) continue;
      this.kept.set(act.id, act);
      this.handed.delete(act.id);
    }
  }
}

/** A server with the two things that matter here: a key is answered once, and another body under it is refused. */
class Server {
  readonly log: { key: string; lane: string; body: string; ticket: string | undefined }[] = [];
  history = 1;
  readonly tickets = new Map<string, string>();
  readonly refusing = new Set<string>();
  #answered = new Map<string, string>();
  take(act: Act): Outcome {
    const body = JSON.stringify(act.ready);
    const before = this.#answered.get(act.id);
    if (before !== undefined) {
      assert.equal(before, body, 'a second attempt carries the same body');
      return { kind: 'done' };
    }
    if (this.refusing.has(act.id))
      return { kind: 'refused', issues: [{ severity: 'error', code: 'no', text: { vi: 'không', en: 'no' } }] };
    this.#answered.set(act.id, body);
    const ticket = act.encounterOf === undefined ? act.ticket : undefined;
    this.log.push({ key: act.id, lane: act.lane, body, ticket });
    if (ticket !== undefined) this.tickets.set(ticket, `visit-${ticket}`);
    return { kind: 'done' };
  }
  /** Put back to a time before: it knows the first `n` deeds, and says so by another name. */
  restore(n: number): string {
    this.log.length = Math.min(n, this.log.length);
    this.#answered = new Map(this.log.map((entry) => [entry.key, entry.body]));
    this.tickets.clear();
    for (const { ticket } of this.log) if (ticket !== undefined) this.tickets.set(ticket, `visit-${ticket}`);
    this.history++;
    return String(this.history);
  }
}

const act = (desk: string, i: number, lane: string, opens: boolean): Act => ({
  id: `${desk}-${String(i).padStart(3, '0')}`,
  sequence: i,
  performedAt: '2026-11-24T01:00:00.000Z',
  command: opens ? 'reception.checkIn' : 'outpatient.recordVitals',
  input: { n: i },
  title: { vi: 'Việc', en: 'Act' },
  name: lane,
  lane,
  ticket: lane,
  ...(opens ? {} : { encounterOf: lane }),
  tries: 0,
});

const script = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('act' as const), desk: fc.nat(1), lane: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('hand-in' as const), desk: fc.nat(1), twice: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), lane: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('resolve' as const), desk: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), known: fc.nat(8) }) },
  ),
  { maxLength: 30 },
);

test('any hour without the server, and any restore of it: every act once, in the order of its person, whatever crashes', async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.infiniteStream(fc.nat(11)), async (steps, dice) => {
      const roll = (): number => dice.next().value ?? 0;
      const server = new Server();
      const disks = [new Disk(), new Disk()] as const;
      const made: Act[] = [];
      let calm = false;
      for (const disk of disks) disk.crash = () => !calm && roll() === 0;
      const counter: Counter = {
        send: async (one) => {
          const luck = calm ? 9 : roll();
          if (luck === 1) return { kind: 'gone' };
          if (luck === 4) return { kind: 'later' };
          const outcome = server.take(one);
          // Done, and the answer lost on its way.
          if (luck === 2) return { kind: 'gone' };
          if (luck === 3) throw new Crash();
          return outcome;
        },
        visitOf: async (ticket) => {
          if (!calm && roll() === 1) throw new Crash();
          return server.tickets.get(ticket);
        },
      };
      const round = (disk: Disk) =>
        handIn(disk, counter).catch((e: unknown) => assert.ok(e instanceof Crash, String(e)));
      const opened = new Set<string>();
      for (const step of steps) {
        if (step.do === 'act') {
          const desk = `d${step.desk}`;
          // Desk 0 gives the tickets; desk 1 measures people whom it may know by their ticket alone.
          const lane = `G${step.lane}`;
          const opens = step.desk === 0 && !opened.has(lane);
          if (opens) opened.add(lane);
          const one = act(desk, made.length, lane, opens);
          disks[step.desk === 0 ? 0 : 1].kept.set(one.id, one);
          made.push(one);
        } else if (step.do === 'hand-in') {
          const disk = disks[step.desk === 0 ? 0 : 1];
          // Two tabs without a lock between them.
          await Promise.all(step.twice ? [round(disk), round(disk)] : [round(disk)]);
        } else if (step.do === 'refuse') {
          const next = made.findLast((one) => one.lane === `G${step.lane}`);
          if (next) server.refusing.add(next.id);
        } else if (step.do === 'restore') {
          const house = server.restore(step.known);
          for (const disk of disks) disk.recall(house);
        } else await resolve(disks[step.desk === 0 ? 0 : 1], server);
        for (const one of made) {
          const held = disks.some((disk) => disk.kept.has(one.id));
          assert.ok(held || server.log.some((entry) => entry.key === one.id), 'never dropped');
        }
      }
      calm = true;
      // Whoever was measured under a ticket is checked in at last: the paper says so.
      for (const one of made) server.tickets.set(one.lane, `visit-${one.lane}`);
      for (let i = 0; i < 2; i++)
        for (const disk of disks) {
          await round(disk);
          await resolve(disk, server);
          await round(disk);
        }
      assert.deepEqual([...disks[0].kept.keys(), ...disks[1].kept.keys()], []);
      const keys = server.log.map((entry) => entry.key);
      assert.deepEqual(keys.toSorted(), made.map((one) => one.id).toSorted(), 'each exactly once');
      for (const desk of ['d0', 'd1'])
        for (const lane of new Set(made.map((one) => one.lane))) {
          const own = server.log.filter((entry) => entry.lane === lane && entry.key.startsWith(desk));
          const order = own.map((entry) => entry.key);
          assert.deepEqual(order, order.toSorted(), `the order of ${lane} at ${desk}`);
        }
    }),
    { numRuns: 400 },
  );
});

/** A person settles every refusal, and sends it again. */
async function resolve(disk: Disk, server: Server): Promise<void> {
  for (const one of [...disk.kept.values()].filter((kept) => kept.refused)) {
    server.refusing.delete(one.id);
    disk.kept.set(one.id, changed(one, { settled: true }));
  }
}

test('only an answer about the act is a refusal', () => {
  const issue = (code: string) => [{ severity: 'error' as const, code, text: { vi: 'x', en: 'x' } }];
  assert.equal(outcomeOf(409, issue('already-waiting')).kind, 'refused');
  assert.equal(outcomeOf(403, []).kind, 'refused');
  assert.equal(outcomeOf(409, issue('conflict')).kind, 'later');
  for (const status of [408, 425, 429, 500, 503]) assert.equal(outcomeOf(status, []).kind, 'later');
  assert.equal(outcomeOf(401, []).kind, 'signed-out');
});

test('what waits behind a refusal says so, and another person is not held up', () => {
  const [a, b, c] = [act('d', 1, 'G1', true), act('d', 2, 'G1', false), act('d', 3, 'G2', true)];
  const acts = [{ ...a, refused: [] }, b, c];
  const states = acts.map((one) => stateOf(one, acts, new Set()));
  assert.deepEqual(states, ['refused', 'waiting', 'kept']);
});

test('an act becomes words that a person can enter', () => {
  const one = {
    ...act('d', 1, 'G0012', true),
    input: { amount: 150_000, paper: { n: 1 }, room: 'room-305' },
    detail: 'BG26-000001',
  };
  assert.equal(wordsOf(one), 'Việc · BG26-000001\n2026-11-24T01:00:00.000Z\namount: 150000\nroom: room-305');
});
