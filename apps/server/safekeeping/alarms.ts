import type { HouseAlarm } from '@mach/engine/module.ts';
import { UnreadableBackup } from '@mach/store';
import { MissingBackupDisk } from '../postgres/archive/series.ts';
import { MissingBackupKey } from './secret.ts';
import type { Alarm, KeeperFacts } from './status.ts';

/** A fault of a round, as an alarm: its code chooses the remedy. */
export function alarmOf(error: unknown): Omit<Alarm, 'since'> {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof MissingBackupDisk) return { code: 'disk-missing', text };
  if (error instanceof MissingBackupKey) return { code: 'key-missing', text };
  if (error instanceof UnreadableBackup) return { code: 'key-wrong', text };
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return { code: 'disk-full', text };
  return { code: 'backup-failing', text };
}

/** What stands under "Việc treo" until somebody has mended it: the errors, not the advice. */
export const alarmRows = (facts: KeeperFacts): HouseAlarm[] =>
  facts.warnings
    .filter((warning) => warning.severity === 'error')
    .map(({ code, text, remedy, since }) => ({
      code,
      title: facts.root ?? 'MACH_BACKUP=0',
      reason: text,
      remedy,
      since,
    }));
