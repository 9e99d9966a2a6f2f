/** A cashier's day for database tests: an account at a bank, a seller of e-invoices, people who sign in. */
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { type Actor, defineModule } from '@mach/engine';
import pharmacy from '@mach/pharmacy/module.ts';
import { readBalances } from '@mach/store';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import cashier from '../module.ts';
import { furnish } from '../testing.ts';

const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

export const BANK = {
  bank: '970436',
  bankName: 'Vietcombank',
  account: '0123456789',
  holder: 'BENH VIEN MAU',
  secret: 's3cret',
};
export const SELLER = { taxCode: '0101234567', name: 'Bệnh viện Mẫu', address: '1 Phố Huế, Hà Nội' };

export interface Day extends TestEngine {
  /** Somebody who signed in: no program's own work, so cash needs a shift. */
  person(login: string, role?: string): Actor;
  money(ledger?: string): Promise<Record<string, string>>;
}

export async function openDay(t: Parameters<typeof testEngine>[0]): Promise<Day> {
  const h = await testEngine(t, [fixtures, roles, encounter, cashier, pharmacy]);
  await furnish(h);
  const settings = h.engine.settings(1) as Map<string, unknown>;
  settings.set('cashier.bank', BANK);
  settings.set('cashier.e-invoice', SELLER);
  return {
    ...h,
    person: (login, role = 'cashier') => ({ ...h.actor(role), id: `account-${login}`, login, name: login }),
    money: async (ledger = 'money') =>
      Object.fromEntries(
        (await readBalances(h.engine.database.tenant(1), ledger, '')).map((b) => [b.account, b.balance.toString()]),
      ),
  };
}
