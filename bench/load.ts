import { Chance } from './lib/chance.ts';
import { cardOf, VITALS } from './lib/people.ts';
import { get, type Probe, Prober, post } from './lib/probe.ts';
import { report, spread } from './lib/report.ts';
import { type BenchServer, startServer } from './lib/server.ts';

/** Between one thing that a person does and the next, ms, on average: reading, talking to the patient, typing. */
const THINK = 8_000;
/** Screens refresh by the live stream; what is asked for anew is a list, a record, a search as one types, a deed. */
const VISITS = 60;
/** Requests at once of a rush: far more than may work and wait together. */
const RUSH = 600;
/** The server is itself again when this many answers in a row came within `CALM` ms. */
const STREAK = 5;
const CALM = 1_000;
const RECOVERY = 20_000;
const QUEUE = '/api/views/outpatient.queue?limit=50&sort=queueNumber';

export interface LoadPlan {
  people: number;
  seconds: number;
  /** How long each overload lasts, s. */
  overload: number;
  /** Sessions that these people share; one each where nothing is said. A sign-in costs a fifth of a second. */
  sessions?: number;
  /** People who are being treated. */
  visits?: number;
}

interface Tally {
  times: number[];
  /** 429 or 503 that say when to come back. */
  shed: number;
  errors: number;
  firstError?: string;
}

export interface LoadResult {
  calm: Tally;
  /** Five times as many people. */
  crowd: Tally;
  /** As many requests at once as lines can carry, and nobody thinks. */
  rush: Tally;
  /** From the end of each overload until the server is itself again, ms. */
  recoveries: number[];
  memory: number;
}

const tally = (): Tally => ({ times: [], shed: 0, errors: 0 });
const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

/** The house with people in it: who is signed in, and whom they treat. */
class Ward {
  readonly prober: Prober;
  private readonly server: BenchServer;
  private readonly chance = new Chance(7);
  private readonly visits: { encounter: string; patient: string }[] = [];
  private readonly people: { role: string; token: string }[] = [];
  private count = 0;

  constructor(server: BenchServer) {
    this.server = server;
    this.prober = new Prober(server.port, 4_000);
  }

  async open(people: number, visits: number): Promise<void> {
    const { client } = this.server;
    const desk = await client.signIn('tiepdon');
    for (let i = 0; i < visits; i++)
      this.visits.push(await client.command(desk, 'reception.checkIn', this.arrival(), `load-in-${i}`));
    const roles = ['bacsi', 'dieuduong', 'bacsi', 'tiepdon'];
    let next = 0;
    const signIn = async (): Promise<void> => {
      while (next < people) {
        const role = roles[next++ % roles.length] ?? 'bacsi';
        this.people.push({ role, token: await client.signIn(role) });
      }
    };
    await Promise.all([signIn(), signIn(), signIn(), signIn()]);
  }

  private arrival(): object {
    return {
      cccdQr: cardOf(this.count++),
      person: { noPhone: true },
      room: 'room-305',
      reason: 'Khám định kỳ',
      payer: 'fee',
    };
  }

  /** What somebody in this role does next. */
  private deed({ role, token }: { role: string; token: string }): Probe {
    const { chance } = this;
    const { encounter, patient } = chance.pick(this.visits);
    const key = { 'idempotency-key': `load-${++this.count}-${chance.below(1e9)}` };
    const dice = chance.below(100);
    if (dice < 15 && role === 'dieuduong')
      return post('/api/commands/outpatient.recordVitals', token, { encounter, ...VITALS }, key);
    if (dice < 15 && role === 'tiepdon') return post('/api/commands/reception.checkIn', token, this.arrival(), key);
    if (dice < 35)
      return get(
        `/api/codes/icd10?q=${encodeURIComponent(chance.pick(['tăng', 'viêm ph', 'đái tháo', 'J18', 'ho ']))}&limit=20`,
        token,
      );
    if (dice < 50) return get(`/fhir/Patient/${patient}`, token);
    if (dice < 55) return get('/api/session', token);
    return get(role === 'tiepdon' ? '/api/views/reception.today?limit=50' : QUEUE, token);
  }

