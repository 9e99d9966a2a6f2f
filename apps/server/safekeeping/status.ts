import type { Text } from '@mach/base/problem.ts';
import type { Engine } from '@mach/engine';
import type { EventKind, SafekeepingEvent } from './events.ts';

/** Why the last round failed. */
export interface Alarm {
  code: 'disk-missing' | 'disk-full' | 'key-missing' | 'key-wrong' | 'backup-failing';
  since: string;
  text: string;
}

/** What a PostgreSQL of one's own says of the archive of its log. */
export interface Archiver {
  on: boolean;
  doneAt: string | null;
  failedAt: string | null;
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
  /** When the first backup was made. */
  firstSave: string | null;
  demo: boolean;
  /** Null where the log is copied by this program. */
  archiver: Archiver | null;
  /** What somebody must look at, the worst first. */
  warnings: Warning[];
}

export interface Warning {
  severity: 'error' | 'warning';
  code: string;
  text: Text;
  remedy: Text;
  since: string | null;
}

const HOUR = 3_600_000;
/** A disk that was away for this long is a disk that is away, ms. */
const COPY_LATE = 10 * 60_000;

const say = (vi: string, en: string): Text => ({ vi, en });

const REMEDIES: Readonly<Record<Alarm['code'], Text>> = {
  'disk-missing': say(
    'Cắm lại đĩa sao lưu. Đĩa mới: tạo trong thư mục sao lưu một tệp rỗng tên mach-backup.',
    'Put the backup disk back. For a new one make an empty file mach-backup in the backup folder.',
  ),
  'disk-full': say(
    'Giải phóng chỗ trên đĩa sao lưu, hoặc giảm MACH_BACKUP_DAYS.',
    'Make space on the backup disk, or lower MACH_BACKUP_DAYS.',
  ),
  'key-missing': say(
    'Chép bản sao của khoá về keys/backup.key. Nếu mất hẳn: cất thư mục sao lưu cũ đi, xoá archive.json trong thư mục dữ liệu, khởi động lại.',
    'Copy the key back to keys/backup.key. If it is lost for good: put the old backup folder away, delete archive.json in the data folder, start again.',
  ),
  'key-wrong': say(
    'Đặt đúng khoá đã dùng cho thư mục sao lưu này (keys/backup.key hoặc MACH_BACKUP_KEY).',
    'Use the key of this backup folder (keys/backup.key or MACH_BACKUP_KEY).',
  ),
  'backup-failing': say(
    'Xem đĩa và thư mục MACH_BACKUP, rồi chạy: mach backup --base',
    'Look at the disk and the folder MACH_BACKUP, then run: mach backup --base',
  ),
};

