import type { Table } from '@mach/engine/module.ts';
import { DEPOSIT_LEDGER, heldAccount } from '../rules/payment.ts';

/** What is held in advance, a row for a visit; filter by `encounter`. */
export const advancesTable: Table = {
  name: 'cashier.advances',
  permission: 'cashier.read',
  title: { vi: 'Tạm ứng đang giữ', en: 'Deposits held' },
  async read(source, query) {
    const wanted = query.filters?.find((f) => f.column === 'encounter')?.values ?? [''];
    const prefix = heldAccount('');
    const found = await Promise.all(wanted.map((id) => source.balances(DEPOSIT_LEDGER, heldAccount(id))));
    return found.flat().flatMap(({ account, balance }) => {
      const encounter = account.slice(prefix.length);
      const other = wanted[0] !== '' && !wanted.includes(encounter);
      return other || balance.isZero() ? [] : [{ key: encounter, encounter, held: balance.toNumber() }];
    });
  },
};
