import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { load } from './lib/http.ts';
import { report, spread } from './lib/report.ts';
import { startServer } from './lib/server.ts';

const OBSERVATION = JSON.stringify({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: 'Patient/p' },
  effectiveDateTime: '2026-11-24T01:00:00.000Z',
  valueQuantity: { value: 78, unit: '/min' },
});

/** Single-row commits in bare PostgreSQL on the same cluster: the limit that a command is measured against. */
export async function bareCommits(
  dataDir: string,
  clients: number,
  n: number,
  rows: number,
): Promise<{ times: number[]; seconds: number }> {
  const pool = new Pool({ host: `${dataDir}/run`, port: 5432, user: 'postgres', database: 'postgres', max: clients });
  await pool.query('create table if not exists bare (tenant int, id text, content text, primary key (tenant, id))');
  const result = await load(n, clients, async () => {
    await pool.query({
      name: 'bare',
      text: 'insert into bare select 1, * from unnest($1::text[], $2::text[])',
      values: [Array.from({ length: rows }, () => randomUUID()), Array.from({ length: rows }, () => OBSERVATION)],
    });
  });
  await pool.end();
  return result;
}

/** The floor under everything: commits and point reads of this machine's PostgreSQL. */
export async function store(): Promise<void> {
  const server = await startServer();
  try {
    for (const [clients, rows] of [
      [1, 1],
      [8, 1],
      [8, 8],
    ] as const) {
      const { times, seconds } = await bareCommits(server.dataDir, clients, 2_000, rows);
      report({
        name: `bare PostgreSQL: ${rows}-row commit, ${clients}c`,
        value: times.length / seconds,
        unit: '/s',
        ratio_to_limit: 1,
        n: times.length,
        errors: 0,
        ...spread(times),
      });
    }
  } finally {
    await server.stop();
  }
}
