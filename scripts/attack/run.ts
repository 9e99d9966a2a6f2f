import { readFileSync } from 'node:fs';
import { partnerToken } from '../../bench/fuzz.ts';
import { get, Prober } from '../../bench/lib/probe.ts';
import { PEOPLE } from '../../bench/lib/seats.ts';
import type { BenchServer } from '../../bench/lib/server.ts';
import { DOORS } from './doors.ts';
import { INJECTION } from './inject.ts';
import { OUTSIDE } from './outside.ts';
import { guesses, STRAIN } from './strain.ts';
import { Findings, type Target } from './suite.ts';

/** The server that is attacked knows its own name. */
export const ATTACKED = { MACH_HOSTS: '127.0.0.1', MACH_RATE: 'off' };

export async function aim(server: BenchServer, short: boolean): Promise<Target> {
  const prober = new Prober(server.port);
  const tokens = Object.fromEntries(
    await Promise.all(PEOPLE.map(async (name) => [name, await server.client.signIn(name)] as const)),
  );
  return { prober, port: server.port, tokens, partner: await partnerToken(prober), short };
}

/** All of our own attacks, one after the other; the last makes the address wait. */
export async function attackAll(target: Target): Promise<Findings> {
  const findings = new Findings();
  for (const attack of [...DOORS, ...INJECTION, ...OUTSIDE, ...STRAIN, guesses]) {
    await attack(target, findings);
    const { status, fault } = await target.prober.send(get('/healthz'));
    if (status !== 200) findings.add(`the server does not answer any more: ${fault ?? status}`);
  }
  return findings;
}

/** Tokens, passwords and secrets that were used must not stand in what the server has said. */
export function secretsIn(log: string, target: Target): string[] {
  const text = readFileSync(log, 'utf8');
  const secrets = {
    ...target.tokens,
    partner: target.partner,
    password: 'mach-demo',
    secret: 'demo-system-secret',
    wrong: 'wrong-1',
    bank: 'bank-simulator-secret',
  };
  return Object.entries(secrets)
    .filter(([, secret]) => text.split('\n').some((line) => line.includes(secret) && !line.includes('Tài khoản thử')))
    .map(([name]) => name);
}
