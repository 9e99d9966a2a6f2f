import type { Text } from '@mach/base/problem.ts';
import type { Engine } from './engine.ts';

/** Something about the house itself that waits for a person, not about a patient. */
export interface HouseAlarm {
  /** One alarm has one code while it lasts. */
  code: string;
  /** What it is about: a folder, a machine. */
  title: string;
  reason: Text;
  remedy: Text;
  since: string | null;
}

type Source = () => Promise<readonly HouseAlarm[]>;

const sources = new WeakMap<Engine, Map<string, Source>>();

/** Whom to ask for alarms of one kind, each time that somebody looks. */
export function raiseAlarms(engine: Engine, kind: string, source: Source): void {
  sources.set(engine, new Map([...(sources.get(engine) ?? []), [kind, source]]));
}

/** Every alarm of the house now. */
export async function houseAlarms(engine: Engine): Promise<HouseAlarm[]> {
  return (await Promise.all([...(sources.get(engine)?.values() ?? [])].map((ask) => ask()))).flat();
}
