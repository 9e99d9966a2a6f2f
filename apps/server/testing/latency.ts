import type { BrowserContext, Page } from 'playwright-core';

/** What the page is asked about itself; kept on its window. */
interface Watched {
  machShift?: number;
  machMoved?: string[];
  machKeys?: number[];
}

/**
 * Watches, from the first moment of every page of a browser: how far things move by themselves (CLS, without what
 * follows a key or a click within half a second), and how long each key takes to the next paint (Event Timing, which
 * counts in steps of 8 ms and leaves out what took less than 16).
 */
export async function watchPages(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen = window as Window & Watched;
    seen.machShift = 0;
    seen.machMoved = [];
    seen.machKeys = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources?: { node?: Node | null }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        seen.machShift = (seen.machShift ?? 0) + entry.value;
        const nodes = (entry.sources ?? []).map(({ node }) => (node instanceof Element ? node.className : ''));
        seen.machMoved?.push(`${entry.value.toFixed(3)} ${nodes.join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') seen.machKeys?.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
}

/** How much of the page has moved by itself since it was opened. */
export function shiftOf(page: Page): Promise<number> {
  return page.evaluate(() => (window as Window & Watched).machShift ?? Number.NaN);
}

/** What moved, by how much: for whoever has to mend it. */
export const movedOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as Window & Watched).machMoved ?? []);

/** Types a text where the caret stands. @returns for each key the time to the next paint, ms; 16 stands for less */
export async function keysToPaint(page: Page, text: string): Promise<number[]> {
  await page.evaluate(() => {
    (window as Window & Watched).machKeys = [];
  });
  await page.keyboard.type(text, { delay: 45 });
  // The observer hears of an event only after its frame.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  const slow = await page.evaluate(() => (window as Window & Watched).machKeys ?? []);
  return [...slow, ...Array.from({ length: Math.max(0, text.length - slow.length) }, () => 16)];
}

/**
 * Goes to another workspace by the rail. @returns the time from the click to the first paint in which the frame of the
 * workspace stands there, ms
 */
export function switchTo(page: Page, id: string): Promise<number> {
  return page.evaluate(
    (workspace) =>
      new Promise<number>((done, failed) => {
        const items = [...document.querySelectorAll<HTMLElement>('.w-rail-item')];
        const item = items.find((one) => one.dataset.workspace === workspace);
        if (!item) return failed(new Error(`no ${workspace} in the rail`));
        const start = performance.now();
        const late = setTimeout(() => failed(new Error(`${workspace} did not open`)), 30_000);
        const look = (): void => {
          const there = item.getAttribute('aria-current') === 'page' && document.querySelector('.w-place .m-frame');
          if (!there) return void requestAnimationFrame(look);
          // The frame after the one in which it stands there has been painted.
          requestAnimationFrame(() => {
            clearTimeout(late);
            done(performance.now() - start);
          });
        };
        item.click();
        look();
      }),
    id,
  );
}

/** The middle of some times: what a noisy machine moves least. */
export function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
