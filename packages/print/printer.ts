import { Worker } from 'node:worker_threads';
import { refuse } from '@mach/base/problem.ts';
import type { PrintedDocument, PrintJob } from './form.ts';

export interface Request {
  id: number;
  job: PrintJob;
}
export type Answer =
  | { id: number; ok: true; content: Uint8Array; pages: number }
  | { id: number; ok: false; fault: string };

/** A page takes milliseconds: what takes this long will not come, ms. */
const PATIENCE = 15_000;
/** Jobs that may wait at once; beyond, the desk is asked to try again rather than the house to swell. */
const QUEUE = 200;
/** A thread that nobody asked for this long gives its memory back, ms. */
const IDLE = 10 * 60_000;

interface Waiting {
  done(document: PrintedDocument): void;
  failed(error: unknown): void;
  timer: NodeJS.Timeout;
}

/**
 * Sets type in a thread of its own, started with the first document and kept warm. A thread that falls over takes its
 * waiting jobs with it and is replaced by the next one.
 */
export class Printer {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private count = 0;
  private readonly patience: number;

  constructor(options: { patience?: number } = {}) {
    this.patience = options.patience ?? PATIENCE;
  }

  /** @throws Problem 503 when too many wait or the thread cannot start; Error on a fault of the template. */
  print(job: PrintJob): Promise<PrintedDocument> {
    if (this.waiting.size >= QUEUE) return Promise.reject(busy());
    const id = ++this.count;
    return new Promise((done, failed) => {
      const timer = setTimeout(() => this.restart(new Error(`${job.form} was not printed in time`)), this.patience);
      this.waiting.set(id, { done, failed, timer });
      this.thread().postMessage({ id, job } satisfies Request);
    });
  }

  /** Ends the thread; what waits is refused. */
  async stop(): Promise<void> {
    const worker = this.worker;
    this.drop(busy());
    await worker?.terminate();
  }

  private thread(): Worker {
    clearTimeout(this.idle);
    if (this.worker) return this.worker;
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { name: 'print' });
    worker.unref();
    worker.on('message', (answer: Answer) => this.take(answer));
    worker.on('error', (error) => this.worker === worker && this.drop(error));
    worker.on('exit', () => this.worker === worker && this.drop(new Error('the printing thread ended')));
    this.worker = worker;
    return worker;
  }

  private take(answer: Answer): void {
    const one = this.waiting.get(answer.id);
    if (!one) return;
    this.waiting.delete(answer.id);
    clearTimeout(one.timer);
    if (answer.ok) one.done({ content: answer.content, pages: answer.pages });
    else one.failed(new Error(answer.fault));
    if (this.waiting.size > 0) return;
    this.idle = setTimeout(() => void this.stop(), IDLE);
    this.idle.unref();
  }

  private restart(error: Error): void {
    const worker = this.worker;
    this.drop(error);
    void worker?.terminate();
  }

  private drop(error: unknown): void {
    clearTimeout(this.idle);
    this.worker = undefined;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of all) {
      clearTimeout(one.timer);
      one.failed(error);
    }
  }
}

const busy = () =>
  refuse(
    503,
    'printer-busy',
    { vi: 'Máy in đang bận', en: 'The printer is busy' },
    { remedy: { vi: 'In lại sau ít giây', en: 'Print again in a few seconds' } },
  );
