import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import appointment from '@mach/appointment/module.ts';
import encounter from '@mach/encounter/module.ts';
import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { seedDemo, seedDemoRecords } from '../../apps/server/demo.ts';
import { buildApp } from '../../apps/server/http/app.ts';
import { launchBrowser } from '../../apps/server/testing/browser.ts';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { checkIn } from './contract.ts';
import reception from './module.ts';
import { bhytQr, type Citizen, cccdQr, LAN } from './testing.ts';

/** The desk in a real browser, over a real server: journeys a2 and a2′. */
const NOW = '2026-11-24T00:10:00.000Z';
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 800 };
const HUNG: Citizen = {
  number: '001055067890',
  name: 'LÊ VĂN HÙNG',
  born: '02031955',
  sex: 'Nam',
  address: LAN.address,
};
const HUNG_CARD = 'HT3010105567890';
const AN: Citizen = { number: '001195012399', name: 'PHẠM THỊ AN', born: '05061995', sex: 'Nữ', address: LAN.address };

let house: TestEngine;
let browser: Browser;
let base: string;
const endings: (() => unknown)[] = [];

before(async () => {
  house = await testEngine({ after: (end: () => unknown) => endings.unshift(end) } as never, [
    encounter,
    appointment,
    reception,
  ]);
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  await seedDemo(owner, house.engine.packs);
  await owner.end();
  await seedDemoRecords(house.engine);
  house.clock.set(NOW);
  // Somebody who was here last week, and is known with card, room and reason.
  house.clock.set('2026-11-17T01:00:00.000Z');
  await house.send(
    checkIn,
    {
      cccdQr: cccdQr(HUNG),
      bhytQr: bhytQr(HUNG, { number: HUNG_CARD }),
      person: { phone: '0987654321' },
      room: 'room-305',
      reason: 'Tái khám THA',
      payer: 'bhyt',
    },
    'reception',
  );
  house.clock.set(NOW);
  const app = await buildApp(house.engine, {
    web: resolve(import.meta.dirname, '../../apps/web/dist'),
    log: () => undefined,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  endings.unshift(() => app.close());
  browser = await launchBrowser();
  endings.unshift(() => browser.close());
});

after(async () => {
  for (const end of endings) await end();
});

interface Desk {
  page: Page;
  context: BrowserContext;
  /** Keys pressed by the person, scans left out. */
  keys: () => number;
  press: (key: string) => Promise<void>;
  type: (text: string) => Promise<void>;
}

async function desk(path = '', viewport = DESK, preferences: object = {}): Promise<Desk> {
  const context = await browser.newContext({ viewport });
  await context.request.post(`${base}/api/session`, { data: { account: 'tiepdon', password: 'mach-demo' } });
  await context.addInitScript(
    (value) => localStorage.setItem('mach.preferences', value),
    JSON.stringify({ theme: 'light', sound: false, ...preferences }),
  );
  // The desk's clock is the house's. (Only the date is moved: the scanner is told from typing by the events' own times.)
  await context.addInitScript((now) => {
    const Real = Date;
    const ahead = Real.parse(now) - Real.now();
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
  }, NOW);
  const page = await context.newPage();
  await page.goto(`${base}/reception${path}`);
  await page.waitForSelector('.m-scan');
  let keys = 0;
  return {
    page,
    context,
    keys: () => keys,
    press: async (key) => {
      keys++;
      await page.keyboard.press(key);
    },
    type: async (text) => {
      keys += text.length;
      await page.keyboard.type(text, { delay: 60 });
    },
  };
}

/** Keys as a wedge scanner sends them: one every 5 ms by the event's own clock, however slow this machine is. */
async function scan(page: Page, code: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const start = Date.now() / 1000 + 0.05;
  for (const [i, key] of [...code, 'Enter'].entries()) {
    const timestamp = start + i * 0.005;
    const text = key === 'Enter' ? '\r' : key;
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp: timestamp + 0.001 });
  }
}

const given = (page: Page): Promise<string | null> => page.locator('.rec-given .rec-number').textContent();

