import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { readView } from '@mach/engine';
import { useIdentityKey } from '@mach/engine/identity/sealing.ts';
import { cccdQr, LAN } from '@mach/reception/testing.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { MODULES } from './house.ts';
import { type Desks, openDesks } from './testing/desk.ts';
import { looksRight, PATIENCE, PHONE, picture, scan, takeSeat } from './testing/hands.ts';

const NOW = '2026-11-24T01:00:00.000Z';

/** The line between the desks and their server: it can be cut, and mended at the same address. */
class Line {
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  constructor(to: number) {
    this.#to = to;
  }
  async mend(): Promise<void> {
    const server = createServer((near) => {
      // Somebody who was at the door when the line was cut stays outside.
      if (this.#server !== server) {
        near.destroy();
        return;
      }
      const far = connect(this.#to, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    this.#server = server;
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(this.#port, '127.0.0.1', done);
    });
    this.#port = (server.address() as AddressInfo).port;
  }
  /** The door is shut at once; nobody is waited for. */
  cut(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }
  get base(): string {
    return `http://127.0.0.1:${this.#port}`;
  }
}

let desks: Desks;
let line: Line;

before(async () => {
  desks = await openDesks(MODULES, {
    name: 'offline',
    before: async (house) => {
      useIdentityKey(house.engine, Buffer.alloc(32, 7));
      house.clock.set(NOW);
    },
  });
  line = new Line(Number(new URL(desks.base).port));
  await line.mend();
});
after(async () => {
  line?.cut();
  await desks?.close();
});

/** What the device keeps: entries by kind, blocks by series, seats. */
const kept = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((done, fail) => {
      const asking = indexedDB.open('mach-desk', 1);
      asking.onsuccess = () => done(asking.result);
      asking.onerror = () => fail(asking.error);
    });
    const all = (name: string): Promise<{ kind?: string; series?: string; id: string }[]> =>
      new Promise((done) => {
        const asking = database.transaction(name).objectStore(name).getAll();
        asking.onsuccess = () => done(asking.result);
      });
    const count: Record<string, number> = { act: 0, seats: (await all('seats')).length };
    for (const one of [...(await all('sealed')), ...(await all('blocks'))]) {
      const name = one.kind ?? one.series ?? '';
      count[name] = (count[name] ?? 0) + 1;
      const view = /"([a-z]+\.[a-z]+)"/.exec(one.id)?.[1];
      if (view) count[view] = 1;
    }
    database.close();
    return count;
  });

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    assert.ok(Date.now() < end, what);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** A desk that is ready for the hour: its files, its rows and its numbers are on the device. */
async function seat(account: string, path: string, needs: readonly string[], viewport?: typeof PHONE) {
  const context = await takeSeat(desks.browser, line.base, account, {
    now: NOW,
    context: { serviceWorkers: 'allow' },
    ...(viewport ? { viewport } : {}),
  });
  const page = await context.newPage();
  await page.goto(`${line.base}${path}`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await until(`${account} is ready: ${needs}`, async () => {
    const has = await kept(page);
    return needs.every((one) => (has[one] ?? 0) > 0);
  });
  return { context, page };
}

const gone = (page: Page): Promise<void> => page.locator('[data-gone="server"]').waitFor();

async function signOut(page: Page): Promise<void> {
  await page.locator('.w-top-user').click();
  await page.getByText('Đăng xuất', { exact: true }).click();
}

test('an hour without the server: reception, vital signs and the till go on, and everything is handed in once', async () => {
  const open: BrowserContext[] = [];
  const sit = async (...args: Parameters<typeof seat>): Promise<Page> => {
    const { context, page } = await seat(...args);
    open.push(context);
    return page;
  };
  const desk = await sit('tiepdon', '/reception', ['queue', 'reception.rooms', 'codes']);
  const nurse = await sit('dieuduong', '/vitals', ['codes', 'outpatient.queue'], PHONE);
  const till = await sit('thungan', '/cashier', ['receipt', 'cashier.queue']);
  const opened = await till.request.post(`${line.base}/api/commands/cashier.openShift`, {
    headers: { 'idempotency-key': 'shift-of-the-morning' },
    data: { float: 0 },
  });
  assert.equal(opened.status(), 200);

  line.cut();
  for (const page of [desk, nurse, till]) {
    await page.reload();
    await gone(page);
  }

  // Reception: the card is read here, the number comes out of the desk's own block.
  await desk.getByLabel('Họ tên').waitFor();
  await scan(desk, cccdQr(LAN));
  await desk.waitForFunction(() => document.querySelector<HTMLInputElement>('.rec-away input[value="Trần Thị Lan"]'));
  await desk.locator('.rec-away select').selectOption('room-305');
  await desk.getByLabel('Lý do đến khám').fill('Ho, sốt hai ngày');
  await desk.getByLabel('Điện thoại').fill('0912345678');
  await looksRight(desk, 'offline-reception');
  await desk.getByRole('button', { name: /Cấp số giấy/ }).click();
  const ticket = (await desk.locator('[data-away-ticket]').getAttribute('data-away-ticket')) ?? '';
  assert.match(ticket, /^G\d{4}$/);

  // The nurse knows the person by the ticket alone.
  await nurse.getByRole('button', { name: 'Số giấy' }).click();
  await nurse.getByLabel('Số trên phiếu').fill(ticket);
  await nurse.getByLabel('Họ tên').fill('TRẦN THỊ LAN');
  await nurse.getByLabel('Ngày sinh').fill('14/07/1964');
  await nurse.getByRole('button', { name: 'Đo sinh hiệu' }).click();
  for (const [label, value] of [
    ['HA tâm thu', '128'],
    ['HA tâm trương', '76'],
    ['Mạch', '78'],
    ['Nhiệt độ', '37,9'],
  ] as const)
    await nurse.getByLabel(label, { exact: true }).fill(value);
  await looksRight(nurse, 'offline-vitals');
  await nurse.keyboard.press('Control+Enter');
  await nurse.getByText(/Đã giữ trên máy sinh hiệu/).waitFor();

  // The cashier takes cash against a numbered receipt.
  await till.getByRole('button', { name: 'Số giấy' }).click();
  await till.getByLabel('Số trên phiếu').fill(ticket);
  await till.getByLabel('Họ tên').fill('TRẦN THỊ LAN');
  await till.getByLabel('Số tiền thu').fill('150000');
  await picture(till, 'offline-cashier');
  await till.getByRole('button', { name: /lấy số biên lai/ }).click();
  const receipt = (await till.locator('[data-away-receipt]').getAttribute('data-away-receipt')) ?? '';
  assert.match(receipt, /^BG26-\d{6}$/);

  // A power cut at the desk: what was done is still there, and what waits is said.
  await desk.reload();
  await desk.locator('[data-gone="server"]', { hasText: '1 việc trên máy' }).click();
  await desk.getByText('Trên máy', { exact: true }).waitFor();
  await looksRight(desk, 'offline-drawer');

  await line.mend();
  for (const page of [desk, nurse, till])
    await until('everything is handed in', async () => (await kept(page)).act === 0);

  const read = (view: string, role: string) => readView(desks.house.engine, desks.house.actor(role), view, {});
  const { rows: people } = await read('outpatient.queue', 'nurse');
  assert.deepEqual(
    people.map((row) => [row.queueNumber, row.name, row.vitalsAt !== null]),
    [[ticket, 'Trần Thị Lan', true]],
    'one visit under the number of the paper, measured',
  );
  const { rows: deposits } = await read('cashier.deposits', 'cashier');
  assert.deepEqual(
    deposits.map((row) => row.amount),
    [150_000],
  );
  const { rows: blocks } = await read('desk.blocks', 'administrator');
  const used = blocks.flatMap((row) =>
    (JSON.parse(String(row.spent)) as { number: string }[]).map((one) => one.number),
  );
  assert.deepEqual(used.toSorted(), [receipt, ticket].toSorted());

  // Whoever leaves takes the key along, and gives the numbers back that no paper carries.
  await desk.keyboard.press('Escape');
  await signOut(desk);
  await desk.getByLabel('Mật khẩu').waitFor();
  await until('nothing to read is left', async () => {
    const has = await kept(desk);
    return has.seats === 0 && (has.view ?? 0) === 0 && (has.queue ?? 0) === 0;
  });
  const free = (await read('desk.blocks', 'administrator')).rows.filter((row) => row.state === 'free');
  assert.deepEqual(
    free.map((row) => row.series),
    ['queue'],
  );
  for (const context of open) await context.close();
});
