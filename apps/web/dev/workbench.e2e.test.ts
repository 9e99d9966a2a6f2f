import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { launchBrowser } from '../../server/testing/browser.ts';

let server: ViteDevServer;
let browser: Browser;
let base: string;

before(async () => {
  server = await createServer({
    configFile: new URL('./vite.config.ts', import.meta.url).pathname,
    server: { port: 0, strictPort: false },
    logLevel: 'silent',
  });
  await server.listen();
  const address = server.httpServer?.address();
  assert.ok(address && typeof address === 'object');
  base = `http://127.0.0.1:${address.port}`;
  browser = await launchBrowser();
  // The first visit compiles the dependencies; it is not what is tested.
  const context = await open();
  const page = await context.newPage();
  for (const path of ['/gallery', '/outpatient/1', '/reception', '/cashier', '/dispense']) {
    await page.goto(base + path);
    await page.waitForSelector('.w-place > :first-child', { timeout: 60_000 });
  }
  await context.close();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(
  preferences: object = {},
  viewport: { width: number; height: number } = { width: 1366, height: 768 },
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport });
  await context.addCookies([{ name: 'workbench', value: '1', url: base }]);
  await context.addInitScript(
    (value) => localStorage.setItem('mach.preferences', value),
    JSON.stringify({ theme: 'light', sound: false, ...preferences }),
  );
  return context;
}

async function visit(path: string, ready = '.m-frame-main'): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await open();
  const page = await context.newPage();
  await page.goto(base + path);
  await page.waitForSelector(ready);
  return { page, close: () => context.close() };
}

/**
 * Keys as a wedge scanner sends them: one every 5 ms by the event's own clock, however slow the
 * machine of the test is.
 */
async function scan(page: Page, code: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const start = Date.now() / 1000;
  for (const [i, key] of [...code, 'Enter'].entries()) {
    const timestamp = start + i * 0.005;
    const text = key === 'Enter' ? '\r' : key;
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp: timestamp + 0.001 });
  }
}

describe('scanner and keyboard', () => {
  test('a scan never lands in the field that has the focus, and opens the right thing', async () => {
    const { page, close } = await visit('/reception/2', '.m-banner');
    const reason = page.getByLabel('Lý do đến khám');
    await reason.fill('');
    await reason.pressSequentially('Đau bụng', { delay: 60 });
    await scan(page, '079064012345');
    await page.waitForURL('**/reception/1');
    assert.equal(await reason.inputValue(), 'Đau bụng');
    await close();
  });

  test('an unknown scan is refused in words', async () => {
    const { page, close } = await visit('/cashier');
    await page.locator('body').click();
    await scan(page, 'XX-UNKNOWN-77');
    await page.getByText('Mã này không dùng được ở đây').waitFor();
    await close();
  });

  test('F7 opens the drawer with the patient in its head, Esc closes it and gives the focus back', async () => {
    const { page, close } = await visit('/outpatient/1', '.m-banner');
    const note = page.getByLabel('Bệnh sử', { exact: true }).locator('visible=true').first();
    await page.locator('textarea').first().focus();
    await page.keyboard.press('F7');
    await page.locator('.m-drawer-patient', { hasText: 'Trần Thị Lan' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForSelector('.m-drawer', { state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA');
    assert.ok(await note.count());
    await close();
  });

  test('keys sleep while an input method composes', async () => {
    const { page, close } = await visit('/outpatient/1', '.m-banner');
    await page.evaluate(() =>
      document.body.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'F7', code: 'F7', bubbles: true, isComposing: true, cancelable: true }),
      ),
    );
    await page.waitForTimeout(150);
    assert.equal(await page.locator('.m-drawer').count(), 0);
    await close();
  });

  test('the palette finds without accents and in any order, and runs', async () => {
    const { page, close } = await visit('/outpatient/1', '.m-banner');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ngan thu', { delay: 50 });
    await page.keyboard.press('Enter');
    await page.waitForURL('**/cashier');
    await close();
  });

  test('a finish key works from inside a note; under a modal the keys of the page sleep', async () => {
    const { page, close } = await visit('/outpatient/1', '.m-banner');
    await page.locator('textarea').first().focus();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('F7');
    await page.waitForTimeout(150);
    assert.equal(await page.locator('.m-drawer').count(), 0);
    await close();
  });
});

describe('fields that could do harm', () => {
  test('"1.000" is asked back and is no value until chosen', async () => {
    const { page, close } = await visit('/gallery');
    const dose = page.getByLabel('Liều mỗi lần');
    await dose.fill('1.000');
    await page.getByText('1 hay 1\u202f000?').waitFor();
    await page.getByRole('button', { name: '1\u202f000 mg' }).click();
    assert.equal(await dose.inputValue(), '1\u202f000');
    await dose.fill('0,5');
    await page.getByLabel('Nhiệt độ').focus();
    assert.equal(await dose.inputValue(), '0,5');
    await close();
  });

  test('an impossible temperature is refused, an unusual one is questioned', async () => {
    const { page, close } = await visit('/gallery');
    const temperature = page.getByLabel('Nhiệt độ');
    await temperature.fill('377');
    await page.getByText('Chỉ nhận từ 25 đến 45').waitFor();
    await temperature.fill('41,5');
    await page.getByText('Ngoài khoảng thường gặp 34–41').waitFor();
    await close();
  });

  test('a birth date is eight digits', async () => {
    const { page, close } = await visit('/gallery');
    const birth = page.getByLabel('Ngày sinh');
    await birth.fill('');
    await birth.pressSequentially('29022023', { delay: 30 });
    await page.getByText('Ngày không có thật').waitFor();
    await birth.fill('');
    await birth.pressSequentially('29022024', { delay: 30 });
    assert.equal(await birth.inputValue(), '29/02/2024');
    await close();
  });

  test('no drug is pre-selected; look-alikes are marked', async () => {
    const { page, close } = await visit('/outpatient/1', '.m-banner');
    const drug = page.getByRole('combobox', { name: 'Thêm thuốc' });
    await drug.fill('cef');
    await page.getByRole('option', { name: /cefTRIAXon/ }).waitFor();
    assert.equal(await page.locator('.m-option .m-chip', { hasText: 'LASA' }).count(), 2);
    await drug.press('Enter');
    assert.equal(await drug.inputValue(), 'cef', 'Enter alone chooses nothing');
    await drug.press('ArrowDown');
    await drug.press('Enter');
    assert.equal(await drug.inputValue(), 'cefTRIAXon 1 g');
    await close();
  });

  test('Enter pressed before the answer waits for it and takes what was typed', async () => {
    const { page, close } = await visit('/outpatient/1', '.m-banner');
    const diagnosis = page.getByRole('combobox', { name: 'Chẩn đoán chính' });
    await diagnosis.focus();
    await page.keyboard.type('i10', { delay: 45 });
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('input')].some((input) => input.value.startsWith('I10 Bệnh tăng huyết áp')),
    );
    await close();
  });
});