describe('check-in', () => {
  test('a returning patient: one scan, the right read, Enter', async () => {
    const { page, keys, press, context } = await desk();
    await scan(page, cccdQr(HUNG));
    await page.getByText('Thẻ còn hạn đến 31/12/2026').waitFor();
    await page.locator('.rec-rate', { hasText: '95 %' }).waitFor();
    assert.equal(await page.getByLabel('Lý do đến khám').inputValue(), 'Tái khám THA');
    assert.match((await page.locator('.rec-room[data-on]').textContent()) ?? '', /305/);
    await page.getByText('Đủ mục').waitFor();
    await press('Enter');
    await page.getByText('Số vừa cấp').waitFor();
    assert.equal(await given(page), '0001');
    assert.ok(keys() <= 3, `${keys()} keys`);
    await page.locator('.m-workitem', { hasText: 'Lê Văn HÙNG' }).waitFor();
    await context.close();
  });

  test('a new insured patient: two scans, phone, reason; no pointer, at most 45 keys', async () => {
    const { page, keys, press, type, context } = await desk();
    await scan(page, cccdQr(LAN));
    await page.waitForURL('**/reception/new');
    await page.waitForFunction(() => (document.activeElement as HTMLInputElement | null)?.type === 'tel');
    await type('0912345678');
    await scan(page, bhytQr(LAN));
    await page.getByText('Đã ghi thẻ BHYT').waitFor();
    assert.equal(
      await page.locator('input[type=tel]').first().inputValue(),
      '0912345678',
      'the scan left the field alone',
    );
    await press('Control+Enter');
    await page.locator('.rec-rate', { hasText: '80 %' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('.rec-stack') !== null);
    await type('Đau đầu, chóng mặt');
    await page.getByText('Đủ mục').waitFor();
    await press('Enter');
    await page.getByText('Số vừa cấp').waitFor();
    assert.ok(keys() <= 45, `${keys()} keys`);
    await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).waitFor();
    // Taken back within ten seconds: the visit is cancelled and leaves the waiting list.
    await press('Control+z');
    await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).waitFor({ state: 'detached' });
    await context.close();
  });

  test('a patient on another route hears the share before the number is given', async () => {
    const { page, context } = await desk();
    await scan(page, cccdQr(AN));
    await page.waitForURL('**/reception/new');
    await page.getByLabel('Không có điện thoại').first().check();
    await scan(page, bhytQr(AN, { number: 'GD4019519501239', facility: '79001' }));
    await page.keyboard.press('Control+Enter');
    await page.getByLabel('Lý do đến khám').fill('Ho, sốt');
    const route = page.getByLabel('Cách đến');
    await route.selectOption('emergency');
    await page
      .getByText('· 2', { exact: true })
      .or(page.locator('.m-fact', { hasText: '· 2' }))
      .first()
      .waitFor();
    await route.selectOption('referral');
    await page.getByText('Chưa có phiếu chuyển cơ sở khám chữa bệnh.').waitFor();
    await context.close();
  });

  test('a person is found by name without marks, and two identifiers are shown before the record is opened', async () => {
    const { page, context } = await desk();
    await page.keyboard.type('hung le 1955', { delay: 60 });
    const row = page.locator('.m-frame-page .m-workitem', { hasText: 'Lê Văn HÙNG' });
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /02\/03\/1955/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/reception/person/**');
    await context.close();
  });

  test('somebody who has a number today is said to have it; a second one in the room needs a reason', async () => {
    const { page, context } = await desk();
    await scan(page, cccdQr(HUNG));
    await page.getByText('Đang có số 0001').waitFor();
    await page.getByText('Đủ mục').waitFor();
    await page.locator('.rec-room[data-on] input').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Người bệnh đã có số 0001').first().waitFor();
    await page.getByLabel('Cấp thêm số').fill('Mất phiếu');
    await page.locator('.rec-room[data-on] input').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Số vừa cấp').waitFor();
    assert.equal(await given(page), '0002');
    await context.close();
  });

  test('what is missing is named at its field, in the language of the desk', async () => {
    const { page, context } = await desk('/new', DESK, { language: 'en' });
    await page.getByLabel('Full name').fill('Nguyễn Bé');
    await page.getByLabel('Date of birth').fill('05/06/2023');
    await page.getByLabel('Male', { exact: true }).check();
    await page.keyboard.press('Control+Enter');
    await page.getByText('The phone is missing').waitFor();
    await page.getByText('Under 16 a guardian is required').waitFor();
    assert.equal(
      await page
        .getByText(/[ăâđêôơư]/i)
        .filter({ hasText: /^(Chưa|Thiếu|Không)/ })
        .count(),
      0,
    );
    await context.close();
  });
});

describe('layout and accessibility', () => {
  const places = ['', '/new'];
  for (const [name, viewport] of Object.entries({ desk: DESK, phone: PHONE }))
    test(`no serious fault and nothing wider than the ${name}`, async () => {
      for (const path of places) {
        const { page, context } = await desk(path, viewport);
        await page.waitForTimeout(400);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
        assert.deepEqual(
          serious.map((v) => [v.id, v.nodes[0]?.html.slice(0, 160)]),
          [],
        );
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wide <= 0, `${path}: ${wide} px too wide`);
        await context.close();
      }
      const { page, context } = await desk('', viewport);
      await scan(page, cccdQr(HUNG));
      await page.getByText('Mức hưởng').first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      assert.deepEqual(
        serious.map((v) => [v.id, v.nodes[0]?.html.slice(0, 160)]),
        [],
      );
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0);
      await context.close();
    });
});
