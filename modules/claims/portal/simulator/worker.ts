/** What runs in the simulator's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { PortalSimulator } from './server.ts';
import type { ThreadAnswer, ThreadRequest } from './thread.ts';

const simulator = new PortalSimulator({ password: String((workerData as { password: string }).password) });

parentPort?.on('message', ({ id, request }: ThreadRequest) => {
  const reply = (answer: Omit<ThreadAnswer, 'id'>): void => parentPort?.postMessage({ id, ...answer });
  simulator.http(request, new AbortController().signal).then(
    (response) => reply({ response }),
    (fault: unknown) => reply({ fault: fault instanceof Error ? fault.message : String(fault) }),
  );
});