describe('nothing is lost, nobody is mixed up', () => {
  test('a note outlives a reload', async () => {
    const { page, close } = await visit('/outpatient/2', '.m-banner');
    await page.locator('textarea').first().fill('Đau thượng vị sau ăn, không sốt — Ễ Ỗ Ẫ Ữ ặ ợ ỹ');
    await page.waitForTimeout(900);
    await page.reload();
    await page.waitForSelector('.m-banner');
    assert.equal(
      await page.locator('textarea').first().inputValue(),
      'Đau thượng vị sau ăn, không sốt — Ễ Ỗ Ẫ Ữ ặ ợ ỹ',
    );
    await page.goto(`${base}/outpatient/3`);
    await page.waitForSelector('.m-banner');
    assert.match(
      await page.locator('textarea').first().inputValue(),
      /^Uống thuốc đều/,
      'another patient, another note',
    );
    await close();
  });

  test('two open patients have two tabs with different edges', async () => {
    const { page, close } = await visit('/outpatient', '.m-workitem');
    await page.locator('.m-workitem', { hasText: 'Trần Thị Lan' }).first().click();
    await page.locator('.m-workitem', { hasText: 'Nguyễn Thị Hường' }).click();
    await page.waitForSelector('.m-strip');
    const edges = await page
      .locator('.m-strip-tab')
      .evaluateAll((tabs) => tabs.map((tab) => (tab as HTMLElement).style.getPropertyValue('--edge')));
    assert.equal(new Set(edges).size, 2);
    await page.getByRole('button', { name: /Ký và xong cho Nguyễn Thị HƯỜNG/ }).waitFor();
    await close();
  });
});

describe('seen by everybody', () => {
  const places = ['/reception/1', '/outpatient/1', '/dispense', '/cashier', '/gallery'];

  for (const theme of ['light', 'dark'])
    test(`no accessibility violation (${theme})`, async () => {
      const context = await open({ theme });
      const page = await context.newPage();
      for (const place of places) {
        await page.goto(base + place);
        await page.waitForSelector('.m-frame-main');
        if (place === '/outpatient/1') await page.keyboard.press('F7');
        await page.waitForTimeout(400);
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        assert.deepEqual(
          violations.map((v) => `${place} ${v.id}: ${v.nodes[0]?.html}`),
          [],
        );
      }
      await context.close();
    });

  test('no page is wider than a 360 px phone', async () => {
    const context = await open({}, { width: 360, height: 800 });
    const page = await context.newPage();
    for (const place of ['/reception', ...places]) {
      await page.goto(base + place);
      await page.waitForSelector('.m-frame');
      await page.waitForTimeout(200);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${place} is ${wide} px wide`);
    }
    await context.close();
  });
});
