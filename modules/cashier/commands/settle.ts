import { formatMoney } from '@mach/base/number-input.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import { localCompact } from '@mach/base/time.ts';
import {
  defined,
  settle as settleVisit,
  VISIT_LABELS,
  type VisitState,
  visitStateOf,
} from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem } from '@mach/fhir/types.ts';
import type { SettleResult } from '../contract.ts';
import { settleInput } from '../inputs.ts';
import { paymentExtension } from '../read.ts';
import { computeBill, type VisitFacts } from '../rules/bill.ts';
import { invoiceRecord } from '../rules/invoice.ts';
import { takePayments } from '../rules/payment.ts';
import { billMovements, visitFacts } from './facts.ts';
import { refuseClosed } from './quote.ts';

const PAYABLE: readonly VisitState[] = ['awaiting-payment', 'concluded', 'left'];

export const settleCommand = defineCommand({
  name: 'cashier.settle',
  kind: 'intent',
  permission: 'cashier.settle',
  title: { vi: 'Thu tiền và quyết toán', en: 'Take payment and settle' },
  input: settleInput,
  async handle(input, ctx): Promise<SettleResult> {
    const facts = await visitFacts(ctx, input.encounter, true);
    refuseUnpayable(visitStateOf(facts.encounter));
    const { computed, bill } = computeBill(facts);
    if (bill.patientTotal !== input.expectedPatientTotal)
      throw refuse(
        409,
        'bill-changed',
        {
          vi: `Bảng kê đã thay đổi: người bệnh trả ${formatMoney(bill.patientTotal)}, không phải ${formatMoney(input.expectedPatientTotal)}`,
          en: `The bill has changed: the patient pays ${formatMoney(bill.patientTotal)}, not ${formatMoney(input.expectedPatientTotal)}`,
        },
        {
          field: 'expectedPatientTotal',
          remedy: { vi: 'Xem lại bảng kê rồi thu theo số mới', en: 'Look at the bill again and take the new amount' },
        },
      );
    const taken = takePayments(bill.patientTotal, input.payments);
    if (!taken.ok) throw new Problem(422, [taken.error]);

    const invoiceId = ctx.id();
    const number = await invoiceNumber(ctx);
    const { applied, change } = taken.value;
    bookLines(ctx, facts, computed.lines);
    ctx.seal(
      defined(
        invoiceRecord({ id: invoiceId, number, facts, computed, bill, applied, actor: ctx.actor, at: ctx.performedAt }),
      ),
    );
    ctx.post(billMovements(facts, computed, bill, { invoice: invoiceId, login: ctx.actor.login, applied }));
    const { state } = await ctx.call(settleVisit, { encounter: facts.encounter.id, invoice: invoiceId });
    ctx.emit('cashier.settled', {
      encounter: facts.encounter.id,
      patient: bill.patient,
      invoice: invoiceId,
      patientTotal: bill.patientTotal,
      insurerTotal: bill.insurerTotal,
    });
    return {
      encounter: facts.encounter.id,
      state,
      invoice: invoiceId,
      invoiceNumber: number,
      total: bill.total,
      insurerTotal: bill.insurerTotal,
      patientTotal: bill.patientTotal,
      change,
    };
  },
});

function refuseUnpayable(state: VisitState | undefined): void {
  refuseClosed(state);
  if (state === undefined || PAYABLE.includes(state)) return;
  const cancelled = state === 'cancelled';
  throw refuse(
    409,
    'visit-state',
    {
      vi: `Lượt khám đang "${VISIT_LABELS[state].vi}": chưa quyết toán được`,
      en: `The visit is "${VISIT_LABELS[state].en}": it cannot be settled`,
    },
    {
      field: 'encounter',
      remedy: cancelled
        ? { vi: 'Lượt khám đã huỷ, không có gì để thu', en: 'The visit was cancelled; there is nothing to take' }
        : { vi: 'Chờ bác sĩ kết luận lượt khám', en: 'Wait until the doctor concludes the visit' },
    },
  );
}

/** PT261124-00012: day of Vietnam and serial of the day. */
async function invoiceNumber(ctx: CommandContext): Promise<string> {
  const day = localCompact(ctx.performedAt, 8);
  const serial = await ctx.next(`invoice:${day}`);
  return `PT${day.slice(2)}-${String(serial).padStart(5, '0')}`;
}

/** Every open line of the visit is billed, with its shares kept in it. */
function bookLines(
  ctx: CommandContext,
  facts: VisitFacts,
  lines: ReturnType<typeof computeBill>['computed']['lines'],
): void {
  const amounts = new Map(lines.map((line) => [line.id, line.amounts]));
  for (const item of facts.charges) {
    const shares = amounts.get(item.id);
    if (shares === undefined || item.status !== 'billable') continue;
    ctx.update<ChargeItem>({
      ...item,
      status: 'billed',
      extension: [...(item.extension ?? []), paymentExtension(shares)],
    });
  }
}
