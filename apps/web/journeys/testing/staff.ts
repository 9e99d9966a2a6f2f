import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { DESK, PATIENCE, picture, presses, type Seat, scan, takeSeat, tooWide } from '../../../server/testing/hands.ts';

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
    this.keys += presses(text);
    await this.page.keyboard.type(text, { delay: 60 });
  }

  async click(place: Locator): Promise<void> {
    this.clicks++;
    await place.click();
  }

  scan(code: string): Promise<void> {
    return scan(this.page, code);
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
    await picture(this.page, `visit-${name}`);
  }

  /** Nothing wider than the screen. */
  async fits(): Promise<void> {
    assert.equal(await tooWide(this.page), 0, `${this.account}: pixels too wide`);
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
  seat: Seat = {},
): Promise<Staff> {
  const context = await takeSeat(browser, base, account, { viewport: DESK, ...seat });
  const page = await context.newPage();
  await page.goto(`${base}${path}`);
  return new Staff(page, base, account);
}
