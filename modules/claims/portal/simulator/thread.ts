/**
 * The simulator in a thread of its own: the real portal would work elsewhere too, and reading a claim file and checking
 * its signature takes as long as half of a visit's commands. Started by the first request, gone with the program.
 */
import { Worker } from 'node:worker_threads';
import type { PortalHttp, PortalRequest, PortalResponse } from '../http.ts';

export interface ThreadRequest {
  id: number;
  request: PortalRequest;
}
export interface ThreadAnswer {
  id: number;
  response?: PortalResponse;
  fault?: string;
}

interface Waiting {
  resolve(response: PortalResponse): void;
  reject(fault: Error): void;
}

/** Requests are answered in the order in which they were made. */
export function simulatorThread(password: string): PortalHttp {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let serial = 0;

  const start = (): Worker => {
    const thread = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'portal-simulator',
      workerData: { password },
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 },
    });
    const over = (fault: Error): void => {
      if (worker === thread) worker = undefined;
      for (const one of waiting.values()) one.reject(fault);
      waiting.clear();
    };
    thread.on('message', ({ id, response, fault }: ThreadAnswer) => {
      const one = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) thread.unref();
      if (response) one?.resolve(response);
      else one?.reject(new Error(fault));
    });
    thread.on('error', over);
    thread.on('exit', (code) => over(new Error(`the simulated portal ended (${code})`)));
    return thread;
  };

  return (request, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('aborted'));
      worker ??= start();
      const id = ++serial;
      const aborted = (): void => {
        waiting.delete(id);
        reject(new Error('the simulated portal did not answer in time'));
      };
      signal.addEventListener('abort', aborted, { once: true });
      const ended = (): void => signal.removeEventListener('abort', aborted);
      waiting.set(id, {
        resolve: (response) => {
          ended();
          resolve(response);
        },
        reject: (fault) => {
          ended();
          reject(fault);
        },
      });
      worker.ref();
      worker.postMessage({ id, request } satisfies ThreadRequest);
    });
}
