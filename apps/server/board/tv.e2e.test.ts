import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { returnToQueue, startExam } from '@mach/encounter/contract.ts';
import { checkIn } from '@mach/reception/contract.ts';
import { cccdQr, LAN } from '@mach/reception/testing.ts';
import { seedDemoRecords } from '../demo.ts';
import { MODULES } from '../house.ts';
import { buildApp } from '../http/app.ts';
import { launchBrowser } from '../testing/browser.ts';
import { testEngine } from '../testing/engine.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const WEB = join(ROOT, 'apps', 'web', 'dist');
const ARTIFACTS = join(ROOT, 'artifacts');
const NAMES = ['TÔN NỮ THỊ NGỌC HƯỜNG', 'NGUYỄN VĂN ẨN', 'Y KRÔNG ÊBAN', 'ĐẶNG THỊ ẤU', 'LÊ HÙNG'];
/** Script and style of the page, compressed, bytes. */
const CODE_LIMIT = 12_000;

test('the board on the wall', async (t) => {
  assert.ok(existsSync(join(WEB, 'tv', 'index.html')), 'build the app first');
  mkdirSync(ARTIFACTS, { recursive: true });
  const house = await testEngine(t, MODULES);
  await seedDemoRecords(house.engine);
  const log = (line: string, error?: unknown): void => console.error(line, error);
  let app = await buildApp(house.engine, { web: WEB, log });
  t.after(() => app.close());
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  const browser = await launchBrowser();
  after(() => browser.close());

  const visits: { encounter: string; queueNumber: string }[] = [];
  for (const [i, name] of NAMES.entries())
    visits.push(
      await house.send(
        checkIn,
        {
          cccdQr: cccdQr({ ...LAN, name, number: `0011640${12345 + i}` }),
          person: { phone: `091234567${i}` },
          room: i < 4 ? 'room-305' : 'room-301',
          reason: 'Khám',
          payer: 'fee',
        },
        'reception',
      ),
    );
  const [first, second] = visits;
  assert.ok(first && second);

  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${base}/tv`);
  await page.getByText('Chưa có số nào được gọi').waitFor();

  await t.test('a call is on the wall within a second and stays for seven', async () => {
    await house.send(startExam, { encounter: first.encounter }, 'doctor');
    const large = page.locator('.tv-call-now .tv-call-number');
    await large.waitFor({ timeout: 3_000 });
    assert.equal(await large.textContent(), first.queueNumber);
    assert.match((await page.locator('.tv-call').textContent()) ?? '', /Tôn Nữ T\. N\. H\.Phòng 305/);
    await page.screenshot({ path: join(ARTIFACTS, 'tv-call.png') });
    const text = (await page.locator('#board').textContent()) ?? '';
    for (const name of ['Ngọc', 'Hường', 'Krông', 'Êban', 'Hùng']) assert.ok(!text.includes(name), name);
    await page.waitForTimeout(4_000);
    assert.equal(await large.count(), 1);
  });

  await t.test('everything is large enough and nothing is cut off', async () => {
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.tv-name, .tv-number, .tv-next span, .tv-call-name, .tv-door-code')]
        .filter((e) => e.textContent)
        .map((e) => ({
          text: e.textContent,
          size: Number.parseFloat(getComputedStyle(e).fontSize),
          right: e.getBoundingClientRect().right,
        }))
        .filter((e) => e.size < 40 || e.right > innerWidth),
    );
    assert.deepEqual(small, []);
    assert.deepEqual(
      await page.evaluate(() => [
        document.documentElement.scrollWidth > innerWidth,
        document.documentElement.scrollHeight > innerHeight,
      ]),
      [false, false],
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id),
      [],
    );
  });

  await t.test('a server that goes away comes back by itself, and calls nobody twice', async () => {
    const { port } = new URL(base);
    // The first call has had its seven seconds: what shows afterwards would be a second one.
    await page.locator('.tv-call-now').waitFor({ state: 'hidden', timeout: 10_000 });
    await app.close();
    await page.getByText('Mất kết nối').waitFor({ timeout: 5_000 });
    await page.screenshot({ path: join(ARTIFACTS, 'tv-lost.png') });
    app = await buildApp(house.engine, { web: WEB, log });
    await app.listen({ port: Number(port), host: '127.0.0.1' });
    await page.getByText('Mất kết nối').waitFor({ state: 'hidden', timeout: 20_000 });
    await page.waitForTimeout(500);
    assert.equal(await page.locator('.tv-call-now').count(), 0);
    // Sent back and called again: another call.
    await house.send(returnToQueue, { encounter: first.encounter, reason: 'Gọi không có mặt' }, 'doctor');
    await house.send(startExam, { encounter: second.encounter }, 'doctor');
    await page.locator('.tv-call-now').waitFor({ timeout: 5_000 });
    assert.equal(await page.locator('.tv-call-now .tv-call-number').textContent(), second.queueNumber);
  });

  await t.test('light enough for a weak box', async () => {
    const code = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter((e) => /\.(js|css)$/.test(e.name))
        .reduce((sum, e) => sum + (e as PerformanceResourceTiming).encodedBodySize, 0),
    );
    assert.ok(code > 0 && code < CODE_LIMIT, `${code} bytes`);
    t.diagnostic(`script and style of the board: ${code} bytes compressed`);
  });
  assert.deepEqual(faults, []);
});
