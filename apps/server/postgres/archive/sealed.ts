import { hkdfSync, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { OpenStream, SealStream, SectionReader, UnreadableBackup } from '@mach/store';

/** Longest first line of a file. */
const LINE = 4_096;
const FORMAT = 'MACH-ARCHIVE-1';

/** What may be read of a file without its key. */
export interface SealedHead {
  kind: 'base' | 'wal';
  series: string;
  /** When it was taken: everything that had been acknowledged by then is in it, or in the files before it. */
  at: string;
}

/** Each file has a key of its own; the first line goes into it, so that a changed line opens nothing. */
function fileKey(master: Buffer, line: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', master, salt, `mach archive\n${line}`, 32));
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Writes a sealed file beside its place and moves it there when it is whole and on the disk. @returns bytes */
export async function writeSealed(
  path: string,
  master: Buffer,
  head: SealedHead,
  source: AsyncIterable<Buffer>,
): Promise<number> {
  const salt = randomBytes(16);
  const line = JSON.stringify({ format: FORMAT, ...head, salt: salt.toString('hex') });
  const part = `${path}.part`;
  try {
    const file = createWriteStream(part, { flags: 'w', mode: 0o600 });
    file.write(`${line}\n`);
    await pipeline(Readable.from(source), createZstdCompress(), new SealStream(fileKey(master, line, salt)), file);
    const handle = await open(part, 'r+');
    await handle.sync();
    const { size } = await handle.stat();
    await handle.close();
    await rename(part, path);
    await syncFolder(dirname(path));
    return size;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Opens a sealed file. @throws UnreadableBackup for another file, another key, or a damaged one */
export async function readSealed<S extends object>(
  path: string,
  master: Buffer,
): Promise<{ head: SealedHead; reader: SectionReader<S>; close: () => void }> {
  const { head, line, salt } = await readLine(path);
  const opened = new OpenStream(fileKey(master, line, salt));
  const plain = createZstdDecompress();
  const bytes = createReadStream(path, { start: Buffer.byteLength(line) + 1 });
  // A fault anywhere on the way reaches whoever reads the end.
  pipeline(bytes, opened, plain).catch((error) => plain.destroy(error as Error));
  return { head, reader: new SectionReader<S>(plain), close: () => bytes.destroy() };
}

async function readLine(path: string): Promise<{ head: SealedHead; line: string; salt: Buffer }> {
  const handle = await open(path, 'r');
  const first = Buffer.alloc(LINE);
  const { bytesRead } = await handle.read(first, 0, LINE, 0).finally(() => handle.close());
  const line = first.subarray(0, Math.max(first.subarray(0, bytesRead).indexOf(0x0a), 0)).toString('utf8');
  try {
    const head = JSON.parse(line) as SealedHead & { format: string; salt: string };
    if (head.format === FORMAT) return { head, line, salt: Buffer.from(head.salt, 'hex') };
  } catch {
    // Said below.
  }
  throw new UnreadableBackup(`${path}: không phải tệp lưu trữ của Mạch · this is not an archive file of Mạch`);
}
