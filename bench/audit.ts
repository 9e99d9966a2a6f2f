import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CCCD, cardOf, patientBundle } from './fhir/data.ts';
import { Wire, wire } from './fhir/wire.ts';
import type { Order, Told } from './lib/audit-house.ts';
import { Client } from './lib/http.ts';
import { report } from './lib/report.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PATIENTS = 60;
const CLIENTS = 8;
/** Spans are compared two by two, one with the audit and one without, in an order that changes: what else the machine does meets both. */
const PAIRS = Number(process.argv[3] ?? 12);
const SPAN = 1_500;
const JSON_TYPE = { 'content-type': 'application/fhir+json' };

/** Kinds of reads: a record, a search by an identifier, a page of 20 with the one it is about. */
const READS: Readonly<Record<string, (n: number, id: string) => string>> = {
  read: (_, id) => `/fhir/Patient/${id}`,
  'search by identifier': (n) => `/fhir/Patient?identifier=${encodeURIComponent(`${CCCD}|${cardOf(n)}`)}`,
  'page of 20': (_, id) => `/fhir/Observation?patient=Patient/${id}&_count=20`,
};

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** The house in a process of its own, and what it is told. */
class House {
  readonly port: number;
  private readonly child: ChildProcess;
  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  static async open(dataDir: string): Promise<House> {
    const { config } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      config: { serverFlags: string[] };
    };
    const child = fork(join(import.meta.dirname, 'lib', 'audit-house.ts'), [], {
      execArgv: config.serverFlags,
      env: { ...process.env, MACH_DATA: dataDir, MACH_DEMO: 'accounts', MACH_RATE: 'off' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error('the house ended before it was open');
    });
    const [told] = (await Promise.race([once(child, 'message'), ended])) as [Told];
    ended.catch(() => undefined);
    if (!('port' in told)) throw new Error('the house did not say where it is');
    return new House(child, told.port);
  }

  async order(order: Order): Promise<{ rows: number; ms: number }> {
    const answer = once(this.child, 'message') as Promise<[Told]>;
    this.child.send(order);
    const [told] = await answer;
    return 'done' in told ? told : { rows: 0, ms: 0 };
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

/** Answers in one span, at eight clients who each wait for theirs. @returns time of an answer, ms of the whole machine */
async function span(port: number, lines: readonly Wire[], requests: readonly Buffer[], length = SPAN): Promise<number> {
  let answers = 0;
  const begun = performance.now();
  const client = async (line: Wire, first: number): Promise<void> => {
    for (let i = first; performance.now() - begun < length; i++) {
      const { status } = await line.ask(requests[i % requests.length] ?? Buffer.alloc(0));
      if (status !== 200) throw new Error(`port ${port}: status ${status}`);
      answers++;
    }
  };
  await Promise.all(lines.map((line, i) => client(line, i * 7)));
  return (performance.now() - begun) / answers;
}

/**
 * `npm run bench -- audit [PAIRS]`: what the audit of reads costs, as a share of the read itself: with it and without it, in
 * turns, on one server. What sealing the rows costs later is measured by itself and added.
 */
export async function audit(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-bench-audit-'));
  const house = await House.open(dataDir);
  const lines = Array.from({ length: CLIENTS }, () => new Wire(house.port));
  const person = new Client(house.port);
  try {
    const headers = { authorization: `Bearer ${await person.signIn('quantri')}` };
    const known: { n: number; id: string }[] = [];
    const [loader] = lines;
    if (!loader) throw new Error('no client');
    for (let n = 0; n < PATIENTS; n++) {
      const request = wire(house.port, 'POST', '/fhir', { ...headers, ...JSON_TYPE }, patientBundle(n));
      const { status, body } = await loader.ask(request);
      if (status !== 200) throw new Error(`loading: ${status} ${body.toString().slice(0, 300)}`);
      const id = /Patient\/([^/"]+)\//.exec(body.toString())?.[1];
      if (id !== undefined) known.push({ n, id });
    }
    await house.order({ seal: true });
    for (const [name, path] of Object.entries(READS)) {
      const requests = known.map(({ n, id }) => wire(house.port, 'GET', path(n, id), headers));
      await span(house.port, lines, requests, 2 * SPAN);
      const [shares, seals, off]: [number[], number[], number[]] = [[], [], []];
      for (let pair = 0; pair < PAIRS; pair++) {
        const took = { on: 0, off: 0 };
        for (const which of pair % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
          await house.order({ audit: which === 'on' });
          took[which] = await span(house.port, lines, requests);
          const { rows, ms } = await house.order({ seal: true });
          if (which === 'on') {
            if (rows === 0) throw new Error('reads were not audited');
            seals.push(ms / rows);
          } else if (rows > 0) throw new Error(`${rows} rows of audit while it was off`);
        }
        shares.push((100 * (took.on - took.off)) / took.off);
        off.push(took.off);
      }
      process.stdout.write(`${name}, each pair: ${shares.map((share) => `${share.toFixed(0)} %`).join(', ')}\n`);
      const sealing = (100 * median(seals)) / median(off);
      const told = { ratio_to_limit: null, n: PAIRS, errors: 0 };
      report({ name: `audit: ${name}, without`, value: 1_000 / median(off), unit: '/s', ...told });
      report({ name: `audit: ${name}, its share`, value: median(shares), unit: '%', ...told });
      report({ name: `audit: ${name}, sealing later`, value: sealing, unit: '%', ...told });
    }
  } finally {
    for (const line of lines) line.close();
    person.close();
    await house.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
