import { parentPort, workerData } from 'node:worker_threads';
import { SheetFault } from './limits.ts';
import { readCells } from './read.ts';

/** Reads one file and ends. */
try {
  parentPort?.postMessage({ table: await readCells(workerData as Uint8Array) });
} catch (error) {
  parentPort?.postMessage({ fault: error instanceof SheetFault ? error.code : 'broken' });
}
