import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { deriveKey, keyName, OpenStream, SealStream, UnreadableBackup } from './seal-stream.ts';
import { SectionReader } from './sections.ts';

const MAGIC = 'MACH-BACKUP-1';
/** Longest first line of a backup. */
const LINE = 4_096;

interface Head {
  format: typeof MAGIC;
  taken: string;
  salt: string;
  key: string;
}

/** Writes a backup beside its place and moves it there when it is whole and on the disk. @returns its size in bytes */
export async function writeBackup(
  path: string,
  secret: string,
  taken: string,
  source: AsyncIterable<Buffer>,
): Promise<number> {
  const salt = randomBytes(16);
  const key = deriveKey(secret, salt);
  const head: Head = { format: MAGIC, taken, salt: salt.toString('hex'), key: keyName(key) };
  const part = `${path}.part`;
  try {
    const file = createWriteStream(part, { flags: 'wx', mode: 0o600 });
    file.write(`${JSON.stringify(head)}\n`);
    await pipeline(Readable.from(source), createZstdCompress(), new SealStream(key), file);
    const handle = await open(part, 'r+');
    await handle.sync();
    const { size } = await handle.stat();
    await handle.close();
    await rename(part, path);
    return size;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Opens a backup. @throws UnreadableBackup for another file, another key, or a damaged one */
export async function readBackup(path: string, secret: string): Promise<{ reader: SectionReader; taken: string }> {
  const handle = await open(path, 'r');
  const first = Buffer.alloc(LINE);
  const { bytesRead } = await handle.read(first, 0, LINE, 0);
  await handle.close();
  const end = first.subarray(0, bytesRead).indexOf(0x0a);
  const head = parseHead(first.subarray(0, Math.max(end, 0)).toString('utf8'));
  const key = deriveKey(secret, Buffer.from(head.salt, 'hex'));
  if (keyName(key) !== head.key)
    throw new UnreadableBackup('Sai khoá của bản sao lưu · this is not the key of the backup');
  const opened = new OpenStream(key);
  const plain = createZstdDecompress();
  // A fault anywhere on the way reaches whoever reads the end.
  pipeline(createReadStream(path, { start: end + 1 }), opened, plain).catch((error) => plain.destroy(error as Error));
  return { reader: new SectionReader(plain), taken: head.taken };
}

function parseHead(line: string): Head {
  try {
    const head = JSON.parse(line) as Head;
    if (head.format === MAGIC) return head;
  } catch {
    // Said below.
  }
  throw new UnreadableBackup('Không phải bản sao lưu của Mạch · this is not a backup of Mạch');
}
