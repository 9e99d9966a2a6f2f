import type { Queryable } from '../database.ts';
import { typeNumber } from '../types.ts';
import { rowsSql } from './compile-sql.ts';
import type { ViewDefinition } from './definition.ts';
import { Stages } from './stage.ts';

/** A step of a rebuild that has ended: records of a type read, or a view filled or compared. */
export interface Step {
  what: 'records' | 'view';
  /** Resource type, or name of the view. */
  name: string;
  /** The how-manieth of its kind, of how many. */
  at: number;
  of: number;
  rows: number;
  ms: number;
}

export type OnStep = (step: Step) => void;

export async function timed(
  onStep: OnStep,
  step: Omit<Step, 'rows' | 'ms'>,
  work: () => Promise<number>,
): Promise<void> {
  const started = performance.now();
  const rows = await work();
  onStep({ ...step, rows, ms: performance.now() - started });
}

/**
 * Set-based work over a whole facility, for this transaction: several processes read, and what they sort fits into memory
 * (64 MB for each of a handful of sorts; the settings of the day are for many small questions).
 */
const IN_BULK = `select set_config('max_parallel_workers_per_gather', '2', true), set_config('work_mem', '64MB', true),
  set_config('maintenance_work_mem', '256MB', true)`;

/** What the views read of a facility's records, as temporary tables of its own. */
export function stagesOf(tenant: number, views: readonly ViewDefinition[]): Stages {
  const stages = new Stages((type) => `pg_temp.s_${tenant}_${typeNumber(type)}`);
  // Compiling a view says what it reads.
  for (const view of views) rowsSql(view, stages);
  return stages;
}

/** Reads the records: each once. `atCommit`: whether the tables outlive the transaction. */
export async function fillStages(
  on: Queryable,
  stages: Stages,
  atCommit: 'drop' | 'preserve rows',
  onStep: OnStep,
): Promise<void> {
  await on.query({ text: IN_BULK });
  const all = stages.all();
  for (const [i, stage] of all.entries())
    await timed(onStep, { what: 'records', name: stage.type, at: i + 1, of: all.length }, async () => {
      const place = stages.place(stage.type);
      // Made by one statement: one that adds rows to a table that is there would read in one process.
      const made = await on.query({
        text: `create temp table ${place.replace('pg_temp.', '')} on commit ${atCommit} as ${stage.sql()}`,
      });
      await on.query({ text: `analyze ${place}` });
      return made.rowCount ?? 0;
    });
}
