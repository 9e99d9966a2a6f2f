/** The sign-in page and the screens of the administration in a real browser over a real server. */
import encounter from '@mach/encounter/module.ts';
import reception from '@mach/reception/module.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { openDesks } from '../../../apps/server/testing/desk.ts';
import type { TestEngine } from '../../../apps/server/testing/engine.ts';
import { PASSWORD, takeSeat } from '../../../apps/server/testing/hands.ts';
import administration from '../module.ts';

export { PASSWORD } from '../../../apps/server/testing/hands.ts';

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
  const { house, base, browser, close } = await openDesks([encounter, reception, administration], {
    name: 'front',
    host: 'localhost',
    // The browser's clock is the machine's: days on the screen are days of the house.
    before: async (opened) => opened.clock.set(new Date().toISOString()),
  });
  return {
    house,
    base,
    close,
    visitor: async (viewport) => {
      const context = await takeSeat(browser, base, undefined, { viewport });
      return { context, page: await context.newPage() };
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
