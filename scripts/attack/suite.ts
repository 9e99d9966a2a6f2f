import type { Probe, Prober, Seen } from '../../bench/lib/probe.ts';

/** What an attack works with: a running server, and people of different rights. */
export interface Target {
  readonly prober: Prober;
  readonly port: number;
  /** Tokens by account of the demo hospital. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The token of the partner's program. */
  readonly partner: string;
  /** Of the short form: a sample of each attack. */
  readonly short: boolean;
}

export interface Finding {
  readonly attack: string;
  readonly what: string;
  readonly request?: string;
  readonly answer?: string;
}

/** Collects what attacks find, and how much they have tried. */
export class Findings {
  readonly list: Finding[] = [];
  readonly tried: Record<string, number> = {};
  private attack = '';

  begin(attack: string): void {
    this.attack = attack;
    this.tried[attack] ??= 0;
  }

  add(what: string, probe?: Probe, seen?: Seen): void {
    // The same hole a thousand times is one hole.
    if (this.list.filter((one) => one.attack === this.attack).length >= 50) return;
    this.list.push({
      attack: this.attack,
      what,
      ...(probe
        ? { request: `${probe.method} ${probe.path.slice(0, 400)} ${String(probe.body ?? '').slice(0, 300)}`.trim() }
        : {}),
      ...(seen ? { answer: seen.fault ?? `${seen.status} ${seen.text.slice(0, 300)}` } : {}),
    });
  }

  count(): void {
    this.tried[this.attack] = (this.tried[this.attack] ?? 0) + 1;
  }
}

/** What no answer may hold: the database's own words, our files, a stack of calls. */
const LEAKS: readonly [RegExp, string][] = [
  [
    /syntax error at or near|unterminated quoted string|invalid input syntax|SQLSTATE|pg_catalog\./i,
    'words of the database',
  ],
  [/root:x:0:0|BEGIN (RSA |EC )?PRIVATE KEY/, 'a file of the machine'],
  [/\n\s+at .{1,200}\(?(file:\/\/|node:|\/)[^\n]*:\d+:\d+/, 'a stack of calls'],
  [/node_modules\/|\/postgres\/pgdata/, 'a path of the machine'],
];

/** Sends one request of an attack, and looks for what is wrong with any answer: a fault of ours, a leak, a long wait. */
export async function tryIt(target: Target, findings: Findings, probe: Probe, limit = 5_000): Promise<Seen> {
  const seen = await target.prober.send(probe);
  findings.count();
  if (seen.fault !== undefined) findings.add(`the line broke: ${seen.fault}`, probe, seen);
  else if (
    seen.status >= 500 &&
    seen.status !== 501 &&
    !(seen.status === 503 && seen.headers['retry-after'] !== undefined)
  )
    findings.add(`a fault of the server, ${seen.status}`, probe, seen);
  if (seen.ms > limit) findings.add(`an answer after ${Math.round(seen.ms)} ms`, probe, seen);
  for (const [pattern, name] of LEAKS)
    if (pattern.test(seen.text)) findings.add(`the answer holds ${name}`, probe, seen);
  if (seen.headers['x-injected'] !== undefined) findings.add('a header was put into the answer', probe, seen);
  return seen;
}

export type Attack = (target: Target, findings: Findings) => Promise<void>;

/** Every n-th of a list in the short form, all of it otherwise. */
export function sampled<T>(target: Target, list: readonly T[], keep: number): T[] {
  if (!target.short || list.length <= keep) return [...list];
  const step = list.length / keep;
  return Array.from({ length: keep }, (_, i) => list[Math.floor(i * step)]).filter((one) => one !== undefined);
}

export interface Operation {
  method: string;
  path: string;
}

/** The operations that the server describes, with a value for each part of their paths. */
export async function operations({ prober }: Target): Promise<Operation[]> {
  const { text } = await prober.send({ method: 'GET', path: '/api/openapi.json' });
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, object>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
}
