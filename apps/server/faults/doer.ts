import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSite } from './site.ts';

/*
 * `node doer.ts FOLDER FIRST`: does deeds on a data folder until it is killed, and tells each that was acknowledged. The
 * line is out of the process before the next deed begins. Ends by itself when PostgreSQL does, or its input is closed.
 */

const TOGETHER = 6;
const [folder, first] = process.argv.slice(2);
if (!folder || !first) throw new Error('usage: doer.ts FOLDER FIRST');
let next = Number(first);
let ending = false;

const site = await openSite(folder, (reason) => {
  process.stderr.write(`${reason}\n`);
  process.exit(3);
});
process.stdin.on('end', () => (ending = true));
process.stdin.resume();

async function work(): Promise<void> {
  while (!ending) {
    const n = next++;
    try {
      await site.deed(n);
      writeSync(1, `ok ${n}\n`);
    } catch (error) {
      writeSync(1, `refused ${n} ${error instanceof Error ? error.message.replaceAll('\n', ' ') : ''}\n`);
      await sleep(50);
    }
  }
}

await Promise.all(Array.from({ length: TOGETHER }, work));
await site.close();
process.exit(0);
