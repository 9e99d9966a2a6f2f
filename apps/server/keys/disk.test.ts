import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Engine } from '@mach/engine';
import { houseAlarms } from '@mach/engine/alarms.ts';
import { diskUnder, watchDisk } from './disk.ts';

/** A machine as its kernel describes it: a system disk, LUKS, LVM over LUKS, RAID of which half is encrypted, btrfs over LUKS. */
function machine(t: { after(end: () => void): void }): string {
  const root = mkdtempSync(join(tmpdir(), 'mach-disk-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const file = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const device = (number: string, name: string, uuid?: string, ...slaves: string[]): void => {
    file(`sys/dev/block/${number}/size`, '1');
    if (uuid) file(`sys/dev/block/${number}/dm/uuid`, `${uuid}\n`);
    mkdirSync(join(root, 'sys/class/block'), { recursive: true });
    symlinkSync(join(root, 'sys/dev/block', number), join(root, 'sys/class/block', name));
    mkdirSync(join(root, 'sys/dev/block', number, 'slaves'), { recursive: true });
    for (const slave of slaves)
      symlinkSync(join(root, 'sys/class/block', slave), join(root, 'sys/dev/block', number, 'slaves', slave));
  };
  device('8:1', 'sda1');
  device('8:2', 'sda2');
  device('254:0', 'dm-0', 'CRYPT-LUKS2-abc-data', 'sda2');
  device('254:1', 'dm-1', 'LVM-xyz', 'dm-0');
  device('254:2', 'dm-2', 'LVM-plain', 'sda1');
  device('9:0', 'md0', undefined, 'dm-0', 'sda1');
  file('dev/mapper/data', '');
  rmSync(join(root, 'dev/mapper/data'));
  file('dev/dm-0', '');
  symlinkSync(join(root, 'dev/dm-0'), join(root, 'dev/mapper/data'));
  const mounts = [
    ['8:1', '/', '/dev/sda1', 'ext4'],
    ['254:0', '/secure', '/dev/dm-0', 'ext4'],
    ['254:1', '/secure/lvm', '/dev/dm-1', 'xfs'],
    ['254:2', '/lvm', '/dev/dm-2', 'xfs'],
    ['9:0', '/raid', '/dev/md0', 'ext4'],
    ['0:41', '/btrfs', '/dev/mapper/data', 'btrfs'],
    ['0:42', '/net', 'nas:/export', 'nfs4'],
    ['254:0', '/ổ\\040đĩa', '/dev/dm-0', 'ext4'],
    ['254:0', '/twice', '/dev/dm-0', 'ext4'],
    ['8:1', '/twice', '/dev/sda1', 'ext4'],
  ];
  file(
    'proc/self/mountinfo',
    mounts.map(([n, point, source, type], i) => `${20 + i} 1 ${n} / ${point} rw - ${type} ${source} rw`).join('\n'),
  );
  return root;
}

test('a disk is encrypted when it, or all that it is made of, is', (t) => {
  const root = machine(t);
  for (const [folder, disk] of [
    ['/var/lib/mach', 'plain'],
    ['/secure', 'encrypted'],
    ['/secure/mach', 'encrypted'],
    ['/secured', 'plain'],
    ['/secure/lvm/mach', 'encrypted'],
    ['/lvm/mach', 'plain'],
    ['/raid/mach', 'plain'],
    ['/btrfs/mach', 'encrypted'],
    ['/net/mach', 'unknown'],
    ['/ổ đĩa/mach', 'encrypted'],
    ['/twice/mach', 'plain'],
  ] as const)
    assert.equal(diskUnder(folder, root), disk, folder);
  assert.equal(diskUnder('/x', join(root, 'dev')), 'unknown', 'no such tables');
});

test('a house with patients on a plain disk is told so until it is mended, a demo house is not', async () => {
  const house = (mode: string): Engine => ({ allFacilities: [{ mode }] }) as unknown as Engine;
  const alarms = async (mode: string, disk: 'encrypted' | 'plain' | 'unknown', env = {}): Promise<string[]> => {
    const engine = house(mode);
    watchDisk(engine, tmpdir(), env, () => disk);
    return (await houseAlarms(engine)).map(({ code }) => code);
  };
  assert.deepEqual(await alarms('production', 'plain'), ['disk-plain']);
  assert.deepEqual(await alarms('production', 'unknown'), ['disk-plain']);
  assert.deepEqual(await alarms('production', 'encrypted'), []);
  assert.deepEqual(await alarms('production', 'plain', { MACH_DISK: 'encrypted' }), []);
  assert.deepEqual(await alarms('demo', 'plain'), []);
});
