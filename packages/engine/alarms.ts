import type { Engine } from './engine.ts';
import type { HouseAlarm } from './module.ts';

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
