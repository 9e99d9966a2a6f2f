import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { refuse } from '@mach/base/problem.ts';
import { callOut, type OutgoingRules } from '../outgoing/call.ts';

/** Bytes that one file may have, unpacked. */
const MAX_FILE = 8 * 1024 ** 3;
/** Until the other side begins to answer, ms. */
const ANSWER = 30_000;
/** Without a byte for so long, ms, a download is given up. */
const SILENCE = 60_000;

export const stagedPath = (folder: string, index: number): string => join(folder, `input.${index}.ndjson`);

/** Writes a stream to the place of an input file; it is there whole or not at all. */
export async function stageStream(folder: string, index: number, stream: Readable): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = stagedPath(folder, index);
  let size = 0;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      size += piece.length;
      if (size <= MAX_FILE) done(null, piece);
      else
        done(
          refuse(413, 'too-long', {
            vi: `Tệp dài hơn ${MAX_FILE / 1024 ** 3} GiB`,
            en: `The file is longer than ${MAX_FILE / 1024 ** 3} GiB`,
          }),
        );
    },
  });
  await pipeline(stream, counted, createWriteStream(`${path}.part`, { mode: 0o600 }));
  await rename(`${path}.part`, path);
  return size;
}

export async function stagedSize(folder: string, index: number): Promise<number | undefined> {
  return stat(stagedPath(folder, index)).then(
    (s) => s.size,
    () => undefined,
  );
}

/** Fetches a file from where the manifest says. @throws Problem 422 for an address that may not be called, Error otherwise */
export async function stageUrl(
  folder: string,
  index: number,
  url: string,
  rules: OutgoingRules,
  signal: AbortSignal,
): Promise<number> {
  const headers = { accept: 'application/fhir+ndjson', 'accept-encoding': 'gzip' };
  const answer = await callOut({ method: 'GET', url, headers, timeout: ANSWER, signal }, rules);
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`HTTP ${answer.statusCode} instead of 200`);
  }
  answer.setTimeout(SILENCE, () => answer.destroy(new Error('the download stopped')));
  const cancel = (): void => void answer.destroy(new Error('cancelled'));
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (answer.headers['content-encoding'] !== 'gzip') return await stageStream(folder, index, answer);
    const gunzip = createGunzip();
    answer.once('error', (error) => gunzip.destroy(error));
    return await stageStream(folder, index, answer.pipe(gunzip));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
