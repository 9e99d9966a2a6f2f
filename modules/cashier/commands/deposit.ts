import { formatMoney } from '@mach/base/number-input.ts';
import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { spendNumber } from '@mach/desk/contract.ts';
import { idOf, VISIT_LABELS, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter } from '@mach/fhir/types.ts';
import type { DepositResult } from '../contract.ts';
import { returnDepositInput, takeDepositInput, takePaperReceiptInput } from '../inputs.ts';
import { paper } from '../papers.ts';
import { ACCOUNTS, advanceMovement, deskMovement, type Method } from '../rules/payment.ts';
import { tally } from '../rules/shift.ts';
import { authorOf, deskOf, paperNumber } from './desk.ts';
import { heldFor } from './held.ts';
import { CLOSED } from './quote.ts';
import { spendTransfer } from './transfer.ts';

/** The paper of an advance that was taken or given back, and everything that it moves. */
async function write(
  ctx: CommandContext,
  visit: Encounter & { id: string },
  of: {
    kind: 'deposit' | 'deposit-return';
    amount: number;
    way: { method: Method; reference?: string; transfer?: string };
    held: number;
  },
): Promise<DepositResult> {
  const inward = of.kind === 'deposit';
  const { shift } = await deskOf(ctx, of.way.method === 'cash');
  const id = ctx.id();
  const number = inward ? await paperNumber(ctx, 'TU', 'deposit') : await paperNumber(ctx, 'HU', 'deposit-return');
  const record = `Basic/${id}`;
  const patient = idOf(visit.subject) ?? '';
  const { amount, way } = of;
  ctx.seal(
    paper({
      id,
      kind: of.kind,
      number,
      created: localDate(ctx.performedAt),
      subject: `Patient/${patient}`,
      author: authorOf(ctx),
      facts: {
        encounter: { reference: `Encounter/${visit.id}` },
        name: visit.subject?.display,
        at: ctx.performedAt,
        by: ctx.actor.name,
        method: way.method,
        reference: way.reference,
        amount,
        held: of.held,
      },
    }),
  );
  const { login } = ctx.actor;
  ctx.post([
    deskMovement({ way, login, other: ACCOUNTS.deposits, inward, amount, reason: of.kind, record }),
    advanceMovement({ kind: inward ? 'taken' : 'returned', encounter: visit.id, amount, record }),
    ...tally(shift, of.kind, [{ method: way.method, amount }], record),
  ]);
  const event = inward ? 'cashier.depositTaken' : 'cashier.depositReturned';
  ctx.emit(event, { encounter: visit.id, patient, deposit: id, amount });
  return { encounter: visit.id, deposit: id, number, amount, held: of.held };
}

async function openVisitOf(ctx: CommandContext, encounter: string): Promise<Encounter & { id: string }> {
  const visit = await ctx.lock<Encounter>('Encounter', encounter);
  const state = visitStateOf(visit);
  if (state === undefined || state === 'cancelled' || CLOSED.includes(state))
    throw refuse(
      409,
      'visit-state',
      {
        vi: `Lượt khám đang "${state ? VISIT_LABELS[state].vi : 'nhập từ nơi khác'}": không thu tạm ứng`,
        en: `The visit is "${state ? VISIT_LABELS[state].en : 'imported'}": no deposit is taken`,
      },
      { field: 'encounter', remedy: { vi: 'Chọn lượt khám đang mở', en: 'Choose an open visit' } },
    );
  return visit;
}

export const takePaperReceiptCommand = defineCommand({
  name: 'cashier.takePaperReceipt',
  kind: 'fact',
  permission: 'cashier.settle',
  title: { vi: 'Nhập biên lai giấy', en: 'Enter a paper receipt' },
  input: takePaperReceiptInput,
  async handle(input, ctx): Promise<DepositResult> {
    const { amount, paper: receipt } = input;
    const visit = await openVisitOf(ctx, input.encounter);
    const held = (await heldFor(ctx, visit.id, true)) + amount;
    const way = { method: 'cash', reference: receipt.number } as const;
    const done = await write(ctx, visit, { kind: 'deposit', amount, way, held });
    await ctx.call(spendNumber, { paper: receipt, record: `Basic/${done.deposit}` });
    return done;
  },
});

export const takeDepositCommand = defineCommand({
  name: 'cashier.takeDeposit',
  kind: 'intent',
  permission: 'cashier.settle',
  title: { vi: 'Thu tạm ứng', en: 'Take a deposit' },
  input: takeDepositInput,
  async handle(input, ctx): Promise<DepositResult> {
    const visit = await openVisitOf(ctx, input.encounter);
    const { encounter: _, amount, ...way } = input;
    await spendTransfer(ctx, input, 'method');
    return write(ctx, visit, { kind: 'deposit', amount, way, held: (await heldFor(ctx, visit.id, true)) + amount });
  },
});

export const returnDepositCommand = defineCommand({
  name: 'cashier.returnDeposit',
  kind: 'intent',
  permission: 'cashier.refund',
  title: { vi: 'Hoàn tạm ứng', en: 'Give a deposit back' },
  input: returnDepositInput,
  async handle(input, ctx): Promise<DepositResult> {
    const visit = await ctx.lock<Encounter>('Encounter', input.encounter);
    const held = await heldFor(ctx, visit.id, true);
    if (held === 0)
      throw refuse(
        409,
        'no-deposit',
        { vi: 'Lượt khám không còn tiền tạm ứng', en: 'No deposit is held for this visit' },
        { field: 'encounter', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    if (held !== input.expectedAmount)
      throw refuse(
        409,
        'deposit-changed',
        {
          vi: `Tạm ứng còn ${formatMoney(held)}, không phải ${formatMoney(input.expectedAmount)}`,
          en: `${formatMoney(held)} is held, not ${formatMoney(input.expectedAmount)}`,
        },
        { field: 'expectedAmount', remedy: { vi: 'Đọc lại số mới cho người bệnh', en: 'Read the new amount out' } },
      );
    const { method, reference } = input;
    return write(ctx, visit, { kind: 'deposit-return', amount: held, way: { method, reference }, held: 0 });
  },
});
