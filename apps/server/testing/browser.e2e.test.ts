import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { launchBrowser } from './browser.ts';

const ARTIFACTS = resolve(import.meta.dirname, '..', '..', '..', 'artifacts');
const SENTENCE = 'Phiếu khám bệnh: Nguyễn Thị Thảo, 62 tuổi — đường huyết 7,2 mmol/L, uống ngày 2 lần';

test('the browser for tests runs scripts, fetches from a server and draws Vietnamese', async (t) => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/data' ? 'application/json' : 'text/html; charset=utf-8');
    response.end(
      request.url === '/data'
        ? '{"room":"Phòng khám 305"}'
        : `<html lang="vi"><p>${SENTENCE}</p><canvas width="300" height="60"></canvas></html>`,
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 900, height: 200 } });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  assert.equal(await page.textContent('p'), SENTENCE);
  assert.equal(
    await page.evaluate(async () => ((await (await fetch('/data')).json()) as { room: string }).room),
    'Phòng khám 305',
  );

  // A font without the letters draws the same empty box for each of them.
  const drawn = await page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return [];
    return ['ễ', 'ặ', 'ữ', 'ợ', 'Đ', '\u{10FFFD}'].map((letter) => {
      context.clearRect(0, 0, 300, 60);
      context.font = '40px sans-serif';
      context.fillText(letter, 10, 45);
      return canvas.toDataURL();
    });
  });
  assert.equal(new Set(drawn).size, 6, 'every letter looks different, and none looks like a missing one');
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, 'browser.png') });
});
