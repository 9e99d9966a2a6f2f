import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, Composition, Extension, Invoice } from '@mach/fhir/types.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import type { VisitResult } from '../contract.ts';
import { concludeInput, encounterReasonInput, settleInput, unsettleInput } from '../inputs.ts';
import { ORDER_LABELS, OUTCOME_LABELS } from '../labels.ts';
import { idOf, orderStateOf, payerOf, serviceGroupOf } from '../read.ts';
import { CANCELLABLE, pendingResults } from '../rules/order.ts';
import { nextVisitState } from '../rules/visit.ts';
import { recordDeath, stopOrders, takeDeathBack } from './death.ts';
import { writeOrderState } from './place.ts';
import {
  lockVisit,
  move,
  type Order,
  orderFacts,
  ordersOf,
  orRefuse,
  patientOf,
  result,
  type Visit,
  withExtension,
} from './visit-record.ts';

export const concludeCommand = defineCommand({
  name: 'encounter.conclude',
  kind: 'intent',
  permission: 'encounter.conclude',
  title: { vi: 'Kết luận lượt khám', en: 'Conclude a visit' },
  input: concludeInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    orRefuse(nextVisitState(state, 'conclude'));
    checkDiagnosed(visit);
    await checkNote(ctx, visit);
    const diedAt = input.outcome === 'died' ? new Date(input.diedAt ?? ctx.performedAt).toISOString() : undefined;
    if (diedAt !== undefined) await stopOrders(ctx, visit);
    const orders = await ordersOf(ctx, visit.id);
    if (input.pendingReason === undefined) checkResults(orders);
    const concluded = move(ctx, visit, 'conclude', {
      extension: withExtension(visit, EXT.outcome, outcomeExtension({ ...input, diedAt })),
    });
    if (diedAt !== undefined) await recordDeath(ctx, visit, diedAt);
    for (const order of orders)
      if (serviceGroupOf(order) === 'exam' && CANCELLABLE.includes(orderStateOf(order) ?? 'cancelled'))
        writeOrderState(ctx, order, 'performed');
    const next = input.outcome === 'admitted' ? 'admit' : (await isAnythingDue(ctx, visit.id)) ? 'bill' : 'settle';
    const moved = move(ctx, concluded, next);
    const patient = patientOf(visit);
    ctx.emit('encounter.concluded', { encounter: visit.id, patient, outcome: input.outcome });
    if (next === 'settle')
      ctx.emit('encounter.settled', { encounter: visit.id, patient, invoice: null, payer: payerOf(visit) ?? 'fee' });
    return result(moved);
  },
});

function outcomeExtension(input: z.output<typeof concludeInput>): Extension {
  const parts: Extension[] = [];
  if (input.note) parts.push({ url: 'note', valueString: input.note });
  if (input.revisit) parts.push({ url: 'revisit', valueDate: input.revisit });
  if (input.destination) parts.push({ url: 'destination', valueString: input.destination });
  if (input.diedAt) parts.push({ url: 'diedAt', valueDateTime: input.diedAt });
  if (input.pendingReason) parts.push({ url: 'pendingReason', valueString: input.pendingReason });
  return {
    url: EXT.outcome,
    extension: [
      {
        url: 'code',
        valueCoding: { system: CS.state, code: input.outcome, display: OUTCOME_LABELS[input.outcome].vi },
      },
      ...parts,
    ],
  };
}

function checkDiagnosed(visit: Visit): void {
  if (visit.diagnosis?.some((d) => d.rank === 1)) return;
  throw refuse(
    409,
    'principal-diagnosis-missing',
    { vi: 'Chưa có bệnh chính', en: 'There is no principal diagnosis' },
    {
      field: 'diagnoses',
      remedy: { vi: 'Ghi chẩn đoán chính theo ICD-10', en: 'Record the principal ICD-10 diagnosis' },
    },
  );
}

async function checkNote(ctx: CommandContext, visit: Visit): Promise<void> {
  const notes = await ctx.referring<Composition>('Composition.encounter', visit.id);
  const isExam = (c: Composition): boolean =>
    c.type.coding?.some((t) => t.system === CS.document && t.code === 'exam-note') ?? false;
  if (notes.some((c) => isExam(c) && (c.status === 'final' || c.status === 'amended'))) return;
  throw refuse(
    409,
    'note-not-final',
    { vi: 'Phiếu khám chưa hoàn tất', en: 'The exam note is not final' },
    { field: 'note', remedy: { vi: 'Hoàn tất và ký phiếu khám trước', en: 'Finish and sign the exam note first' } },
  );
}

