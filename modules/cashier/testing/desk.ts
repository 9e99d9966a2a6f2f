/** A desk in a real browser over a real server, for the journeys of the cashier and of the pharmacy. */
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { defineModule, type Module } from '@mach/engine';
import pg from 'pg';
import type { BrowserContext, Page } from 'playwright-core';
import { seedDemo } from '../../../apps/server/demo.ts';
import { buildApp } from '../../../apps/server/http/app.ts';
import { launchBrowser } from '../../../apps/server/testing/browser.ts';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import { furnish } from '../testing.ts';

const NOW = '2026-11-24T00:10:00.000Z';
const DESK = { width: 1366, height: 768 };

const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

interface Counter {
  page: Page;
  context: BrowserContext;
  /** Keys as a wedge scanner sends them: one every 5 ms by the events' own clock, however slow this machine is. */
  scan(code: string): Promise<void>;
  /** Serious faults of accessibility, and pixels wider than the screen: both should be none. */
  faults(): Promise<{ serious: unknown[]; wide: number }>;
}

export interface Hall {
  house: TestEngine;
  /** A place of work in a browser of its own, at the house's time. */
  counter(account: string, path: string, options?: { viewport?: typeof DESK; preferences?: object }): Promise<Counter>;
  close(): Promise<void>;
}

export async function openHall(modules: readonly Module[]): Promise<Hall> {
  const endings: (() => unknown)[] = [];
  const house = await testEngine({ after: (end: () => unknown) => endings.unshift(end) } as never, [roles, ...modules]);
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  await seedDemo(owner, house.engine.packs);
  await owner.end();
  await furnish(house);
  const app = await buildApp(house.engine, {
    web: resolve(import.meta.dirname, '../../../apps/web/dist'),
    log: () => undefined,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  endings.unshift(() => app.close());
  const browser = await launchBrowser();
  endings.unshift(() => browser.close());

  return {
    house,
    close: async () => {
      for (const end of endings) await end();
    },
    counter: async (account, path, { viewport = DESK, preferences = {} } = {}) => {
      const context = await browser.newContext({
        viewport,
        hasTouch: viewport.width < 600,
        timezoneId: 'Asia/Ho_Chi_Minh',
      });
      await context.request.post(`${base}/api/session`, { data: { account, password: 'mach-demo' } });
      await context.addInitScript(
        (value) => localStorage.setItem('mach.preferences', value),
        JSON.stringify({ theme: 'light', sound: false, ...preferences }),
      );
      await context.addInitScript((now) => {
        const Real = Date;
        const ahead = Real.parse(now) - Real.now();
        class Moved extends Real {
          constructor(...args: [] | [number | string | Date]) {
            if (args.length === 0) super(Real.now() + ahead);
            else super(args[0]);
          }
          static override now(): number {
            return Real.now() + ahead;
          }
        }
        globalThis.Date = Moved as DateConstructor;
      }, NOW);
      const page = await context.newPage();
      await page.goto(`${base}${path}`);
      await page.waitForSelector('.m-frame', { state: 'attached' });
      return {
        page,
        context,
        scan: async (code) => {
          const devtools = await context.newCDPSession(page);
          const start = Date.now() / 1000 + 0.05;
          for (const [i, key] of [...code, 'Enter'].entries()) {
            const timestamp = start + i * 0.005;
            const text = key === 'Enter' ? '\r' : key;
            await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp });
            await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp: timestamp + 0.001 });
          }
          await devtools.detach();
        },
        faults: async () => {
          const { violations } = await new AxeBuilder({ page }).analyze();
          return {
            serious: violations
              .filter((v) => v.impact === 'serious' || v.impact === 'critical')
              .map((v) => [v.id, v.nodes[0]?.html.slice(0, 160)]),
            wide: Math.max(0, await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)),
          };
        },
      };
    },
  };
}
