/** The sign-in page and the screens of the administration in a real browser over a real server. */
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import encounter from '@mach/encounter/module.ts';
import reception from '@mach/reception/module.ts';
import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { seedDemo, seedDemoRecords } from '../../../apps/server/demo.ts';
import { buildApp } from '../../../apps/server/http/app.ts';
import { launchBrowser } from '../../../apps/server/testing/browser.ts';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import administration from '../module.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const WEB = process.env.MACH_WEB_DIST ?? join(ROOT, 'apps', 'web', 'dist');
/** How long anything may take on a slow machine, ms. */
const PATIENCE = Number(process.env.MACH_PATIENCE ?? 30_000);
export const PASSWORD = 'mach-demo';

export interface Front {
  readonly house: TestEngine;
  /** By a name: passkeys belong to names, not to addresses. */
  readonly base: string;
  /** A browser of their own, nobody signed in. */
  visitor(size?: { width: number; height: number }): Promise<{ page: Page; context: BrowserContext }>;
  close(): Promise<void>;
}

/** The demo hospital's staff and rooms, without patients. */
export async function openFront(): Promise<Front> {
  const endings: (() => unknown)[] = [];
  const test = { after: (end: () => unknown) => endings.unshift(end) } as never;
  const house = await testEngine(test, [encounter, reception, administration]);
  // The browser's clock is the machine's: days on the screen are days of the house.
  house.clock.set(new Date().toISOString());
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  await seedDemo(owner, house.engine.packs);
  await owner.end();
  await seedDemoRecords(house.engine);
  const app = await buildApp(house.engine, { web: WEB, log: (line, error) => console.error(line, error) });
  await app.listen({ port: 0, host: 'localhost' });
  endings.unshift(() => app.close());
  const base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const browser: Browser = await launchBrowser();
  endings.unshift(() => browser.close());
  return {
    house,
    base,
    visitor: async (viewport = { width: 1366, height: 768 }) => {
      const context = await browser.newContext({ viewport, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' });
      context.setDefaultTimeout(PATIENCE);
      await context.addInitScript(
        (value) => localStorage.setItem('mach.preferences', value),
        JSON.stringify({ theme: 'light', sound: false }),
      );
      return { context, page: await context.newPage() };
    },
    close: async () => {
      for (const end of endings) await end();
    },
  };
}

/** Signs in at the page, as a person does. */
export async function signIn(page: Page, account: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Tài khoản', { exact: true }).fill(account);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

/** Signs out by the menu of the user. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Người dùng và hiển thị' }).click();
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).waitFor();
}

/** A command with the session of a browser, where the deed has no part in what is tested. */
export async function command(context: BrowserContext, base: string, name: string, input: object): Promise<void> {
  const answer = await context.request.post(`${base}/api/commands/administration.${name}`, {
    data: input,
    headers: { 'idempotency-key': `front-${name}-${Date.now()}` },
  });
  if (!answer.ok()) throw new Error(`${name}: ${await answer.text()}`);
}
