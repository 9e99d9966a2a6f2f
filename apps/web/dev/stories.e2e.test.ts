import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { findBrowser, launchBrowser } from '../../server/testing/browser.ts';
import { ARTIFACTS, barriers, moveClock, PATIENCE, tooWide } from '../../server/testing/hands.ts';
import { comparePictures } from './picture-compare.ts';

/**
 * Every component in every state: nobody is kept out, nothing is wider than its place, and nothing looks otherwise than it
 * did. `npm run ui -- --accept` takes what is seen now as what is right.
 */
const PICTURES = join(import.meta.dirname, 'pictures');
const CHANGED = join(ARTIFACTS, 'pictures');
const ACCEPT = process.env.MACH_ACCEPT === '1';
/** Of the pixels of a picture, this share may differ before somebody has to look. */
const SHARE = 0.002;
/** All pictures together, bytes. */
const MOST = 2.75 * 1024 * 1024;
/** The inventory of the design language, §9. */
const INVENTORY = [
  ...['PatientBanner', 'VitalsStrip', 'ScanField', 'PersonSearch', 'OrderComposer', 'MedicationLine', 'MARGrid'],
  ...['ResultTable', 'Timeline', 'VitalsChart', 'BedBoard', 'QueueBoard', 'WorkRow', 'TreatmentSheet', 'FormRenderer'],
  ...['BodyMap', 'SignatureDialog', 'StockCard', 'Invoice', 'ClaimFinding', 'SyncChip', 'PendingCenter', 'Scheduler'],
  ...['VideoDock', 'ConsentCard', 'Tile', 'JobCard', 'CoachMark', 'CommandPalette', 'DiffView'],
];
const OVER = ['SignatureDialog', 'CommandPalette'];

let server: ViteDevServer;
let browser: Browser;
let base: string;

async function open(query: string, preferences: object, viewport = { width: 1366, height: 900 }): Promise<Page> {
  const context = await browser.newContext({
    viewport,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(
    (value) => localStorage.setItem('mach.preferences', value),
    JSON.stringify({ theme: 'light', density: 'standard', sound: false, ...preferences }),
  );
  await moveClock(context, '2026-11-24T00:00:00.000Z');
  const page = await context.newPage();
  await page.goto(`${base}/stories.html?plain&${query}`);
  await page.locator('[data-story]').first().waitFor();
  // Skeletons come late, on purpose; the pictures are of what stays.
  if (!query.startsWith('only=')) await page.locator('.m-skeleton-bar').first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}

before(
  async () => {
    server = await createServer({
      configFile: join(import.meta.dirname, 'vite.config.ts'),
      server: { port: 0, strictPort: false, hmr: false },
      logLevel: 'silent',
    });
    await server.listen();
    const address = server.httpServer?.address();
    assert.ok(address && typeof address === 'object');
    base = `http://127.0.0.1:${address.port}`;
    browser = await launchBrowser();
  },
  { timeout: 120_000 },
);
after(async () => {
  await browser?.close();
  await server?.close();
});

describe('the workbench', () => {
  for (const theme of ['light', 'dark'] as const)
    test(`every component of the inventory stands there, keeps nobody out, and looks as it did (${theme})`, async () => {
      const page = await open('', { theme });
      const names = await page
        .locator('[data-story]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-story')));
      assert.deepEqual(
        INVENTORY.filter((name) => !names.includes(name)),
        [],
        'missing in the workbench',
      );
      const states = await page
        .locator('[data-story]')
        .evaluateAll((all) =>
          all
            .filter((one) => one.querySelectorAll('[data-state]').length < 8)
            .map((one) => one.getAttribute('data-story')),
        );
      assert.deepEqual(states, OVER, 'states that are not shown');
      assert.equal(await tooWide(page), 0);
      // By night the other states are other words in the same colours.
      if (theme === 'dark')
        await page.addStyleTag({
          content: '.st-figure:not([data-state="full"], [data-state="worst"]) { display: none }',
        });
      // Here the same component stands eight times, under the same name.
      assert.deepEqual(await barriers(page, theme === 'light' ? 'all' : 'contrast', ['landmark-unique']), []);
      await pictures(page, theme);
      await page.context().close();
    });

  test('what covers the page keeps nobody out either', async () => {
    for (const [name, state] of [
      ['SignatureDialog', 'full'],
      ['SignatureDialog', 'worst'],
      ['CommandPalette', 'full'],
    ] as const) {
      const page = await open(`only=${name}&state=${state}`, { theme: state === 'worst' ? 'dark' : 'light' });
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await barriers(page, 'all'), [], `${name} ${state}`);
      await page.context().close();
    }
  });

  test('a phone, and 200 %: nothing is wider than the screen, and a hand finds every target', async () => {
    for (const [width, density] of [
      [360, 'touch'],
      [683, 'standard'],
    ] as const) {
      const page = await open('', { density }, { width, height: 800 });
      const wide = await page
        .locator('.st-figure')
        .evaluateAll((all) =>
          all
            .filter((one) => one.scrollWidth > one.clientWidth + 1)
            .map(
              (one) => `${one.closest('[data-story]')?.getAttribute('data-story')} ${one.getAttribute('data-state')}`,
            ),
        );
      assert.deepEqual(wide, [], `wider than its place at ${width} px`);
      assert.equal(await tooWide(page), 0);
      if (density === 'standard') {
        await page.context().close();
        continue;
      }
      const small = await page.locator('.st-figure button:not([disabled])').evaluateAll((all) =>
        all
          .map((one) => ({ one, box: one.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.height < 24 || box.width < 24))
          .map(({ one }) => one.outerHTML.slice(0, 100)),
      );
      assert.deepEqual(small, [], 'targets under 24 px');
      await page.context().close();
    }
  });

  test('on paper: no tools, no reminders, and a sheet is not cut inside a row', async () => {
    const page = await open('only=TreatmentSheet', {});
    await page.emulateMedia({ media: 'print' });
    const sheet = page.locator('.m-sheet tr').nth(2);
    assert.equal(await sheet.evaluate((row) => getComputedStyle(row).breakInside), 'avoid');
    assert.equal(await page.locator('.st-key').first().isVisible(), false);
    await page.context().close();
  });
});

