import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { unsettle } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, Encounter, Invoice } from '@mach/fhir/types.ts';
import { EXT } from '@mach/vn/systems.ts';
import type { CancelInvoiceResult } from '../contract.ts';
import { cancelInvoiceInput } from '../inputs.ts';
import { CASHIER_EXT, invoiceFacts } from '../read.ts';
import { refundsOf, reversal } from '../rules/payment.ts';
import { tally } from '../rules/shift.ts';
import { cancelRequestOf } from './approve.ts';
import { deskOf } from './desk.ts';
import { freeTransfer } from './transfer.ts';

export const cancelInvoiceCommand = defineCommand({
  name: 'cashier.cancelInvoice',
  kind: 'intent',
  permission: 'cashier.cancel',
  title: { vi: 'Huỷ phiếu thu', en: 'Cancel an invoice' },
  input: cancelInvoiceInput,
  async handle(input, ctx): Promise<CancelInvoiceResult> {
    const known = invoiceFacts(await ctx.read<Invoice>('Invoice', input.invoice));
    // The visit first, as in every deed on it; then the invoice, as it is now.
    const encounter = await ctx.lock<Encounter>('Encounter', known.encounter);
    const invoice = await ctx.lock<Invoice>('Invoice', input.invoice);
    if (invoice.status === 'cancelled')
      throw refuse(
        409,
        'already-cancelled',
        { vi: `Phiếu thu ${known.number} đã huỷ rồi`, en: `Invoice ${known.number} is cancelled already` },
        { field: 'invoice', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    refuseAlone(ctx, invoice);
    const back = reversal(await ctx.movements(`Invoice/${invoice.id}`), invoice.id, ctx.actor.login);
    const refunds = refundsOf(back);
    const { shift } = await deskOf(
      ctx,
      refunds.some((one) => one.method === 'cash'),
    );
    const overDesk = refunds.filter(({ method }) => method !== 'deposit' && method !== 'transfer');
    ctx.post([...back, ...tally(shift, 'cancel', overDesk, `Invoice/${invoice.id}`)]);
    for (const { transfer, amount } of known.paid)
      if (transfer !== undefined) await freeTransfer(ctx, transfer, amount);
    await reopenLines(ctx, encounter.id, invoice);
    // What waited for the patient goes back with the rest.
    const extension = invoice.extension?.filter((e) => e.url !== CASHIER_EXT.refundDue);
    ctx.correct<Invoice>({ ...invoice, extension, status: 'cancelled', cancelledReason: input.reason }, input.reason);
    const { state } = await ctx.call(unsettle, { encounter: encounter.id, invoice: invoice.id, reason: input.reason });
    const patient = invoice.subject?.reference?.split('/')[1] ?? '';
    ctx.emit('cashier.cancelled', { encounter: encounter.id, patient, invoice: invoice.id, reason: input.reason });
    return { encounter: encounter.id, state, invoice: invoice.id, refunds };
  },
});

/** @throws Problem 409 for a receipt of an earlier day on which no second person has agreed */
function refuseAlone(ctx: CommandContext, invoice: Invoice): void {
  if (localDate(invoice.date ?? ctx.now) === localDate(ctx.now)) return;
  const approved = cancelRequestOf(invoice).approvedLogin;
  if (approved !== undefined && approved !== ctx.actor.login) return;
  throw refuse(
    409,
    'second-person',
    {
      vi: 'Phiếu thu của ngày trước: cần người thứ hai đồng ý mới huỷ được',
      en: 'A receipt of an earlier day: a second person must agree before it is cancelled',
    },
    {
      field: 'invoice',
      remedy: { vi: 'Gửi đề nghị huỷ kèm lý do cho người duyệt', en: 'Ask for it with a reason; another one approves' },
    },
  );
}

/** The invoice's lines are open again, without their shares. */
async function reopenLines(ctx: CommandContext, encounter: string, invoice: Invoice): Promise<void> {
  const billed = new Set(invoice.lineItem?.map((line) => line.chargeItemReference?.reference));
  for (const item of await ctx.referring<ChargeItem>('ChargeItem.context', encounter))
    if (billed.has(`ChargeItem/${item.id}`) && item.status === 'billed')
      ctx.update<ChargeItem>({
        ...item,
        status: 'billable',
        extension: item.extension?.filter((e) => e.url !== EXT.payment),
      });
}
