import type { Facility } from './actor.ts';
import type { Engine } from './engine.ts';

/** A house that was put back to an earlier time: devices may know of deeds that it has forgotten. */
export interface Restored {
  /** When it was put back. */
  at: string;
  /** The instant of the state that it was put back to. */
  since: string;
}

const known = new WeakMap<Facility, Restored>();

/** Tells an engine, when it opens, of the last time that its house was put back. */
export function knowRestored(engine: Engine, restored: Restored): void {
  for (const facility of engine.allFacilities) known.set(facility, restored);
}

/** The last time that a facility was put back; undefined where it never was. */
export const restoredOf = (facility: Facility): Restored | undefined => known.get(facility);
