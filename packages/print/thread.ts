/** The printing thread: type is set away from the thread that answers requests. */
import { parentPort } from 'node:worker_threads';
import { Compiler } from './compiler.ts';
import type { Answer, Request } from './printer.ts';

const compiler = new Compiler();

parentPort?.on('message', ({ id, job }: Request) => {
  let answer: Answer;
  try {
    const { content, pages } = compiler.print(job);
    // A copy of its own: the buffer of the compiler belongs to native memory and cannot be handed over.
    const copy = new Uint8Array(content);
    answer = { id, ok: true, content: copy, pages };
    parentPort?.postMessage(answer, [copy.buffer]);
  } catch (error) {
    answer = { id, ok: false, fault: error instanceof Error ? error.message : String(error) };
    parentPort?.postMessage(answer);
  }
});
