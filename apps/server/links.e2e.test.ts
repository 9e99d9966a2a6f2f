import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import appointment from '@mach/appointment/module.ts';
import desk from '@mach/desk/module.ts';
import { openVisit, startExam } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, writeFixtures } from '@mach/encounter/testing.ts';
import { diagnose, prescribe, recordAllergies } from '@mach/outpatient/contract.ts';
import { nationalSimulator } from '@mach/outpatient/exchange/simulator.ts';
import { outpatientModule } from '@mach/outpatient/module.ts';
import reception from '@mach/reception/module.ts';
import { type Desks, openDesks } from './testing/desk.ts';
import { looksRight, PHONE, takeSeat } from './testing/hands.ts';
import { Line } from './testing/line.ts';

/** The three that can be gone, each by itself: a national service, the internet, the server. */
const NOW = '2026-11-24T01:00:00.000Z';

let desks: Desks;
let line: Line;
let outside: Server;
let port = 0;
/** The gateway of the national prescription system answers. */
let gateway = true;

const listen = (on: Server, at: number): Promise<number> =>
  new Promise((done) => on.listen(at, '127.0.0.1', () => done((on.address() as AddressInfo).port)));

before(async () => {
  outside = createServer((socket) => socket.end());
  port = await listen(outside, 0);
  const { post, ...simulator } = nationalSimulator();
  const transport = {
    ...simulator,
    post: (...of: Parameters<typeof post>) =>
      gateway ? post(...of) : Promise.reject(new TypeError('fetch failed: ECONNREFUSED')),
  };
  const national = outpatientModule({ transport, password: () => 'x' });
  const watched = { ...desk, settings: { ...desk.settings, internetProbe: `127.0.0.1:${port}` } };
  desks = await openDesks([encounter, appointment, reception, national, watched, fixtures], {
    name: 'links',
    linksFresh: 0,
    before: async (house) => {
      house.clock.set(NOW);
    },
  });
  line = new Line(Number(new URL(desks.base).port));
  await line.mend();
});
after(async () => {
  line?.cut();
  outside?.close();
  await desks?.close();
});

/** A prescription is signed, and tried to be sent. */
async function prescription(): Promise<void> {
  const { house } = desks;
  const address = [{ text: 'Phường Ba Đình, Hà Nội' }];
  await writeFixtures(house, { ...person('p-lan', 'Trần Thị Lan', '1964-07-14', 'female'), address });
  const doctor = house.actor('doctor', { practitioner: 'prac-bacsi' });
  const { encounter: visit } = await house.send(
    openVisit,
    { patient: 'p-lan', room: 'room-305', reason: 'Đau đầu', payer: 'fee' },
    'reception',
  );
  await house.send(startExam, { encounter: visit }, doctor);
  await house.send(recordAllergies, { patient: 'p-lan', none: true }, doctor);
  await house.send(diagnose, { encounter: visit, diagnoses: [{ code: 'J06.9', principal: true }] }, doctor);
  const drug = { drug: 'paracetamol-500-mg-v', perDose: '1', timesPerDay: 2, days: 5 };
  await house.send(prescribe, { encounter: visit, lines: [drug], advice: 'Nghỉ ngơi', revisit: '2026-12-01' }, doctor);
  await house.settle();
}

test('the top bar says which is gone: a national service, then the internet, then the server; and that each is back', async () => {
  const { house } = desks;
  const context = await takeSeat(desks.browser, line.base, 'bacsi', { now: NOW });
  const page = await context.newPage();
  await page.goto(`${line.base}/account`);
  const chip = (what: string) => page.locator(`.m-sync[data-gone="${what}"]`);
  /** The desk asks by itself twice a minute; here at once, as it does when a cable is plugged in. */
  const ask = () => page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.locator('.m-sync-ok').waitFor();

  // 1. The national system is silent: its name stands there, and what waits for it in the list.
  gateway = false;
  await prescription();
  await ask();
  await chip('service').waitFor();
  assert.match((await chip('service').textContent()) ?? '', /Không trả lời: Đơn thuốc quốc gia/);
  await chip('service').click();
  await page.getByText('1 tin chờ, đang thử lại').waitFor();
  await looksRight(page, 'links-service');

  // 2. Nothing outside answers any more: that is the graver one.
  await new Promise((done) => outside.close(done));
  await ask();
  await chip('internet').waitFor();
  await looksRight(page, 'links-internet');
  await page.setViewportSize(PHONE);
  await looksRight(page, 'links-internet-phone');

  // 3. The server itself.
  line.cut();
  await ask();
  await chip('server').waitFor();
  await looksRight(page, 'links-server-phone');
  await page.setViewportSize({ width: 1366, height: 768 });
  await looksRight(page, 'links-server');

  // Back, one after the other, in words and without anybody's touch.
  await line.mend();
  await chip('internet').waitFor();
  outside = createServer((socket) => socket.end());
  await listen(outside, port);
  await ask();
  await chip('service').waitFor();
  gateway = true;
  house.clock.advance(30 * 60_000);
  await house.settle();
  await ask();
  await page.locator('.m-sync-ok').waitFor();
  await context.close();
});
