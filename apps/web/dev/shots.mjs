// Pictures of the workbench (needs it running): node apps/web/dev/shots.mjs OUT [name…]
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [out = 'artifacts/shots', ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const base = process.env.WORKBENCH ?? 'http://127.0.0.1:5178';
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const sizes = { desk: { width: 1366, height: 768 }, phone: { width: 360, height: 800 } };
const scenes = {
  signin: async (page) => page.goto(`${base}/`),
  reception: async (page) => page.goto(`${base}/reception/1`),
  receptionlist: async (page) => page.goto(`${base}/reception`),
  outpatient: async (page) => page.goto(`${base}/outpatient/1`),
  results: async (page) => {
    await page.goto(`${base}/outpatient/1`);
    await page.waitForSelector('.m-banner');
    await page.keyboard.press('F7');
    await page.waitForTimeout(250);
  },
  composer: async (page) => {
    await page.goto(`${base}/outpatient/2`);
    await page.waitForSelector('.m-banner');
    await page.goto(`${base}/outpatient/3`);
    await page.waitForSelector('.m-banner');
    await page.evaluate(() => undefined);
    await page.keyboard.press('F4');
    await page.waitForTimeout(200);
    await page.keyboard.type('h');
    await page.waitForTimeout(500);
  },
  sign: async (page) => {
    await page.goto(`${base}/outpatient/1`);
    await page.waitForSelector('.m-banner');
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(300);
  },
  palette: async (page) => {
    await page.goto(`${base}/outpatient/1`);
    await page.waitForSelector('.m-banner');
    await page.keyboard.press('Control+k');
    await page.waitForTimeout(300);
  },
  dispense: async (page) => page.goto(`${base}/dispense`),
  cashier: async (page) => page.goto(`${base}/cashier`),
  gallery: async (page) => page.goto(`${base}/gallery`),
};
for (const [sizeName, viewport] of Object.entries(sizes))
  for (const theme of ['light', 'dark']) {
    const context = await browser.newContext({
      viewport,
      hasTouch: sizeName === 'phone',
      isMobile: sizeName === 'phone',
    });
    await context.addInitScript(
      (value) => localStorage.setItem('mach.preferences', JSON.stringify({ theme: value })),
      theme,
    );
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && console.log(message.text()));
    page.on('pageerror', (error) => console.log(String(error)));
    for (const [name, scene] of Object.entries(scenes)) {
      if (only.length > 0 && !only.includes(name)) continue;
      if (name !== 'signin') await context.addCookies([{ name: 'workbench', value: '1', url: base }]);
      await scene(page);
      await page.waitForTimeout(700);
      await page.screenshot({ path: `${out}/${name}-${sizeName}-${theme}.png` });
    }
    await context.close();
  }
await browser.close();
