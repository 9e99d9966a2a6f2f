import { Problem, refuse } from '@mach/base/problem.ts';
import { cancelOrder, chargeFacts, idOf } from '@mach/encounter/contract.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem } from '@mach/fhir/types.ts';
import { declineLine } from '@mach/pharmacy/contract.ts';
import { creditReturn, type RefundLineResult } from '../contract.ts';
import { refundLineInput } from '../inputs.ts';

/** An order is taken back by its own rules: what was performed must be paid. Drugs: what was not handed over. */
export const refundLineCommand = defineCommand({
  name: 'cashier.refundLine',
  kind: 'intent',
  permission: 'cashier.refund-line',
  title: { vi: 'Hoàn một dòng', en: 'Refund one line' },
  input: refundLineInput,
  async handle(input, ctx): Promise<RefundLineResult> {
    const item = await ctx.read<ChargeItem>('ChargeItem', input.chargeItem);
    const charge = chargeFacts(item);
    const encounter = idOf(item.context) ?? '';
    if (item.status !== 'billed')
      throw refuse(
        409,
        'not-billed',
        { vi: `"${charge.text}" chưa thu tiền, không có gì để hoàn`, en: `"${charge.text}" is not paid for` },
        { field: 'chargeItem', remedy: { vi: 'Tải lại bảng kê', en: 'Reload the bill' } },
      );
    const [type = '', source = ''] = (charge.source ?? '').split('/');
    if (type === 'MedicationRequest') {
      const { quantity, reason } = input;
      const done = await ctx.call(declineLine, { medicationRequest: source, quantity, reason });
      return { encounter, invoice: done.invoice, refund: done.refund };
    }
    if (type !== 'ServiceRequest' || input.quantity !== undefined)
      throw new Problem(422, [
        {
          severity: 'error',
          code: 'line-whole',
          field: 'quantity',
          text: { vi: 'Dịch vụ chỉ hoàn cả dòng', en: 'A service is refunded whole' },
          remedy: { vi: 'Bỏ số lượng', en: 'Leave the quantity out' },
        },
      ]);
    await ctx.call(cancelOrder, { order: source, reason: input.reason });
    const done = await ctx.call(creditReturn, {
      encounter,
      items: [{ source: charge.source ?? '', quantity: charge.quantity }],
      record: `ServiceRequest/${source}`,
      reason: input.reason,
    });
    return { encounter, invoice: done.invoice, refund: done.refund };
  },
});
