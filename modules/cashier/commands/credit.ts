import { Problem, refuse } from '@mach/base/problem.ts';
import { payerOf, visitCodeOf, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, Invoice } from '@mach/fhir/types.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import type { CreditReturnResult } from '../contract.ts';
import { creditReturnInput } from '../inputs.ts';
import { basisOf, invoiceFacts, paymentExtension } from '../read.ts';
import { adjustedInvoice, adjustmentMovements, lessen } from '../rules/adjust.ts';
import { computeBill, type VisitFacts } from '../rules/bill.ts';
import type { PastMovement } from '../rules/payment.ts';
import { billMovements, visitFacts } from './facts.ts';
import { CLOSED } from './quote.ts';

type Charge = ChargeItem & { id: string };

export const creditReturnCommand = defineCommand({
  name: 'cashier.creditReturn',
  kind: 'intent',
  permission: 'cashier.credit',
  title: { vi: 'Giảm bảng kê vì trả lại', en: 'Credit what came back' },
  input: creditReturnInput,
  async handle(input, ctx): Promise<CreditReturnResult> {
    const facts = await visitFacts(ctx, input.encounter, true);
    const note = { text: `Trả lại (${input.record}): ${input.reason}`, time: ctx.performedAt };
    const lessened = lessen(facts.charges, input.items, note);
    if (!lessened.ok) throw new Problem(409, [lessened.error]);
    const settled = CLOSED.includes(visitStateOf(facts.encounter) ?? 'cancelled');
    if (!settled) {
      writeCharges(ctx, facts.charges, lessened.value, new Map());
      return { encounter: facts.encounter.id, invoice: null, refund: 0 };
    }
    const invoice = await invoiceOf(ctx, facts);
    return adjust(ctx, input, { ...facts, charges: lessened.value }, invoice, facts.charges);
  },
});

async function adjust(
  ctx: CommandContext,
  input: { record: string; reason: string },
  facts: VisitFacts,
  invoice: Invoice & { id: string },
  before: readonly Charge[],
): Promise<CreditReturnResult> {
  const past = await ctx.movements(`Invoice/${invoice.id}`);
  // A line that nobody has billed yet is no part of this invoice.
  const billed = facts.charges.filter((item) => item.status === 'billed');
  const { computed, bill } = computeBill({ ...facts, ...basisAt(facts, invoice, past), charges: billed });
  const refund = (invoice.totalNet?.value ?? 0) - bill.patientTotal;
  if (refund < 0)
    throw refuse(
      409,
      'refund-below-zero',
      { vi: 'Tính lại thì người bệnh phải trả thêm', en: 'Computed anew, the patient would owe more' },
      { field: 'items', remedy: { vi: 'Huỷ phiếu thu rồi quyết toán lại', en: 'Cancel the invoice and settle again' } },
    );
  const amounts = new Map(computed.lines.map((line) => [line.id, line.amounts]));
  writeCharges(ctx, before, facts.charges, amounts);
  const encounter = facts.encounter.id;
  const movements = billMovements(facts, computed, bill, { invoice: invoice.id, login: ctx.actor.login, applied: [] });
  ctx.post(adjustmentMovements({ past, invoice: invoice.id, encounter, billed: movements, refund }));
  const { record, reason } = input;
  ctx.correct<Invoice>(
    adjustedInvoice(invoice, { computed, bill, refund, reason, record, by: ctx.actor.login, at: ctx.performedAt }),
    reason,
  );
  ctx.emit('cashier.adjusted', {
    encounter,
    patient: bill.patient,
    invoice: invoice.id,
    payer: payerOf(facts.encounter) ?? 'fee',
    refund,
  });
  return { encounter, invoice: invoice.id, refund };
}

/** The invoice that the visit stands settled with. */
async function invoiceOf(ctx: CommandContext, { encounter }: VisitFacts): Promise<Invoice & { id: string }> {
  const found = await ctx.byToken<Invoice>('Invoice.identifier', SID.visitCode, visitCodeOf(encounter) ?? '');
  const live = found.map(invoiceFacts).find((one) => !one.cancelled && one.encounter === encounter.id);
  if (live) return ctx.lock<Invoice>('Invoice', live.id);
  throw refuse(
    409,
    'invoice-missing',
    { vi: 'Lượt khám không có phiếu thu để hoàn', en: 'The visit has no invoice to refund' },
    {
      field: 'encounter',
      remedy: { vi: 'Không phải hoàn tiền: nhận lại thuốc không hoàn', en: 'Take it back without a refund' },
    },
  );
}

/**
 * What the bill rested on outside the visit: as it was kept, since other visits may have been settled after this one. An
 * invoice that did not keep it: the year's account without this visit's own part.
 */
function basisAt(
  facts: VisitFacts,
  invoice: Invoice,
  past: PastMovement[],
): Pick<VisitFacts, 'yearCoPayment' | 'examsBefore'> {
  const kept = basisOf(invoice);
  if (kept) return kept;
  const undone = new Set(past.map((m) => m.reverses));
  const own = past.filter((m) => m.reason === 'co-payment' && m.reverses === null && !undone.has(m.id));
  return {
    yearCoPayment: own.reduce((sum, m) => sum.sub(m.amount), facts.yearCoPayment),
    examsBefore: facts.examsBefore,
  };
}

/** Writes the lines that have changed, with their new shares where they are billed. */
function writeCharges(
  ctx: CommandContext,
  before: readonly Charge[],
  after: readonly Charge[],
  amounts: ReadonlyMap<string, Parameters<typeof paymentExtension>[0]>,
): void {
  for (const [i, item] of after.entries()) {
    const shares = amounts.get(item.id);
    if (item === before[i] && shares === undefined) continue;
    const plain = (item.extension ?? []).filter((e) => e.url !== EXT.payment);
    ctx.update<ChargeItem>({ ...item, extension: shares ? [...plain, paymentExtension(shares)] : plain });
  }
}
