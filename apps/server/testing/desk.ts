import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { Module } from '@mach/engine';
import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { seedDemo, seedDemoRecords } from '../demo.ts';
import { buildApp } from '../http/app.ts';
import { launchBrowser } from './browser.ts';
import { closeInTime } from './closing.ts';
import { type TestEngine, testEngine } from './engine.ts';
import { looksRight, PATIENCE, picture, presses, type Seat, scan, takeSeat, WEB } from './hands.ts';

/** A hospital for tests in a browser: the engine with its accounts, its server on a free port, and a browser. */
export interface Desks {
  readonly house: TestEngine;
  readonly base: string;
  readonly browser: Browser;
  /** Somebody at a screen of their own, at the house's time unless the seat says another. */
  desk(account: string, path: string, seat?: Seat): Promise<Desk>;
  close(): Promise<void>;
}

export interface DesksOptions {
  /** Files the pictures of `check` under `name-…`. */
  readonly name?: string;
  /** Rooms and departments of the demo hospital; `false` where the test furnishes its own. */
  readonly records?: boolean;
  /** What happened before the story begins; the clock may be moved. */
  readonly before?: (house: TestEngine) => Promise<unknown>;
  /** How old an answer about the ways out of the house may be, ms. */
  readonly linksFresh?: number;
  /** The name under which the browser knows the server: passkeys belong to names, not to addresses. */
  readonly host?: 'localhost' | '127.0.0.1';
}

/** Opens the house with these modules, the demo hospital's staff and nobody else. */
export async function openDesks(modules: readonly Module[], options: DesksOptions = {}): Promise<Desks> {
  const { name = 'desk', records = true, host = '127.0.0.1', linksFresh } = options;
  const endings: [what: string, end: () => unknown][] = [];
  const close = async (): Promise<void> => {
    for (const [what, end] of endings.splice(0)) await closeInTime(what, end);
  };
  try {
    const house = await testEngine(
      { after: (end: () => unknown) => endings.unshift(['the house', end]) } as never,
      modules,
    );
    const owner = new pg.Client({ connectionString: house.ownerUrl });
    await owner.connect();
    await seedDemo(owner, house.engine.packs);
    await owner.end();
    if (records) await seedDemoRecords(house.engine);
    await options.before?.(house);
    const app = await buildApp(house.engine, { web: WEB, log: () => undefined, linksFresh });
    await app.listen({ port: 0, host });
    endings.unshift(['the server', () => app.close()]);
    const base = `http://${host}:${(app.server.address() as AddressInfo).port}`;
    const browser = await launchBrowser();
    endings.unshift(['the browser', () => browser.close()]);
    return {
      house,
      base,
      browser,
      close,
      desk: async (account, path, seat = {}) => {
        const now = seat.now ?? house.clock.now().toISOString();
        const context = await takeSeat(browser, base, account, { ...seat, now });
        const page = await context.newPage();
        page.on('dialog', () => assert.fail('a dialog of the browser'));
        await page.goto(`${base}${path}`);
        return new Desk(page, name);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One person at one screen. What the person presses and clicks is counted; what a scanner sends is not. */
export class Desk {
  readonly page: Page;
  readonly context: BrowserContext;
  keys = 0;
  clicks = 0;
  private readonly name: string;

  constructor(page: Page, name: string) {
    this.page = page;
    this.context = page.context();
    this.name = name;
  }

  press = async (...chords: string[]): Promise<void> => {
    for (const chord of chords) {
      this.keys++;
      await this.page.keyboard.press(chord);
    }
  };

  /** As fast as nobody types, but no scanner either: a burst that ends in Enter would be taken for a scan. */
  type = async (text: string): Promise<void> => {
    this.keys += presses(text);
    await this.page.keyboard.type(text, { delay: 60 });
  };

  scan = (code: string): Promise<void> => scan(this.page, code);

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until the caret stands in a place that the selector names. */
  async caretIn(selector: string): Promise<void> {
    await this.page.waitForFunction((of) => document.activeElement?.matches(of) ?? false, selector, {
      timeout: PATIENCE,
    });
  }

  /** A picture, a serious barrier for nobody, nothing wider than the screen. */
  check = (what: string): Promise<void> => looksRight(this.page, `${this.name}-${what}`);

  picture = (what: string): Promise<void> => picture(this.page, `${this.name}-${what}`);

  /** The paper that a deed sends to the printer. @returns the name of its file */
  async paper(deed: () => Promise<void>): Promise<string> {
    const [answer] = await Promise.all([this.page.waitForResponse((one) => one.url().includes('/api/print/')), deed()]);
    assert.equal(answer.status(), 200, answer.url());
    assert.equal(answer.headers()['content-type'], 'application/pdf');
    return /filename="([^"]+)"/.exec(answer.headers()['content-disposition'] ?? '')?.[1] ?? '';
  }
}