/** What is wrong, in words for the one who can mend it. Pure. */
export function judge(facts: Omit<KeeperFacts, 'warnings'>, now: Date): Warning[] {
  const found: Warning[] = [];
  const add = (
    severity: Warning['severity'],
    code: string,
    text: Text,
    remedy: Text,
    since: string | null = null,
  ): void => {
    found.push({ severity, code, text, remedy, since });
  };
  const age = (at: string | undefined | null): number =>
    at ? now.getTime() - Date.parse(at) : Number.POSITIVE_INFINITY;
  const { newest, alarm, archiver } = facts;
  const byHand = facts.external
    ? say('Chạy: mach backup --out TỆP; xem đĩa của MACH_BACKUP.', 'Run: mach backup --out FILE; look at the disk.')
    : say('Chạy: mach backup --base; xem đĩa của MACH_BACKUP.', 'Run: mach backup --base; look at the disk.');
  // Our own faults say it in both languages.
  const [vi = '', en = vi] = alarm?.text.split(' · ') ?? [];
  if (alarm)
    add('error', alarm.code, say(`Sao lưu đang hỏng: ${vi}`, `Backups fail: ${en}`), REMEDIES[alarm.code], alarm.since);
  // A demo house keeps nothing that anybody would miss.
  if (!facts.on && facts.demo) return found;
  if (!facts.on) {
    add(
      'error',
      'backup-off',
      say('Sao lưu tự động đang tắt (MACH_BACKUP=0).', 'Automatic backups are off (MACH_BACKUP=0).'),
      say('Đặt MACH_BACKUP là thư mục trên đĩa khác.', 'Set MACH_BACKUP to a folder on another disk.'),
    );
    return found;
  }
  const base = facts.external ? newest.file : newest.base;
  if (age(base?.at) > 48 * HOUR)
    add(
      'error',
      'backup-old',
      base
        ? say('Bản sao lưu mới nhất đã quá hai ngày.', 'The newest backup is more than two days old.')
        : say('Chưa có bản sao lưu nào.', 'There is no backup yet.'),
      byHand,
      base?.at ?? null,
    );
  if (!facts.external && !alarm && facts.coveredUntil !== null && age(facts.coveredUntil) > COPY_LATE)
    add(
      'error',
      'backup-late',
      say('Nhật ký chưa được chép hơn 10 phút.', 'The log has not been copied for over ten minutes.'),
      REMEDIES['backup-failing'],
      facts.coveredUntil,
    );
  if (archiver?.on && archiver.failedAt !== null && archiver.failedAt > (archiver.doneAt ?? ''))
    add(
      'error',
      'archive-stuck',
      say('PostgreSQL không lưu được nhật ký (archive_command hỏng).', 'PostgreSQL cannot archive its log.'),
      say(
        'Xem nhật ký của PostgreSQL và nơi archive_command ghi tới.',
        'See the log of PostgreSQL, and the place that archive_command writes to.',
      ),
      archiver.doneAt ?? archiver.failedAt,
    );
  if (archiver && !archiver.on)
    add(
      'warning',
      'archive-off',
      say(
        'PostgreSQL không lưu nhật ký (archive_mode = off): chỉ phục hồi được về bản của mỗi đêm.',
        'PostgreSQL does not archive its log (archive_mode = off): only the file of each night can be restored.',
      ),
      say('Bật archive_mode, hoặc dùng pg_receivewal.', 'Switch archive_mode on, or use pg_receivewal.'),
    );
  const { drill } = newest;
  const faults = Array.isArray(drill?.detail.faults) ? drill.detail.faults : [];
  if (drill && !drill.sound)
    add(
      'error',
      'drill-failed',
      say(
        `Lần diễn tập phục hồi gần nhất hỏng${faults[0] ? `: ${String(faults[0])}` : '.'}`,
        `The last restore drill failed${faults[0] ? `: ${String(faults[0])}` : '.'}`,
      ),
      say(
        'Chạy: mach drill. Còn hỏng: mach verify, rồi mach backup mới.',
        'Run: mach drill. If it fails again: mach verify, then a new backup.',
      ),
      drill.at,
    );
  else if (base && age(drill?.at ?? facts.firstSave) > 9 * 24 * HOUR)
    add(
      'error',
      'drill-old',
      say('Đã quá một tuần chưa diễn tập phục hồi.', 'No restore drill for over a week.'),
      say('Chạy: mach drill', 'Run: mach drill'),
      drill?.at ?? facts.firstSave,
    );
  if (facts.sameDisk && !facts.demo)
    add(
      'warning',
      'backup-same-disk',
      say(
        'Bản sao lưu nằm cùng đĩa với dữ liệu: đĩa hỏng là mất cả hai.',
        'The backup is on the same disk as the data: if it breaks, both are gone.',
      ),
      say('Đặt MACH_BACKUP sang đĩa khác.', 'Set MACH_BACKUP to another disk.'),
    );
  return found;
}

/** Who keeps the data of an engine, for the doors that show it. */
export const keepersOf = new WeakMap<Engine, () => Promise<KeeperFacts>>();
