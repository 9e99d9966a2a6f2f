import { performance } from 'node:perf_hooks';

const LATE = Symbol('late');

/**
 * Ends something that a test opened, and waits for it no longer than `limit` ms: what does not end is named, and the
 * next one has its turn. The process ends with its tests, so nothing stays behind for good.
 */
export async function closeInTime(name: string, end: () => unknown, limit = 20_000): Promise<void> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((done) => {
    timer = setTimeout(done, limit, LATE);
  });
  const ended = (async () => end())();
  // Its failure after the limit is nobody's any more.
  ended.catch(() => undefined);
  try {
    if ((await Promise.race([ended, late])) === LATE)
      process.stderr.write(`  – ${name} had not ended after ${Math.round(performance.now() - start)} ms\n`);
  } finally {
    clearTimeout(timer);
  }
}