  private async act(person: { role: string; token: string }, into: Tally): Promise<void> {
    const probe = this.deed(person);
    // As a browser sends it: people's screens go before programs that bring a token.
    const { authorization: _, ...headers } = probe.headers ?? {};
    probe.headers = { ...headers, cookie: `mach_session=${person.token}` };
    const seen = await this.prober.send(probe, 30_000);
    if (seen.status === 200) into.times.push(seen.ms);
    else if ((seen.status === 503 || seen.status === 429) && seen.headers['retry-after'] !== undefined) into.shed++;
    else {
      into.errors++;
      into.firstError ??= `${probe.method} ${probe.path}: ${seen.fault ?? `${seen.status} ${seen.text.slice(0, 300)}`}`;
    }
  }

  /** `count` people work for `seconds`, thinking between what they do; the first thing comes somewhere in that time. */
  async work(count: number, seconds: number, think: number): Promise<Tally> {
    const into = tally();
    const until = performance.now() + seconds * 1_000;
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const person = this.people[index % this.people.length];
        if (!person) throw new Error('nobody is signed in');
        await pause(this.chance.next() * Math.min(think, seconds * 1_000));
        while (performance.now() < until) {
          const shed = into.shed;
          await this.act(person, into);
          // Who was refused comes back after the time that he was told, as a browser does.
          await pause(think > 0 ? think * (0.5 + this.chance.next()) : into.shed > shed ? 50 : 0);
        }
      }),
    );
    return into;
  }

  /** Waits until the server is itself again. @returns after how many ms the first of a row of good answers came */
  async recovery(): Promise<number> {
    const began = performance.now();
    const person = this.people[0];
    if (!person) throw new Error('nobody is signed in');
    let good = 0;
    let since = 0;
    while (good < STREAK && performance.now() - began < RECOVERY) {
      const sent = performance.now();
      const { status, ms } = await this.prober.send(get(QUEUE, person.token));
      if (status === 200 && ms < CALM) {
        if (good++ === 0) since = sent - began + ms;
      } else good = 0;
      await pause(100);
    }
    return good < STREAK ? RECOVERY : since;
  }
}

/** People at work, then five times as many, then a rush, on a running server. */
export async function runLoad(server: BenchServer, plan: LoadPlan): Promise<LoadResult> {
  const ward = new Ward(server);
  try {
    await ward.open(plan.sessions ?? plan.people, plan.visits ?? VISITS);
    const calm = await ward.work(plan.people, plan.seconds, THINK);
    const memory = server.memory();
    const crowd = await ward.work(plan.people * 5, plan.overload, THINK);
    const recoveries = [await ward.recovery()];
    const rush = await ward.work(RUSH, plan.overload, 0);
    recoveries.push(await ward.recovery());
    return { calm, crowd, rush, recoveries, memory };
  } finally {
    ward.prober.close();
  }
}

/** `npm run bench -- load [PEOPLE] [SECONDS]`: 500 people for 5 minutes, then overload. */
export async function load(
  people = Number(process.argv[3] ?? 500),
  seconds = Number(process.argv[4] ?? 300),
): Promise<void> {
  const server = await startServer({ MACH_RATE: 'on' });
  try {
    const result = await runLoad(server, { people, seconds, overload: 30 });
    const line = (name: string, one: Tally, over: number): void => {
      report({
        name,
        value: one.times.length / over,
        unit: '/s',
        ratio_to_limit: null,
        n: one.times.length,
        errors: one.errors,
        ...spread(one.times),
      });
      if (one.firstError !== undefined) process.stdout.write(`first error: ${one.firstError}\n`);
    };
    const number = (name: string, value: number, unit: string, errors = 0): void =>
      report({ name, value, unit, ratio_to_limit: null, n: 1, errors });
    line(`load: ${people} people, think ${THINK / 1000} s`, result.calm, seconds);
    number('load: refused meanwhile', result.calm.shed, '', result.calm.shed);
    line(`load: ${people * 5} people`, result.crowd, 30);
    number('load: refused of the crowd', result.crowd.shed, '');
    line(`load: rush of ${RUSH} at once`, result.rush, 30);
    number('load: refused of the rush', result.rush.shed, '');
    number(
      'load: longest recovery',
      Math.max(...result.recoveries) / 1_000,
      's',
      Math.max(...result.recoveries) > 10_000 ? 1 : 0,
    );
    number('load: server memory', result.memory, 'MiB');
    const { p95 } = spread(result.calm.times);
    if (p95 > 200 || result.calm.errors + result.calm.shed > 0) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
