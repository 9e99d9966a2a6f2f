import { Worker } from 'node:worker_threads';
import { isFault, LIMITS, SheetFault } from './limits.ts';
import type { SheetTable } from './table.ts';

const THREAD = new URL('./thread.ts', import.meta.url);

/**
 * Reads a spreadsheet in a thread that may use so much memory and time and no more: a file that was made to harm takes
 * nothing with it. One at a time.
 * @throws SheetFault
 */
export function readFile(bytes: Uint8Array, time: number = LIMITS.time): Promise<SheetTable> {
  const turn = last.then(() => inThread(bytes, time));
  last = turn.catch(() => undefined);
  return turn;
}
let last: Promise<unknown> = Promise.resolve();

function inThread(bytes: Uint8Array, time: number): Promise<SheetTable> {
  if (bytes.length > LIMITS.file) return Promise.reject(new SheetFault('too-large'));
  return new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.memory },
      stdout: true,
      stderr: true,
      env: {},
    });
    const timer = setTimeout(() => settle(() => reject(new SheetFault('slow'))), time);
    const settle = (tell: () => void): void => {
      clearTimeout(timer);
      void worker.terminate();
      tell();
    };
    worker.once('message', (answer: { table?: SheetTable; fault?: string }) =>
      settle(() => {
        if (answer.table) resolve(answer.table);
        else reject(new SheetFault(isFault(answer.fault) ? answer.fault : 'broken'));
      }),
    );
    // Out of memory comes as an error.
    worker.once('error', () => settle(() => reject(new SheetFault('too-large'))));
    worker.once('exit', () => settle(() => reject(new SheetFault('broken'))));
  });
}
