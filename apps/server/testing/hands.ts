import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** What every test in a browser needs of people and their devices: sizes, a clock, a session, a scanner, two eyes. */
const ROOT = resolve(import.meta.dirname, '..', '..', '..');
/** The built staff app. */
export const WEB = process.env.MACH_WEB_DIST ?? join(ROOT, 'apps', 'web', 'dist');
/** Where pictures for people to look at go; not part of the repository. */
export const ARTIFACTS = join(ROOT, 'artifacts');
/** Every account of the demo hospital has it. */
export const PASSWORD = 'mach-demo';
export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 360, height: 800 };
export const WALL = { width: 1920, height: 1080 };
/** How long anything may take on a slow machine, ms. */
export const PATIENCE = Number(process.env.MACH_PATIENCE ?? 60_000);

export interface Seat {
  readonly viewport?: typeof DESK;
  /** Theme, language, density: what the person has chosen on this device. */
  readonly preferences?: object;
  /** What else the device remembers. */
  readonly storage?: Readonly<Record<string, string>>;
  /** The time that the browser believes in (an instant); the machine's where it is left out. */
  readonly now?: string;
  /** What else the browser of this person is: its scale, its touch. */
  readonly context?: BrowserContextOptions;
}

/**
 * Moves the date of a browser. Only the date: a scanner is told from typing by the times of the events themselves,
 * and timers go on as they would.
 */
export async function moveClock(context: BrowserContext, now: string): Promise<void> {
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
}

/** A browser of their own for one person, quiet and in Vietnam; signed in when an account is named. */
export async function takeSeat(
  browser: Browser,
  base: string,
  account?: string,
  seat: Seat = {},
): Promise<BrowserContext> {
  const { viewport = DESK, preferences = {}, storage = {}, now } = seat;
  const context = await browser.newContext({
    viewport,
    hasTouch: viewport.width < 600,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    // Fetching every file of the app for the hours without a server is the business of its own test.
    serviceWorkers: 'block',
    ...seat.context,
  });
  context.setDefaultTimeout(PATIENCE);
  if (account !== undefined) {
    const answer = await context.request.post(`${base}/api/session`, { data: { account, password: PASSWORD } });
    assert.equal(answer.status(), 200, `${account} signs in`);
  }
  await context.addInitScript(
    (items) => {
      // A reload keeps what the person has chosen since.
      for (const [key, value] of items) if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
    },
    Object.entries({
      'mach.preferences': JSON.stringify({ theme: 'light', sound: false, ...preferences }),
      ...storage,
    }),
  );
  if (now !== undefined) await moveClock(context, now);
  return context;
}

/** Keys as a wedge scanner sends them: one every 5 ms by the events' own clock, however slow this machine is. */
export async function scan(page: Page, code: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const start = Date.now() / 1000 + 0.05;
  for (const [i, key] of [...code, 'Enter'].entries()) {
    const timestamp = start + i * 0.005;
    const text = key === 'Enter' ? '\r' : key;
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp: timestamp + 0.001 });
  }
  await devtools.detach();
}

/** Waits until nothing of the page has changed for a while. (The network is never idle: a live stream is open.) */
export async function settled(page: Page, quietMs = 300): Promise<void> {
  await page.evaluate(
    (quiet) =>
      new Promise<void>((done) => {
        let timer = setTimeout(end, quiet);
        const watch = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(end, quiet);
        });
        function end(): void {
          watch.disconnect();
          done();
        }
        watch.observe(document.body, { subtree: true, childList: true });
      }),
    quietMs,
  );
}

/** Pixels by which the page is wider than its screen; none is right. */
export async function tooWide(page: Page): Promise<number> {
  const width = page.viewportSize()?.width ?? DESK.width;
  return Math.max(0, (await page.evaluate(() => document.documentElement.scrollWidth)) - width);
}

/** What keeps people out who cannot see or point well, by axe: the serious findings of WCAG 2.2 AA, all of them, or colours. */
export async function barriers(
  page: Page,
  which: 'serious' | 'all' | 'contrast' = 'serious',
  leaveOut: string[] = [],
): Promise<[string, string][]> {
  const builder = new AxeBuilder({ page });
  if (which === 'all') builder.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  // Another theme is other colours only.
  if (which === 'contrast') builder.withRules(['color-contrast']);
  if (leaveOut.length > 0 && which !== 'contrast') builder.disableRules(leaveOut);
  const { violations } = await builder.analyze();
  return violations
    .filter((one) => which !== 'serious' || one.impact === 'serious' || one.impact === 'critical')
    .map((one) => [one.id, one.nodes[0]?.html.slice(0, 160) ?? '']);
}

/** A picture for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
}

/** A picture; no serious barrier; nothing wider than the screen. */
export async function looksRight(page: Page, name: string): Promise<void> {
  await picture(page, name);
  assert.deepEqual(await barriers(page), [], name);
  assert.equal(await tooWide(page), 0, `${name} is too wide`);
}

const TWICE: Readonly<Record<string, number>> = { đ: 2, Đ: 2 };

/**
 * How often a person presses a key for a text, as it is typed with Telex: â is aa, ươ is uwow, a tone is one press more. The
 * shift of a capital is held, not pressed.
 */
export const presses = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (TWICE[letter] ?? letter.normalize('NFD').length), 0);

export interface Effort {
  readonly keys?: number;
  readonly clicks?: number;
}

/**
 * Holds the hands' work of a journey against its budget, and leaves both for the table of docs/journeys.md
 * (`node scripts/journeys.mjs`).
 */
export function withinBudget(journey: string, title: string, took: Effort, budget: Effort): void {
  const folder = join(ARTIFACTS, 'journeys');
  mkdirSync(folder, { recursive: true });
  const { keys, clicks } = took;
  const file = join(folder, `${journey.replaceAll(/[^\p{L}\p{N}′]+/gu, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ journey, title, took: { keys, clicks }, budget })}\n`);
  const over = (used: number | undefined, most: number | undefined) => (used ?? 0) > (most ?? Number.POSITIVE_INFINITY);
  assert.ok(
    !over(keys, budget.keys) && !over(clicks, budget.clicks),
    `${journey} ${title}: ${keys} keys and ${clicks} clicks, of ${budget.keys} and ${budget.clicks}`,
  );
}
