import { formatMoney } from '@mach/base/number-input.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
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
import { type Payment, takePayments } from '../rules/payment.ts';
import { tally } from '../rules/shift.ts';
import { deskOf, paperNumber } from './desk.ts';
import { billMovements, visitFacts } from './facts.ts';
import { refuseClosed } from './quote.ts';
import { spendTransfer } from './transfer.ts';

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

    const { applied, change } = taken.value;
    refuseDeposit(applied, bill.deposit);
    for (const way of applied) await spendTransfer(ctx, way, 'payments');
    const { shift } = await deskOf(
      ctx,
      applied.some((p) => p.method === 'cash'),
    );
    const invoiceId = ctx.id();
    const number = await paperNumber(ctx, 'PT', 'invoice');
    bookLines(ctx, facts, computed.lines);
    ctx.seal(
      defined(
        invoiceRecord({ id: invoiceId, number, facts, computed, bill, applied, actor: ctx.actor, at: ctx.performedAt }),
      ),
    );
    ctx.post([
      ...billMovements(facts, computed, bill, { invoice: invoiceId, login: ctx.actor.login, applied }),
      ...tally(shift, 'payment', applied, `Invoice/${invoiceId}`),
    ]);
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
      depositLeft: bill.deposit - advanced(applied),
    };
  },
});

const advanced = (applied: readonly Payment[]): number =>
  applied.filter((p) => p.method === 'deposit').reduce((sum, p) => sum + p.amount, 0);

/** @throws Problem 409 when more of the deposit is used than is held */
function refuseDeposit(applied: readonly Payment[], held: number): void {
  const used = advanced(applied);
  if (used > held)
    throw refuse(
      409,
      'deposit-short',
      {
        vi: `Tạm ứng còn ${formatMoney(held)}, không đủ ${formatMoney(used)}`,
        en: `${formatMoney(held)} of deposit is held, not ${formatMoney(used)}`,
      },
      { field: 'payments', remedy: { vi: 'Thu phần còn thiếu cách khác', en: 'Take the rest another way' } },
    );
}

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
