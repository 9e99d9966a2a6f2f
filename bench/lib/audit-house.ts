import { openHouse } from '../../apps/server/boot.ts';
import { firstRun } from '../../apps/server/first-run.ts';
import { buildApp } from '../../apps/server/http/app.ts';
import { readOptions } from '../../apps/server/options.ts';
import { sealAudit } from '../../packages/store/index.ts';

/*
 * A house of its own for `npm run bench -- audit`, whose audit of reads its parent turns off and on. No product has such a
 * switch: here the one method that takes the entries is laid aside.
 */

/** What the parent asks, and what it is told. */
export type Order = { readonly audit: boolean } | { readonly seal: true };
export type Told = { readonly port: number } | { readonly done: true; readonly rows: number; readonly ms: number };

const options = readOptions(process.env);
const house = await openHouse(options, () => undefined);
const app = await buildApp(house.engine, { web: '/nonexistent', log: () => undefined });
await firstRun(house, options.demo, () => undefined);
await app.listen({ port: 0, host: '127.0.0.1' });
const { audits, database } = house.engine;
const tell = (told: Told): void => {
  process.send?.(told);
};

/** Writes and seals what waits: nothing of one span is left for the next. */
async function seal(): Promise<{ rows: number; ms: number }> {
  await audits.flush();
  const begun = performance.now();
  const seals = await sealAudit(database, 1, new Date().toISOString());
  return { rows: seals.reduce((sum, { rows }) => sum + rows, 0), ms: performance.now() - begun };
}

process.on('message', (order: Order) => {
  void (async () => {
    if ('audit' in order) {
      await audits.flush();
      if (order.audit) Reflect.deleteProperty(audits, 'read');
      else Object.assign(audits, { read: async () => undefined });
      tell({ done: true, rows: 0, ms: 0 });
    } else tell({ done: true, ...(await seal()) });
  })();
});
process.on('disconnect', () => {
  void app
    .close()
    .then(() => house.stop())
    .finally(() => process.exit());
});
const address = app.server.address();
tell({ port: typeof address === 'object' && address !== null ? address.port : 0 });
