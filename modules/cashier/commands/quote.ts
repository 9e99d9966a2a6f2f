import { refuse } from '@mach/base/problem.ts';
import { VISIT_LABELS, type VisitState, visitStateOf } from '@mach/encounter/contract.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { Bill } from '../contract.ts';
import { quoteInput } from '../inputs.ts';
import { computeBill } from '../rules/bill.ts';
import { visitFacts } from './facts.ts';

/** States whose bill is closed: it is read from the invoice, never computed again. */
export const CLOSED: readonly VisitState[] = ['settled', 'closed', 'transferred', 'died'];

export const quoteCommand = defineCommand({
  name: 'cashier.quote',
  kind: 'intent',
  permission: 'cashier.quote',
  title: { vi: 'Tính bảng kê', en: 'Compute the bill' },
  input: quoteInput,
  async handle(input, ctx): Promise<Bill> {
    const facts = await visitFacts(ctx, input.encounter, false);
    refuseClosed(visitStateOf(facts.encounter));
    return computeBill(facts).bill;
  },
});

/** @throws Problem 409 when the visit is settled already, or is no visit of this house. */
export function refuseClosed(state: VisitState | undefined): void {
  if (state === undefined)
    throw refuse(
      409,
      'foreign-visit',
      {
        vi: 'Lượt khám này được nhập từ nơi khác, không thu tiền ở đây',
        en: 'This visit was imported; nothing is charged here',
      },
      {
        field: 'encounter',
        remedy: { vi: 'Tìm lượt khám mở tại cơ sở này', en: 'Find the visit that was opened in this house' },
      },
    );
  if (CLOSED.includes(state))
    throw refuse(
      409,
      'already-settled',
      {
        vi: `Lượt khám đã quyết toán (${VISIT_LABELS[state].vi})`,
        en: `The visit is settled already (${VISIT_LABELS[state].en})`,
      },
      {
        field: 'encounter',
        remedy: {
          vi: 'Xem phiếu thu đã lập; muốn thu lại thì huỷ phiếu thu kèm lý do',
          en: 'See its invoice; to settle again, cancel that with a reason',
        },
      },
    );
}
