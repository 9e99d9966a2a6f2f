import { type OpenShiftInput, type OpenShiftResult, openShift, type ShiftRow } from '@mach/cashier/contract.ts';
import { AlertLine, useCommand, useSession, useTexts, useView } from '@mach/ui';
import type { ReactElement } from 'react';
import { texts } from './texts.ts';

export interface MyShift {
  /** null: none is open; undefined: not known yet. */
  readonly row: ShiftRow | null | undefined;
  /** Opens one with an empty drawer: what lies in it at the start is counted at the end of the day. */
  readonly open: () => void;
}

export function useMyShift(): MyShift {
  const { user } = useSession();
  const mine = useView<ShiftRow>(
    'cashier.shifts',
    { login: user.account, state: 'open' },
    { sort: '-openedAt', limit: 1 },
  );
  const open = useCommand<OpenShiftInput, OpenShiftResult>(openShift.name);
  return {
    row: mine.state === 'loading' ? undefined : (mine.rows[0] ?? null),
    open: () => void (open.running || open.run({ float: 0 })),
  };
}

/** Cash needs somebody who counts it at the end: one key opens the shift. */
export function ShiftNeeded({ shift }: { readonly shift: MyShift }): ReactElement {
  const t = useTexts(texts);
  return <AlertLine level="warn" what={t('shiftNeeded')} instead={{ label: t('openShift'), run: shift.open }} />;
}
