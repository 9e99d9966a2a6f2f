import { formatMoney } from '@mach/base/number-input.ts';
import { refuse } from '@mach/base/problem.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { Encounter, Invoice } from '@mach/fhir/types.ts';
import type { PayRefundResult } from '../contract.ts';
import { payRefundInput } from '../inputs.ts';
import { invoiceFacts, refundDueOf } from '../read.ts';
import { refundedInvoice, refundMovement } from '../rules/adjust.ts';
import { tally } from '../rules/shift.ts';
import { deskOf, paperNumber } from './desk.ts';

export const payRefundCommand = defineCommand({
  name: 'cashier.payRefund',
  kind: 'intent',
  permission: 'cashier.refund',
  title: { vi: 'Hoàn tiền', en: 'Hand out a refund' },
  input: payRefundInput,
  async handle(input, ctx): Promise<PayRefundResult> {
    const known = invoiceFacts(await ctx.read<Invoice>('Invoice', input.invoice));
    await ctx.lock<Encounter>('Encounter', known.encounter);
    const invoice = await ctx.lock<Invoice>('Invoice', input.invoice);
    const due = refundDueOf(invoice);
    if (due === 0)
      throw refuse(
        409,
        'no-refund',
        { vi: `Phiếu thu ${known.number} không còn tiền chờ hoàn`, en: `Nothing waits on invoice ${known.number}` },
        { field: 'invoice', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    if (due !== input.expectedAmount)
      throw refuse(
        409,
        'refund-changed',
        {
          vi: `Số hoàn là ${formatMoney(due)}, không phải ${formatMoney(input.expectedAmount)}`,
          en: `The refund is ${formatMoney(due)}, not ${formatMoney(input.expectedAmount)}`,
        },
        { field: 'expectedAmount', remedy: { vi: 'Đọc lại số mới cho người bệnh', en: 'Read the new amount out' } },
      );
    const { method, reference } = input;
    const { shift } = await deskOf(ctx, method === 'cash');
    const number = await paperNumber(ctx, 'PC', 'refund');
    ctx.post([
      refundMovement({
        encounter: known.encounter,
        invoice: invoice.id,
        login: ctx.actor.login,
        method,
        amount: due,
      }),
      ...tally(shift, 'refund', [{ method, amount: due }], `Invoice/${invoice.id}`),
    ]);
    const by = ctx.actor.login;
    ctx.correct<Invoice>(
      refundedInvoice(invoice, { number, method, reference, by, at: ctx.performedAt }),
      `Hoàn tiền ${number}`,
    );
    const patient = invoice.subject?.reference?.split('/')[1] ?? '';
    ctx.emit('cashier.refunded', { encounter: known.encounter, patient, invoice: invoice.id, amount: due });
    return { encounter: known.encounter, invoice: invoice.id, refundNumber: number, amount: due };
  },
});
