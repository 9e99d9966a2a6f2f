/** The laboratory and the imaging room in a real browser over a real server, for the tests of their screens. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import encounter from '@mach/encounter/module.ts';
import outpatient from '@mach/outpatient/module.ts';
import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { seedDemo, seedDemoRecords } from '../../../apps/server/demo.ts';
import { buildApp } from '../../../apps/server/http/app.ts';
import { launchBrowser } from '../../../apps/server/testing/browser.ts';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import lab from '../module.ts';
import { fixtures, people } from './people.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const WEB = process.env.MACH_WEB_DIST ?? join(ROOT, 'apps', 'web', 'dist');
const ARTIFACTS = join(ROOT, 'artifacts');
/** How long anything may take on a slow machine, ms. */
const PATIENCE = Number(process.env.MACH_PATIENCE ?? 30_000);
export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 360, height: 800 };

export interface Place {
  readonly house: TestEngine;
  /** A browser of their own for one member of staff, at the house's time. */
  desk(account: string, path: string, more?: { viewport?: typeof DESK; preferences?: object }): Promise<Desk>;
  close(): Promise<void>;
}

/** A hospital with staff, rooms and the people of the tests, its server and a browser. */
export async function openPlace(): Promise<Place> {
  const endings: (() => unknown)[] = [];
  const test = { after: (end: () => unknown) => endings.unshift(end) } as never;
  const house = await testEngine(test, [encounter, outpatient, lab, fixtures]);
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  await seedDemo(owner, house.engine.packs);
  await owner.end();
  await seedDemoRecords(house.engine);
  await people(house, { rooms: false });
  const app = await buildApp(house.engine, { web: WEB, log: () => undefined });
  await app.listen({ port: 0, host: '127.0.0.1' });
  endings.unshift(() => app.close());
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const browser = await launchBrowser();
  endings.unshift(() => browser.close());
  mkdirSync(ARTIFACTS, { recursive: true });
  return {
    house,
    desk: (account, path, more) => Desk.open(browser, base, house.clock.now().toISOString(), account, path, more),
    close: async () => {
      for (const end of endings) await end();
    },
  };
}

/** One screen with its keyboard and its scanner. */
export class Desk {
  readonly page: Page;
  readonly context: BrowserContext;

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.context = context;
  }

  static async open(
    browser: Browser,
    base: string,
    now: string,
    account: string,
    path: string,
    { viewport = DESK, preferences = {} }: { viewport?: typeof DESK; preferences?: object } = {},
  ): Promise<Desk> {
    const narrow = viewport.width < 600;
    const context = await browser.newContext({
      viewport,
      hasTouch: narrow,
      isMobile: narrow,
      locale: 'vi-VN',
      timezoneId: 'Asia/Ho_Chi_Minh',
    });
    context.setDefaultTimeout(PATIENCE);
    await context.request.post(`${base}/api/session`, { data: { account, password: 'mach-demo' } });
    await context.addInitScript(
      (value) => localStorage.setItem('mach.preferences', value),
      JSON.stringify({ theme: 'light', sound: false, ...preferences }),
    );
    await context.addInitScript((at) => {
      const Real = Date;
      const ahead = Real.parse(at) - Real.now();
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
    }, now);
    const page = await context.newPage();
    page.on('dialog', () => assert.fail('a dialog of the browser'));
    await page.goto(`${base}${path}`);
    return new Desk(page, context);
  }

  async press(...chords: string[]): Promise<void> {
    for (const chord of chords) await this.page.keyboard.press(chord);
  }

  /** Slower than a scanner: a burst that ends in Enter would be taken for a scan. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 60 });
  }

  /** Keys as a wedge scanner sends them: one every 5 ms by the events' own clock. */
  async scan(code: string): Promise<void> {
    const devtools = await this.context.newCDPSession(this.page);
    const start = Date.now() / 1000 + 0.05;
    for (const [i, key] of [...code, 'Enter'].entries()) {
      const timestamp = start + i * 0.005;
      const text = key === 'Enter' ? '\r' : key;
      await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp });
      await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp: timestamp + 0.001 });
    }
    await devtools.detach();
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until the caret stands in a place that the selector names. */
  async caretIn(selector: string): Promise<void> {
    await this.page.waitForFunction((of) => document.activeElement?.matches(of) ?? false, selector);
  }

  /** A picture; no serious fault for people who cannot see or point well; nothing wider than the screen. */
  async check(name: string): Promise<void> {
    await this.page.screenshot({ path: join(ARTIFACTS, `lab-${name}.png`) });
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    assert.deepEqual(
      serious.map((v) => [v.id, v.nodes[0]?.html.slice(0, 160)]),
      [],
      name,
    );
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
  }

  /** The paper that a deed sends to the printer. @returns the name of its file */
  async paper(deed: () => Promise<void>): Promise<string> {
    const [answer] = await Promise.all([this.page.waitForResponse((one) => one.url().includes('/api/print/')), deed()]);
    assert.equal(answer.status(), 200, answer.url());
    assert.equal(answer.headers()['content-type'], 'application/pdf');
    return /filename="([^"]+)"/.exec(answer.headers()['content-disposition'] ?? '')?.[1] ?? '';
  }
}
