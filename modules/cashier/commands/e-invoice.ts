import { localDate } from '@mach/base/time.ts';
import { chargeFacts, idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, Invoice, Patient } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';
import { E_INVOICE, type EInvoiceResult, type EInvoiceState } from '../contract.ts';
import { type EInvoiceKind, type EInvoiceSettings, eInvoicePayload } from '../e-invoice/payload.ts';
import { eInvoiceAnswerInput, eInvoiceInput } from '../inputs.ts';
import { amountOf, type Paper, paper, textOf, withFacts } from '../papers.ts';
import { invoiceFacts, paymentOf } from '../read.ts';

/** An e-invoice is made out at the latest at the end of the day of the service: this long after the payment, ms. */
const DEADLINE = 4 * 3_600_000;

/** One paper an invoice: its id tells which. */
const paperId = (invoice: string): string => `ei-${invoice}`;
const stateOf = (one: Paper): EInvoiceState => textOf(one, 'state') as EInvoiceState;
const answer = (one: Paper): EInvoiceResult => ({ paper: one.id, state: stateOf(one) });
const NONE: EInvoiceResult = { paper: null, state: null };

async function send(
  ctx: CommandContext,
  of: {
    kind: EInvoiceKind;
    invoice: Invoice & { id: string };
    settings: EInvoiceSettings;
    before: Paper | undefined;
    reason?: string;
  },
): Promise<string> {
  const facts = invoiceFacts(of.invoice);
  const patient = await ctx.read<Patient>('Patient', idOf(of.invoice.subject) ?? '');
  const charges = await ctx.referring<ChargeItem>('ChargeItem.context', facts.encounter);
  const billed = new Set(of.invoice.lineItem?.map((line) => line.chargeItemReference?.reference));
  const lines = charges
    .filter((item) => billed.has(`ChargeItem/${item.id}`))
    .flatMap((item) => {
      const shares = paymentOf(item);
      const { text, quantity } = chargeFacts(item);
      return shares ? [{ name: text, unit: item.quantity?.unit ?? '', quantity, patient: shares.patient }] : [];
    });
  const number = of.before && textOf(of.before, 'number');
  return ctx.send({
    destination: E_INVOICE,
    kind: of.kind,
    subject: `Basic/${paperId(of.invoice.id)}`,
    patient: patient.id,
    payload: eInvoicePayload({
      kind: of.kind,
      key: facts.number,
      settings: of.settings,
      facility: ctx.facility.code,
      buyer: {
        name: patient.name?.[0]?.text ?? '',
        address: patient.address?.[0]?.text ?? '',
        citizenId: patient.identifier?.find((i) => i.system === SID.cccd)?.value ?? '',
      },
      at: facts.date,
      methods: facts.paid.map((one) => one.method),
      // A cancellation says which one; what was on it has gone.
      lines: of.kind === 'cancel' ? [] : lines,
      total: of.kind === 'cancel' ? 0 : (of.invoice.totalNet?.value ?? 0),
      ...(number ? { original: { series: textOf(of.before as Paper, 'series'), number } } : {}),
      reason: of.reason,
    }),
    deadline: new Date(Date.parse(ctx.now) + DEADLINE).toISOString(),
    owner: 'cashier',
    corrects: of.before ? textOf(of.before, 'message') || undefined : undefined,
  });
}

/** Makes out the e-invoice of a receipt, replaces it after a change, or sends again what was refused. */
export const issueEInvoiceCommand = defineCommand({
  name: 'cashier.issueEInvoice',
  kind: 'fact',
  permission: 'cashier.e-invoice',
  title: { vi: 'Lập hoá đơn điện tử', en: 'Make out the e-invoice' },
  input: eInvoiceInput,
  async handle(input, ctx): Promise<EInvoiceResult> {
    const settings = ctx.setting<EInvoiceSettings | null>('cashier.e-invoice', null);
    if (!settings) return NONE;
    const invoice = await ctx.lock<Invoice>('Invoice', input.invoice);
    const id = paperId(invoice.id);
    const before = (await ctx.find<Paper>('Basic', id)) && (await ctx.lock<Paper>('Basic', id));
    const amount = invoice.totalNet?.value ?? 0;
    // Nothing was paid, or the receipt has gone meanwhile: there is nothing to make out.
    if (invoice.status === 'cancelled' || (amount === 0 && !before)) return before ? answer(before) : NONE;
    const known = before && amountOf(before, 'amount') === amount && stateOf(before) !== 'failed';
    if (known) return answer(before);
    const kind = before && textOf(before, 'number') !== '' ? 'replace' : 'issue';
    const message = await send(ctx, { kind, invoice, settings, before });
    const facts = { state: 'pending', message, amount, at: ctx.performedAt, issue: undefined };
    if (before) return answer(ctx.update(withFacts(before, facts)));
    return answer(
      ctx.create(
        paper({
          id,
          kind: 'e-invoice',
          created: localDate(ctx.performedAt),
          subject: `Patient/${idOf(invoice.subject) ?? ''}`,
          facts: { ...facts, invoice: { reference: `Invoice/${invoice.id}` } },
        }),
      ),
    );
  },
});

