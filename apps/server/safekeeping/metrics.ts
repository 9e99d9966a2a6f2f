import type { Engine } from '@mach/engine';
import { Gauge, type Registry } from 'prom-client';
import { newestEvents, type SafekeepingEvent } from './events.ts';
import { keepersOf } from './status.ts';

/** Gauges of the backups. @returns what reads them anew */
export function backupGauges(registry: Registry, engine: Engine): () => Promise<void> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const backup = gauge('mach_backup_age_seconds', 'Age of the newest whole backup; -1 when there is none');
  const covered = gauge('mach_backup_log_age_seconds', 'Time since the log was copied; -1 when none is');
  const alarm = gauge('mach_backup_alarm', '1 while something about the backups needs a person');
  const drill = gauge('mach_restore_drill_age_seconds', 'Age of the newest restore drill; -1 when there was none');
  const sound = gauge('mach_restore_drill_sound', '1 when the newest restore drill went well');
  const age = (at: string | null | undefined): number => (at ? (Date.now() - Date.parse(at)) / 1000 : -1);
  return async () => {
    const newest = await newestEvents(engine.database.system);
    const saved = [newest.base, newest.file]
      .filter((event): event is SafekeepingEvent => event !== undefined)
      .map((event) => event.at)
      .sort();
    backup.set(age(saved.at(-1)));
    drill.set(age(newest.drill?.at));
    sound.set(newest.drill?.sound ? 1 : 0);
    const facts = await keepersOf.get(engine)?.();
    covered.set(age(facts?.coveredUntil));
    alarm.set(facts?.warnings.some((warning) => warning.severity === 'error') ? 1 : 0);
  };
}
