import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

export const PASSWORD = 'mach-demo';
export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 360, height: 800 };
/** How long anything may take on a slow machine, ms. */
export const PATIENCE = Number(process.env.MACH_PATIENCE ?? 60_000);

export const ARTIFACTS = join(resolve(import.meta.dirname, '..', '..', '..'), 'artifacts', 'visit');

export type Row = Record<string, unknown> & { key: string };

/** One member of staff at a screen of their own; keys and clicks of the person are counted, a scanner's are not. */
export class Staff {
  readonly page: Page;
  readonly context: BrowserContext;
  keys = 0;
  clicks = 0;
  private readonly base: string;
  private readonly account: string;
  private deeds = 0;

  constructor(page: Page, base: string, account: string) {
    this.page = page;
    this.context = page.context();
    this.base = base;
    this.account = account;
  }

  async press(...chords: string[]): Promise<void> {
    for (const chord of chords) {
      this.keys++;
      await this.page.keyboard.press(chord);
    }
  }

  /** Slower than a scanner, and letters as the keyboard program of the country commits them. */
  async type(text: string): Promise<void> {
    this.keys += text.length;
    await this.page.keyboard.type(text, { delay: 60 });
  }

  async click(place: Locator): Promise<void> {
    this.clicks++;
    await place.click();
  }

  /** Keys as a wedge scanner sends them: one every 5 ms by the events' own clock, however slow this machine is. */
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

  /** Picture of the step, for people to look at. */
  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
  }

  /** Nothing wider than the screen. */
  async fits(): Promise<void> {
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${this.account}: ${wide} px too wide`);
  }

  /** What the person's own rights let them read of a view. */
  async view(name: string, filters: Record<string, string> = {}): Promise<Row[]> {
    const answer = await this.context.request.get(`${this.base}/api/views/${name}`, { params: filters });
    const body = await answer.text();
    assert.equal(answer.status(), 200, `${this.account} ${name}: ${body}`);
    return (JSON.parse(body) as { rows: Row[] }).rows;
  }

  /** Reads a view until a row is as it must become: what follows a deed in the background takes a moment. */
  async rowWhere(name: string, filters: Record<string, string>, is: (row: Row) => boolean, what: string): Promise<Row> {
    let last: Row[] = [];
    for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(200)) {
      last = await this.view(name, filters);
      const found = last.find(is);
      if (found) return found;
    }
    return assert.fail(`${name} never had ${what}; last: ${JSON.stringify(last, null, 1)}`);
  }

  /** A command with this person's session, where the deed has no screen of its own. */
  async send<R>(command: string, input: object): Promise<R> {
    this.deeds++;
    const answer = await this.context.request.post(`${this.base}/api/commands/${command}`, {
      data: input,
      headers: { 'idempotency-key': `journey-${this.account}-${this.deeds}` },
    });
    const body = await answer.text();
    assert.equal(answer.status(), 200, `${this.account} ${command}: ${body}`);
    return (JSON.parse(body) as { result: R }).result;
  }
}

/** Signs a person in by the sign-in's own door and opens their workspace. */
export async function atWork(
  browser: Browser,
  base: string,
  account: string,
  path: string,
  viewport = DESK,
): Promise<Staff> {
  const context = await browser.newContext({
    viewport,
    hasTouch: viewport.width < 600,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
  });
  context.setDefaultTimeout(PATIENCE);
  const answer = await context.request.post(`${base}/api/session`, { data: { account, password: PASSWORD } });
  assert.equal(answer.status(), 200, `${account} signs in`);
  await context.addInitScript(
    (value) => localStorage.setItem('mach.preferences', value),
    JSON.stringify({ theme: 'light', sound: false }),
  );
  const page = await context.newPage();
  await page.goto(`${base}${path}`);
  return new Staff(page, base, account);
}