/** Full and worst by day, full by night: of every component that stands in the page. */
async function pictures(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const { env } = await findBrowser();
  // Letters are drawn the same everywhere only by the browser that travels with the packages.
  if (env.FONTCONFIG_FILE === undefined) return;
  for (const folder of [PICTURES, CHANGED]) mkdirSync(folder, { recursive: true });
  const faults: string[] = [];
  const kept = new Set<string>();
  for (const state of theme === 'light' ? ['full', 'worst'] : ['full'])
    for (const figure of await page.locator(`.st-figure[data-state="${state}"]`).all()) {
      const story = await figure.evaluate((one) => one.closest('[data-story]')?.getAttribute('data-story') ?? '');
      const name = `${story}-${state}-${theme}.png`;
      kept.add(name);
      const now = await figure.screenshot({ animations: 'disabled', caret: 'hide' });
      const file = join(PICTURES, name);
      const known = existsSync(file) ? readFileSync(file) : undefined;
      const { share, sizes } = known ? await comparePictures(page, known, now) : { share: 1, sizes: ['none', ''] };
      if (share <= SHARE) continue;
      if (ACCEPT) writeFileSync(file, now);
      else {
        writeFileSync(join(CHANGED, name), now);
        faults.push(`${name}: ${(share * 100).toFixed(2)} % differ (${sizes.join(' → ')})`);
      }
    }
  for (const name of readdirSync(PICTURES).filter((one) => one.endsWith(`-${theme}.png`) && !kept.has(one)))
    if (ACCEPT) rmSync(join(PICTURES, name));
    else faults.push(`${name}: nothing is shown for it any more`);
  assert.deepEqual(faults, [], 'look at artifacts/pictures; `npm run ui -- --accept` if that is how it should look');
  const size = readdirSync(PICTURES).reduce((sum, name) => sum + statSync(join(PICTURES, name)).size, 0);
  assert.ok(size <= MOST, `the pictures take ${size} bytes`);
}
