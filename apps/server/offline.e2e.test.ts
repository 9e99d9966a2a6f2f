import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openVisit, startExam } from '@mach/encounter/contract.ts';
import { fixtures, person, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import { useIdentityKey } from '@mach/engine/identity/sealing.ts';
import { type Citizen, cccdQr, LAN } from '@mach/reception/testing.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { MODULES } from './house.ts';
import { type Desks, openDesks } from './testing/desk.ts';
import { looksRight, PATIENCE, PHONE, picture, scan, takeSeat } from './testing/hands.ts';
import { Line } from './testing/line.ts';

const NOW = '2026-11-24T01:00:00.000Z';

let desks: Desks;
let line: Line;

before(async () => {
  desks = await openDesks([...MODULES, fixtures], {
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
      if (one.id.includes('in-exam')) count['in-exam'] = 1;
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

/** Reception without its server: the card is read on the device, the number comes out of the desk's own block. */
async function paperTicket(desk: Page, who: Citizen, reason: string, look?: string): Promise<string> {
  await scan(desk, cccdQr(who));
  const name = who.name.toLocaleLowerCase('vi');
  await desk.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll<HTMLInputElement>('.rec-away input')].some(
        (one) => one.value.toLocaleLowerCase('vi') === wanted,
      ),
    name,
  );
  await desk.locator('.rec-away select').selectOption('room-305');
  await desk.getByLabel('Lý do đến khám').fill(reason);
  await desk.getByLabel('Điện thoại').fill('0912345678');
  if (look) await looksRight(desk, look);
  await desk.getByRole('button', { name: /Cấp số giấy/ }).click();
  return (await desk.locator('[data-away-ticket]').getAttribute('data-away-ticket')) ?? '';
}

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
  const ticket = await paperTicket(desk, LAN, 'Ho, sốt hai ngày', 'offline-reception');
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

test('an hour without the server: the doctor goes on, and neither a desk that was off nor a new version loses what waits', async () => {
  const THU = { ...LAN, number: '001181023456', name: 'LÝ THỊ THU', born: '09031981' };
  const { house } = desks;
  const address = [{ text: 'Phường Ba Đình, Hà Nội' }];
  await writeFixtures(house, { ...person('p-mai', 'Đỗ Thị Mai', '1979-05-02', 'female'), address });
  const visit = await house.send(
    openVisit,
    { patient: 'p-mai', room: 'room-305', reason: 'Đau họng', payer: 'fee' },
    'reception',
  );
  const doctor = house.actor('doctor', { practitioner: 'prac-bacsi' });
  await house.send(startExam, { encounter: visit.encounter }, doctor);
  const open = [
    await seat('tiepdon', '/reception', ['queue', 'reception.rooms', 'codes']),
    await seat('bacsi', `/kham/visit/${visit.encounter}`, ['note', 'codes', 'outpatient.queue']),
    await seat('thungan', '/cashier', ['receipt', 'cashier.queue', 'in-exam']),
  ] as const;
  const [{ page: desk, context: machine }, { page: room }, { page: till }] = open;
  const note = room.locator('[data-anchor="2"] textarea').first();
  await note.waitFor();
  // A search of the morning is what the desk knows of the formulary.
  const drug = room.locator('[data-anchor="5"] input').first();
  const option = room.locator('.m-popup [role="option"]', { hasText: 'paracetamol 500' }).first();
  await drug.fill('paracetamol 500');
  await option.waitFor();
  await drug.fill('');

  // It may be open from the story before.
  const headers = { 'idempotency-key': 'shift-of-the-second-story' };
  await till.request.post(`${line.base}/api/commands/cashier.openShift`, { headers, data: { float: 0 } });

  line.cut();
  await gone(room);
  await note.fill('Đau họng 2 ngày, không sốt');
  await drug.fill('paracetamol 500');
  await option.click();
  await room.locator('.doc-dose input').fill('1v x 3 5n');
  await room.keyboard.press('Enter');
  await room.locator('.doc-rx-line', { hasText: 'paracetamol' }).waitFor();
  await room.getByRole('button', { name: 'Đơn giấy có số' }).click();
  const words = room.getByLabel('Nội dung đơn');
  assert.match(await words.inputValue(), /paracetamol 500 mg.*MỖI LẦN 1 viên.*ngày 3 lần.*5 ngày.*tổng 15 viên/);
  await looksRight(room, 'offline-doctor');
  await room.getByRole('button', { name: 'Lấy số, giữ trên máy' }).click();
  const paper = (await room.locator('[data-away-note]').getAttribute('data-away-note')) ?? '';
  assert.match(paper, /\d{3,}$/);

  // Somebody comes whom nobody knows but reception's paper; that machine is switched off before the server is back.
  await desk.reload();
  await gone(desk);
  await desk.getByLabel('Họ tên').waitFor();
  const ticket = await paperTicket(desk, THU, 'Ho');
  await desk.close();

  // The visit of the list pays in cash; the one of the paper is written for.
  await gone(till);
  await till.reload();
  await gone(till);
  await till.getByRole('button', { name: 'Đang khám' }).click();
  await till.locator('.m-workitem', { hasText: 'Mai' }).click();
  await till.getByLabel('Số tiền thu').fill('200000');
  await till.getByRole('button', { name: /lấy số biên lai/ }).click();
  const receipt = (await till.locator('[data-away-receipt]').getAttribute('data-away-receipt')) ?? '';
  await room.goto(`${line.base}/kham`);
  await gone(room);
  await room.getByLabel('Số trên phiếu').fill(ticket);
  await room.getByLabel('Họ tên').fill('LÝ THỊ THU');
  await room.getByLabel('Nội dung đơn').fill('Amoxicilin 500 mg, mỗi lần 1 viên, ngày 2 lần, 7 ngày, tổng 14 viên');
  await room.getByRole('button', { name: 'Lấy số, giữ trên máy' }).click();
  const second = (await room.locator('[data-away-note]').getAttribute('data-away-note')) ?? '';

  await line.mend();
  await until('the till has handed in', async () => (await kept(till)).act === 0);
  await until('what needs no other desk is handed in', async () => (await kept(room)).act === 1);

  // A new version comes while the other note waits for its ticket: it takes over, the page is loaded anew.
  const took = await room.evaluate(async () => {
    const next = await navigator.serviceWorker.register('/worker.js?next');
    const installing = next.installing ?? next.waiting;
    const changed = new Promise<void>((done) =>
      navigator.serviceWorker.addEventListener('controllerchange', () => done(), { once: true }),
    );
    await new Promise<void>((done) => {
      const look = (): void => {
        if (installing?.state === 'installed' || installing?.state === 'activated') done();
      };
      installing?.addEventListener('statechange', look);
      look();
    });
    next.waiting?.postMessage('take-over');
    await changed;
    return navigator.serviceWorker.controller?.scriptURL ?? '';
  });
  assert.match(took, /\?next$/);
  await room.reload();
  assert.equal((await kept(room)).act, 1, 'what waited still waits');

  const again = await machine.newPage();
  await again.goto(`${line.base}/reception`);
  await until('the machine that was off hands in', async () => (await kept(again)).act === 0);
  await until('and so does the doctor', async () => (await kept(room)).act === 0);

  const read = async (view: string, role: string) => (await readView(house.engine, house.actor(role), view, {})).rows;
  const notes = (await read('desk.notes', 'doctor')).filter((row) => [paper, second].includes(String(row.number)));
  assert.deepEqual(
    notes.map((row) => [row.number, row.name, row.state]).toSorted(),
    [
      [paper, 'Đỗ Thị Mai', 'open'],
      [second, 'LÝ THỊ THU', 'open'],
    ],
    'each paper once, to be entered and signed by the doctor',
  );
  assert.ok(
    notes.every((row) => row.encounter !== null),
    'both stand at their visits',
  );
  const paid = (await read('cashier.deposits', 'cashier')).filter((row) => row.encounter === visit.encounter);
  assert.deepEqual(
    paid.map((row) => row.amount),
    [200_000],
  );
  const spent = (await read('desk.blocks', 'administrator')).flatMap(
    (row) => JSON.parse(String(row.spent)) as { number: string; record?: string }[],
  );
  assert.deepEqual(
    spent.filter((one) => one.number === receipt).map((one) => one.record),
    [`Basic/${paid[0]?.key}`],
    'the number of the paper receipt stands for that cash',
  );

  // The draft of the open record is there to be checked and signed, with the paper above it.
  await room.goto(`${line.base}/kham/visit/${visit.encounter}`);
  await room.locator('.doc-rx-line', { hasText: 'paracetamol' }).waitFor();
  await room.getByText(`Đơn giấy ${paper}`).first().waitFor();
  await until('the note is there', async () => (await note.inputValue()) === 'Đau họng 2 ngày, không sốt');
  for (const { context } of open) await context.close();
});
