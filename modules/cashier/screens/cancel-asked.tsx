import { AlertLine, useCan, useCommand, useSession, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { type ApproveCancelInput, approveCancel, type InvoiceRow } from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { Refusals } from './issues.tsx';

/** Somebody wants a receipt of an earlier day cancelled: who, why, and the word of a second person. */
export function CancelAsked({ invoice }: { readonly invoice: InvoiceRow }): ReactElement {
  const t = useTexts(deskTexts);
  const can = useCan();
  const { user } = useSession();
  const approve = useCommand<ApproveCancelInput, { invoice: string }>(approveCancel.name);
  const mayApprove =
    can('cashier.approve-cancel') && !invoice.cancelApprovedBy && invoice.cancelAskedLogin !== user.account;
  return (
    <>
      <AlertLine
        level="warn"
        what={t('asked', { name: invoice.cancelAskedBy ?? '', reason: invoice.cancelAsked ?? '' })}
        why={invoice.cancelApprovedBy ? t('approvedBy', { name: invoice.cancelApprovedBy }) : t('askApprovalHint')}
        instead={
          mayApprove
            ? { label: t('approve'), run: () => void (approve.running || approve.run({ invoice: invoice.key })) }
            : undefined
        }
      />
      <Refusals issues={approve.issues} />
    </>
  );
}
