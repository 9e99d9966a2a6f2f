import pg from 'pg';
import { MODULES } from '../../apps/server/house.ts';
import { openDesks } from '../../apps/server/testing/desk.ts';

/** Whoever opens a clinic does everything in it. */
const ROLES = ['clinic', 'administrator', 'reception', 'nurse', 'doctor', 'pharmacist', 'cashier'];

/** A facility in clinic mode, which the demo hospital is not: one person, one screen. */
export async function openClinic() {
  const desks = await openDesks(MODULES, {
    before: async (house) => {
      house.engine.settings(1).set('clinic.mode', true);
      const owner = new pg.Client({ connectionString: house.ownerUrl });
      await owner.connect();
      await owner.query(
        `update system.membership set roles = $1 where account = (select id from system.account where login = 'bacsi')`,
        [ROLES],
      );
      await owner.end();
    },
  });
  try {
    const { page } = await desks.desk('bacsi', '/clinic/new');
    await page.locator('.w-place .m-frame').waitFor();
    await page.locator('.m-skeleton').first().waitFor({ state: 'detached' });
    return { page, close: desks.close };
  } catch (error) {
    await desks.close();
    throw error;
  }
}
