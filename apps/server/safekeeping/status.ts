import type { Text } from '@mach/base/problem.ts';
import type { Engine } from '@mach/engine';
import type { EventKind, SafekeepingEvent } from './events.ts';

export interface Alarm {
  since: string;
  text: string;
}

/** How the backups of a house stand. */
export interface KeeperFacts {
  on: boolean;
  root: string | null;
  days: number;
  /** The database is one of the hospital's own. */
  external: boolean;
  sameDisk: boolean;
  /** Everything acknowledged by then is on the backup disk; null where no log is copied. */
  coveredUntil: string | null;
  alarm: Alarm | null;
  newest: Partial<Record<EventKind, SafekeepingEvent>>;
  demo: boolean;
  /** What somebody must look at, the worst first. */
  warnings: Warning[];
}

export interface Warning {
  severity: 'error' | 'warning';
  code: string;
  text: Text;
}

const HOUR = 3_600_000;
/** A disk that was away for this long is a disk that is away, ms. */
const COPY_LATE = 10 * 60_000;

/** What is wrong, in words for the one who can mend it. Pure. */
export function judge(facts: Omit<KeeperFacts, 'warnings'>, now: Date): Warning[] {
  const found: Warning[] = [];
  const add = (severity: Warning['severity'], code: string, vi: string, en: string): void => {
    found.push({ severity, code, text: { vi, en } });
  };
  const age = (at: string | undefined | null): number =>
    at ? now.getTime() - Date.parse(at) : Number.POSITIVE_INFINITY;
  const { newest } = facts;
  if (facts.alarm)
    add('error', 'backup-failing', `Sao lưu đang hỏng: ${facts.alarm.text}`, `Backups fail: ${facts.alarm.text}`);
  // A demo house keeps nothing that anybody would miss.
  if (!facts.on && facts.demo) return found;
  if (!facts.on) {
    add(
      'error',
      'backup-off',
      'Sao lưu tự động đang tắt (MACH_BACKUP=0).',
      'Automatic backups are off (MACH_BACKUP=0).',
    );
    return found;
  }
  const base = facts.external ? newest.file : newest.base;
  if (age(base?.at) > 48 * HOUR)
    add(
      'error',
      'backup-old',
      base ? 'Bản sao lưu mới nhất đã quá hai ngày.' : 'Chưa có bản sao lưu nào.',
      base ? 'The newest backup is more than two days old.' : 'There is no backup yet.',
    );
  if (!facts.external && !facts.alarm && facts.coveredUntil !== null && age(facts.coveredUntil) > COPY_LATE)
    add(
      'error',
      'backup-late',
      'Nhật ký chưa được chép hơn 10 phút.',
      'The log has not been copied for over ten minutes.',
    );
  if (newest.drill && !newest.drill.sound)
    add('error', 'drill-failed', 'Lần diễn tập phục hồi gần nhất hỏng.', 'The last restore drill failed.');
  else if (base && age(newest.drill?.at ?? base.at) > 9 * 24 * HOUR)
    add('warning', 'drill-old', 'Đã quá một tuần chưa diễn tập phục hồi.', 'No restore drill for over a week.');
  if (facts.sameDisk && !facts.demo)
    add(
      'warning',
      'backup-same-disk',
      'Bản sao lưu nằm cùng đĩa với dữ liệu: đĩa hỏng là mất cả hai. Đặt MACH_BACKUP sang đĩa khác.',
      'The backup is on the same disk as the data: if it breaks, both are gone. Set MACH_BACKUP to another disk.',
    );
  return found;
}

/** Who keeps the data of an engine, for the doors that show it. */
export const keepersOf = new WeakMap<Engine, () => Promise<KeeperFacts>>();
