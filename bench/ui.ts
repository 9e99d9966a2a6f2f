import { launchBrowser } from '../apps/server/testing/browser.ts';
import { settled } from '../apps/server/testing/hands.ts';
import { keysToPaint, shiftOf, switchTo, watchPages } from '../apps/server/testing/latency.ts';
import { openHospital } from '../apps/web/journeys/hospital.ts';
import { atWork, type Staff } from '../apps/web/journeys/testing/staff.ts';
import { report, spread } from './lib/report.ts';

/** Who works where in the demo hospital: each opens the screen, and what of it has the focus is typed into. */
const PLACES = [
  ['tiepdon', '/reception', '.m-scan input'],
  ['bacsi', '/kham', ''],
  ['thungan', '/cashier', ''],
  ['duocsi', '/pharmacy', ''],
  ['dieuduong', '/vitals', ''],
  ['giamdoc', '/overview', ''],
] as const;
const SWITCHES = 24;
const NOTE = 'Uống thuốc đều, không đau ngực, không khó thở, ăn ngủ được, đi lại bình thường. ';

function times(name: string, list: readonly number[]): void {
  const { p50, p95, p99 } = spread(list);
  report({ name, value: p95, unit: 'ms p95', ratio_to_limit: null, n: list.length, p50, p95, p99, errors: 0 });
}

/** Opens the doctor's next patient and types into the note. */
async function note(doctor: Staff): Promise<number[]> {
  const { page } = doctor;
  await page.locator('.m-workitem').first().waitFor();
  await doctor.press('F2');
  const area = page.locator('[data-anchor="2"] textarea');
  await area.waitFor();
  await area.click();
  return keysToPaint(page, NOTE.repeat(2));
}

/**
 * What hands and eyes notice, in a hospital that has been working: key to paint (budget 50 ms p95), page switch (150 ms),
 * first usable screen, and what moves by itself.
 */
export async function ui(): Promise<void> {
  const hospital = await openHospital('1');
  const browser = await launchBrowser();
  try {
    for (const [account, path, field] of PLACES) {
      const start = performance.now();
      const staff = await atWork(browser, hospital.base, account, path);
      const { page } = staff;
      await watchPages(staff.context);
      await page.reload();
      await page.locator('.w-place .m-frame').waitFor();
      const usable = performance.now() - start;
      await settled(page);
      report({
        name: `ui: ${path} moves by itself`,
        value: await shiftOf(page),
        unit: 'CLS',
        ratio_to_limit: null,
        n: 1,
        errors: 0,
      });
      report({
        name: `ui: ${path} signed in to usable, twice loaded`,
        value: usable,
        unit: 'ms',
        ratio_to_limit: null,
        n: 1,
        errors: 0,
      });
      if (field) {
        await page.locator(field).focus();
        times(`ui: ${path} key to paint`, await keysToPaint(page, 'nguyen thi huong 1964'));
      }
      if (path === '/kham') times('ui: /kham key to paint, note', await note(staff));
      const rail = await page
        .locator('.w-rail-item')
        .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.workspace ?? ''));
      if (rail.length > 1) {
        for (const id of rail) await switchTo(page, id);
        const all: number[] = [];
        for (let i = 0; i < SWITCHES; i++) all.push(await switchTo(page, rail[i % rail.length] ?? ''));
        times(`ui: ${account} page switch`, all);
      }
      await staff.context.close();
    }
  } finally {
    await browser.close();
    await hospital.stop();
    hospital.remove();
  }
}