export const cancelEInvoiceCommand = defineCommand({
  name: 'cashier.cancelEInvoice',
  kind: 'fact',
  permission: 'cashier.e-invoice',
  title: { vi: 'Huỷ hoá đơn điện tử', en: 'Cancel the e-invoice' },
  input: eInvoiceInput,
  async handle(input, ctx): Promise<EInvoiceResult> {
    const settings = ctx.setting<EInvoiceSettings | null>('cashier.e-invoice', null);
    const id = paperId(input.invoice);
    const before = (await ctx.find<Paper>('Basic', id)) && (await ctx.lock<Paper>('Basic', id));
    if (!settings || !before || stateOf(before) === 'cancelled') return before ? answer(before) : NONE;
    const invoice = await ctx.read<Invoice>('Invoice', input.invoice);
    // Refused or not answered: nobody has made one out. An answer that comes later finds it cancelled, and cancels it there.
    if (textOf(before, 'number') === '')
      return answer(ctx.update(withFacts(before, { state: 'cancelled', amount: 0, at: ctx.performedAt })));
    const reason = invoice.cancelledReason ?? 'Huỷ phiếu thu';
    const message = await send(ctx, { kind: 'cancel', invoice, settings, before, reason });
    return answer(ctx.update(withFacts(before, { state: 'pending', message, amount: 0, at: ctx.performedAt })));
  },
});

export const takeEInvoiceAnswerCommand = defineCommand({
  name: 'cashier.takeEInvoiceAnswer',
  kind: 'fact',
  permission: 'cashier.e-invoice',
  title: { vi: 'Nhận trả lời hoá đơn điện tử', en: 'Take the answer on an e-invoice' },
  input: eInvoiceAnswerInput,
  async handle(input, ctx): Promise<EInvoiceResult> {
    const one = await ctx.lock<Paper>('Basic', input.paper);
    const late = textOf(one, 'message') !== input.message;
    if (input.outcome === 'refused') {
      if (late) return answer(one);
      const issue = (input.issues[0] as { text?: { vi?: string } } | undefined)?.text?.vi ?? 'Bị từ chối';
      return answer(ctx.update(withFacts(one, { state: 'failed', issue })));
    }
    const receipt = (input.receipt ?? {}) as Partial<Record<'series' | 'number' | 'lookup', string>>;
    const numbers = { series: receipt.series, number: receipt.number, lookup: receipt.lookup };
    if (stateOf(one) === 'cancelled' && input.kind !== 'cancel') return undo(ctx, withFacts(one, numbers));
    const state = input.kind === 'cancel' ? 'cancelled' : input.kind === 'replace' ? 'replaced' : 'issued';
    // A newer message is on its way: the numbers are kept for it, the state is its own.
    if (late) return answer(ctx.update(withFacts(one, numbers)));
    return answer(ctx.update(withFacts(one, { ...numbers, state, issue: undefined })));
  },
});

/** The receipt was cancelled before the provider answered: what it has made out after all is cancelled there. */
async function undo(ctx: CommandContext, one: Paper): Promise<EInvoiceResult> {
  const settings = ctx.setting<EInvoiceSettings | null>('cashier.e-invoice', null);
  const invoice = await ctx.read<Invoice>('Invoice', one.id.slice('ei-'.length));
  if (!settings) return answer(one);
  const message = await send(ctx, { kind: 'cancel', invoice, settings, before: one, reason: invoice.cancelledReason });
  return answer(ctx.update(withFacts(one, { state: 'pending', message })));
}
