import type { Query } from '@mach/store';
import type { Facility } from '../actor.ts';
import type { CommandContext } from '../command.ts';
import { HandlerContext } from '../context.ts';
import type { Engine } from '../engine.ts';

const engines = new WeakMap<Facility, Engine>();

/** Lets the commands of the administration find the people of a facility. */
export function openRegistry(engine: Engine): void {
  for (const facility of engine.allFacilities) engines.set(facility, engine);
}

/**
 * The house behind a command about people. What it reads there stands outside the command's transaction; its writes say
 * which version they rest on, and the command is done again when that was another.
 */
export function houseOf(ctx: CommandContext): Engine {
  const engine = engines.get(ctx.facility);
  if (!engine) throw new Error('the sign-in of this house is not open');
  return engine;
}

/** Adds a statement on the tables of people to the command's transaction. */
export function alsoWrite(ctx: CommandContext, ...queries: readonly Query[]): void {
  if (!(ctx instanceof HandlerContext)) throw new TypeError('people are administered in the engine only');
  for (const query of queries) ctx.transaction.also(query);
}
