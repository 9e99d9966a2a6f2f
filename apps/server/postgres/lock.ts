import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fault in words for the person who starts the program: a full disk says so, whichever file met it first. */
export function plainly(error: unknown, dataDir: string): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) return error;
  return new Error(
    `đĩa của ${dataDir} đã đầy: hãy giải phóng chỗ rồi khởi động lại · the disk is full: make space and start again`,
    { cause: error },
  );
}

/** Proof that this process alone works on a data folder. */
export interface DataFolderLock {
  readonly file: string;
  release(): void;
}

/** The data folder belongs to another running process. */
export class DataFolderBusy extends Error {
  readonly pid: number;
  readonly dataDir: string;
  constructor(dataDir: string, pid: number) {
    super(
      `Thư mục dữ liệu ${dataDir} đang được tiến trình ${pid} dùng: hãy dừng tiến trình đó, hoặc chọn thư mục khác bằng MACH_DATA.\n  The data folder ${dataDir} is already in use by process ${pid}: stop that one first, or choose another with MACH_DATA.`,
    );
    this.name = 'DataFolderBusy';
    this.pid = pid;
    this.dataDir = dataDir;
  }
}

/** The fields of a process behind its name (state first), as the Linux kernel tells them; empty elsewhere. */
function processFields(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces: count from the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/**
 * When a process started, in kernel ticks since boot; empty where the system does not tell. With the process id it
 * names one process for ever, so that a recycled id (usual in containers) is not taken for the old owner.
 */
function processStart(pid: number): string {
  return processFields(pid)[19] ?? '';
}

/** Whether a process works still, ours or another user's; one that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return processFields(pid)[0] !== 'Z';
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The process named by a lock file's text, when it is still the same one. */
function owner(text: string): number | undefined {
  const [id, start] = text.split('\n');
  const pid = Number(id);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  return !start || start === processStart(pid) ? pid : undefined;
}

/** The process that works on a data folder now, if one does. */
export function dataFolderOwner(dataDir: string): number | undefined {
  return owner(read(join(dataDir, 'mach.pid')) ?? '');
}

/**
 * Takes `<dataDir>/mach.pid` (first line the process id) or throws {@link DataFolderBusy}. A file left by a killed
 * process is taken over. Both steps are atomic renames and links, so of two starters at once exactly one wins.
 */
export function lockDataFolder(dataDir: string): DataFolderLock {
  const file = join(dataDir, 'mach.pid');
  const mine = `${process.pid}\n${processStart(process.pid)}\n`;
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, mine, { mode: 0o600 });
  } catch (error) {
    rmSync(draft, { force: true });
    throw plainly(error, dataDir);
  }
  try {
    for (let attempt = 0; attempt < 50; attempt++) {
      try {
        linkSync(draft, file);
        return { file, release: () => void (read(file) === mine && unlinkSync(file)) };
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const text = read(file);
      if (text === undefined) continue;
      const pid = owner(text);
      if (pid !== undefined) throw new DataFolderBusy(dataDir, pid);
      setAside(file, text);
    }
    throw new Error(`cannot take ${file}`);
  } finally {
    unlinkSync(draft);
  }
}

/** Removes a dead owner's file, and only that one: what another starter put there meanwhile is put back. */
function setAside(file: string, expected: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== expected) linkSync(aside, file);
    unlinkSync(aside);
  } catch {
    // Another starter was quicker; the next attempt sees what it left.
  }
}
