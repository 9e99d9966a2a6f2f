import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import type { Engine } from '@mach/engine';
import { raiseAlarms } from '@mach/engine/alarms.ts';

/** What can be seen of the disk under a folder. */
type Disk = 'encrypted' | 'plain' | 'unknown';

const entries = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const text = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** Mount points are written with their spaces and backslashes in octal. */
const plainWord = (word: string): string =>
  word.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

interface Mount {
  point: string;
  /** Major and minor number of the device. */
  device: string;
  /** The device's name, where the file system has numbers of its own (btrfs). */
  source: string;
}

/** See proc_pid_mountinfo(5). */
function mountOf(path: string, table: string): Mount | undefined {
  const mounts = table.split('\n').flatMap((line): Mount[] => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , device, , point] = left.split(' ');
    return device && point ? [{ point: plainWord(point), device, source: plainWord(right.split(' ')[1] ?? '') }] : [];
  });
  const under = ({ point }: Mount): boolean =>
    path === point || path.startsWith(point.endsWith(sep) ? point : point + sep);
  // Of two on one place the later covers the earlier.
  return mounts
    .filter(under)
    .reduce<Mount | undefined>((best, m) => (best && best.point.length > m.point.length ? best : m), undefined);
}

/** A block device is encrypted by dm-crypt itself, or when all that it is made of is (LVM, RAID). */
function encrypted(device: string, depth = 0): boolean {
  if (text(join(device, 'dm', 'uuid'))?.startsWith('CRYPT-')) return true;
  const parts = entries(join(device, 'slaves'));
  return depth < 8 && parts.length > 0 && parts.every((part) => encrypted(join(device, 'slaves', part), depth + 1));
}

/** Looks through the kernel's own tables (Linux) whether what lies in a folder is encrypted on the disk. */
export function diskUnder(folder: string, root = '/'): Disk {
  const mount = mountOf(folder, text(join(root, 'proc', 'self', 'mountinfo')) ?? '');
  if (!mount) return 'unknown';
  const named = (): string | undefined => {
    try {
      return basename(realpathSync(join(root, mount.source)));
    } catch {
      return undefined;
    }
  };
  const numbered = join(root, 'sys', 'dev', 'block', mount.device);
  const name = entries(numbered).length > 0 ? undefined : named();
  const device = name === undefined ? numbered : join(root, 'sys', 'class', 'block', name);
  if (entries(device).length === 0) return 'unknown';
  return encrypted(device) ? 'encrypted' : 'plain';
}

/**
 * Tells among the stuck work when patients' data lies unencrypted on its disk, until it does no longer; `MACH_DISK=encrypted`
 * says so for what the system does not show (a disk that encrypts itself, a cloud's volume, BitLocker).
 */
export function watchDisk(engine: Engine, dataDir: string, env: NodeJS.ProcessEnv, look = diskUnder): void {
  if (env.MACH_DISK === 'encrypted') return;
  const folder = realpathSync(resolve(dataDir));
  raiseAlarms(engine, 'disk', async () => {
    if (engine.allFacilities.every(({ mode }) => mode === 'demo')) return [];
    const disk = look(folder);
    if (disk === 'encrypted') return [];
    return [
      {
        code: 'disk-plain',
        title: folder,
        reason:
          disk === 'plain'
            ? {
                vi: 'Dữ liệu người bệnh nằm trên ổ đĩa không mã hoá: mất máy hoặc mất ổ đĩa là lộ hồ sơ',
                en: "Patients' data lies on a disk that is not encrypted: whoever takes the machine or the disk reads it",
              }
            : {
                vi: 'Không biết được ổ đĩa chứa dữ liệu người bệnh có mã hoá hay không',
                en: "It cannot be told whether the disk with patients' data is encrypted",
              },
        remedy: {
          vi: 'Chuyển thư mục dữ liệu sang ổ đĩa mã hoá (LUKS); nếu ổ đĩa tự mã hoá hoặc dùng BitLocker, đặt MACH_DISK=encrypted',
          en: 'Move the data folder to an encrypted disk (LUKS); where the disk encrypts itself or is under BitLocker, set MACH_DISK=encrypted',
        },
        since: null,
      },
    ];
  });
}
