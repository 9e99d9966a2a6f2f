import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OutboxWorker, Reactions, Schedules } from '@mach/engine';
import { dateFollowers, runFollowers, simulate } from '@mach/simulation';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { MODULES } from './house.ts';
import { type Desks, openDesks } from './testing/desk.ts';
import type { TestEngine } from './testing/engine.ts';
import { looksRight, PATIENCE, PHONE } from './testing/hands.ts';

const NOW = '2026-11-24T02:30:00.000Z';
let desks: Desks;

/** A morning at half past nine: people in every step, some bills. */
async function morning({ engine, clock }: TestEngine): Promise<void> {
  const followers = { reactions: [new Reactions(engine, 1)], outboxes: [new OutboxWorker(engine, 1)] };
  dateFollowers(engine, followers);
  await simulate({
    engine,
    tenant: 1,
    seed: 5,
    visits: 6,
    days: ['2026-11-24'],
    fixed: true,
    hours: [7, 9],
    until: NOW,
    together: true,
    follow: (batch) => runFollowers(engine, 1, followers, batch),
  });
  clock.set(NOW);
}

before(async () => {
  desks = await openDesks(MODULES, { name: 'morning', before: morning });
});
after(() => desks?.close());

/** Opens numbers of every panel, one after the other: that each counts its rows is proved on the server. */
async function openSome(page: Page): Promise<void> {
  await page.locator('.ops-page [data-figure]').first().waitFor();
  const found = await page
    .locator('.ops-page [data-figure]')
    .evaluateAll((all) => all.map((one) => [one.getAttribute('data-figure') ?? '', one.getAttribute('data-n') ?? '']));
  assert.ok(found.length >= 20, `${found.length} numbers`);
  const opened = new Map<string, number>();
  for (const [figure = '', n] of found) {
    const group = figure.split(':')[0] ?? '';
    // Two of a kind, full ones first where there are any.
    if (
      (opened.get(group) ?? 0) >= 2 ||
      (n === '0' && found.some(([one, m]) => one?.startsWith(`${group}:`) && m !== '0'))
    )
      continue;
    opened.set(group, (opened.get(group) ?? 0) + 1);
    await page.locator(`.ops-page [data-figure="${figure}"]`).click();
    const rows = page.locator(`.ops-rows[data-figure="${figure}"]`);
    await rows.waitFor({ timeout: PATIENCE });
    assert.equal(await rows.getAttribute('data-rows'), n, `${figure} opens as many rows as it says`);
    await page.keyboard.press('Escape');
    await rows.waitFor({ state: 'detached' });
  }
  for (const panel of ['claims', 'clocks', 'day', 'money', 'stock', 'stuck']) assert.ok(opened.has(panel), panel);
}

test('the director reads the morning; each number opens exactly its rows', async () => {
  const desk = await desks.desk('giamdoc', '/overview');
  await openSome(desk.page);
  const visits = desk.page.locator('[data-figure="day:visits"]');
  assert.equal(await visits.getAttribute('data-n'), '6');
  await desk.page.setViewportSize(PHONE);
  await desk.page.locator('[data-panel="money"]').waitFor();
  await looksRight(desk.page, 'morning-director-phone');
});

test('the job board runs a timer now, shows what failed, lets it go on and stops it', async () => {
  const { engine, ownerUrl, jobs } = desks.house;
  const schedules = new Schedules(engine);
  await schedules.plan();
  const failed = await jobs.enqueue(1, 'simulate-history', {});
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query(
      `update system.job set state = 'failed', error = 'disk full', finished_at = now() where id = $1`,
      [failed],
    );
  } finally {
    await owner.end();
  }
  const { page } = await desks.desk('quantri', '/jobs');
  const timer = page.getByRole('row', { name: /Khoá sổ hàng đợi/ }).first();
  await timer.getByRole('button', { name: 'Chạy ngay' }).click();
  const running = page.getByRole('region', { name: /Khoá sổ hàng đợi.*Chờ/ });
  await running.waitFor();
  await schedules.jobs.runDue();
  const past = page.getByRole('table', { name: 'Đã chạy' });
  await past.getByText('Khoá sổ hàng đợi của ngày trước').waitFor();
  assert.equal(await running.count(), 0);

  const broken = page.getByRole('region', { name: 'Dựng lịch sử bệnh viện mẫu', exact: true });
  await broken.getByText('disk full').waitFor();
  await looksRight(page, 'job-board');
  await broken.getByRole('button', { name: 'Chạy tiếp' }).click();
  const again = page.getByRole('region', { name: 'Dựng lịch sử bệnh viện mẫu · Chờ' });
  await again.getByRole('button', { name: 'Dừng' }).click();
  await past.getByText('Đã dừng').waitFor();
  await past.getByText(/dừng bởi/).waitFor();
});