function checkResults(orders: readonly Order[]): void {
  const open = orders.filter((order) => pendingResults([orderFacts(order)]).length > 0);
  if (open.length === 0) return;
  const names = (lang: 'vi' | 'en'): string =>
    open.map((o) => `${o.code?.text ?? ''} (${ORDER_LABELS[orderStateOf(o) ?? 'signed'][lang]})`).join('; ');
  throw refuse(
    409,
    'results-pending',
    {
      vi: `Còn ${open.length} chỉ định chưa có kết quả: ${names('vi')}`,
      en: `${open.length} orders have no result yet: ${names('en')}`,
    },
    {
      field: 'pendingReason',
      remedy: {
        vi: 'Chờ kết quả, huỷ chỉ định, hoặc ghi lý do kết luận trước',
        en: 'Wait, cancel the orders, or give a reason to conclude without them',
      },
    },
  );
}

const chargesOf = (ctx: CommandContext, encounter: string): Promise<(ChargeItem & { id: string })[]> =>
  ctx.referring<ChargeItem>('ChargeItem.context', encounter);

async function isAnythingDue(ctx: CommandContext, encounter: string): Promise<boolean> {
  return (await chargesOf(ctx, encounter)).some((c) => c.status === 'billable' && (c.priceOverride?.value ?? 0) > 0);
}

export const reopenCommand = defineCommand({
  name: 'encounter.reopen',
  kind: 'intent',
  permission: 'encounter.conclude',
  title: { vi: 'Mở lại lượt khám', en: 'Reopen a visit' },
  input: encounterReasonInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    await takeDeathBack(ctx, visit);
    const moved = move(ctx, visit, 'reopen', { extension: withExtension(visit, EXT.outcome) });
    ctx.emit('encounter.reopened', { encounter: visit.id, patient: patientOf(visit), reason: input.reason });
    return result(moved);
  },
});

export const settleCommand = defineCommand({
  name: 'encounter.settle',
  kind: 'intent',
  permission: 'encounter.settle',
  title: { vi: 'Quyết toán lượt khám', en: 'Settle a visit' },
  input: settleInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    orRefuse(nextVisitState(state, 'settle'));
    const invoice = await ctx.read<Invoice>('Invoice', input.invoice);
    if (idOf(invoice.subject) !== patientOf(visit) || invoice.status === 'cancelled')
      throw refuse(
        409,
        'invoice-of-another',
        { vi: 'Phiếu thu này không dùng được cho lượt khám', en: 'This invoice does not serve this visit' },
        {
          field: 'invoice',
          remedy: { vi: 'Lập phiếu thu của đúng người bệnh', en: "Make this patient's own invoice" },
        },
      );
    const open = (await chargesOf(ctx, visit.id)).filter((c) => c.status === 'billable');
    if (open.length > 0)
      throw refuse(
        409,
        'lines-open',
        {
          vi: `Còn ${open.length} dòng chi phí chưa tính: ${open.map((c) => c.code.text ?? '').join('; ')}`,
          en: `${open.length} charge lines are not billed: ${open.map((c) => c.code.text ?? '').join('; ')}`,
        },
        { field: 'encounter', remedy: { vi: 'Tính lại bảng kê, rồi thu', en: 'Compute the bill again, then settle' } },
      );
    const moved = move(ctx, visit, 'settle');
    ctx.emit('encounter.settled', {
      encounter: visit.id,
      patient: patientOf(visit),
      invoice: input.invoice,
      payer: payerOf(visit) ?? 'fee',
    });
    return result(moved);
  },
});

export const unsettleCommand = defineCommand({
  name: 'encounter.unsettle',
  kind: 'intent',
  permission: 'encounter.settle',
  title: { vi: 'Huỷ quyết toán', en: 'Undo a settlement' },
  input: unsettleInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    const moved = move(ctx, visit, 'unsettle');
    ctx.emit('encounter.unsettled', {
      encounter: visit.id,
      patient: patientOf(visit),
      invoice: input.invoice,
      reason: input.reason,
    });
    return result(moved);
  },
});
