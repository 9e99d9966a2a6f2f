import { createHash } from 'node:crypto';
import { Decimal } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import { refuse } from '@mach/base/problem.ts';
import { localCompact, localDate } from '@mach/base/time.ts';
import { idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter } from '@mach/fhir/types.ts';
import { type BankSettings, readNotice } from '../bank/notice.ts';
import { BANK_SIMULATOR, simulatedNotice } from '../bank/simulator.ts';
import { type AskTransferResult, confirmTransfer, type TransferResult } from '../contract.ts';
import { askTransferInput, confirmTransferInput, resolveTransferInput, simulateTransferInput } from '../inputs.ts';
import {
  amountOf,
  kindOf,
  numberOf,
  PAPER_NUMBER,
  type Paper,
  paper,
  referredId,
  textOf,
  withFacts,
} from '../papers.ts';
import { ACCOUNTS, holder } from '../rules/payment.ts';
import { referenceIn, stateOf, type TransferState, transferReference } from '../rules/transfer.ts';
import { vietQrText } from '../rules/vietqr.ts';
import { authorOf } from './desk.ts';

/** @throws Problem 409 where no account is set */
function bankOf(ctx: CommandContext): BankSettings {
  const settings = ctx.setting<BankSettings | null>('cashier.bank', null);
  if (settings) return settings;
  throw refuse(
    409,
    'bank-not-set',
    { vi: 'Chưa khai báo tài khoản ngân hàng nhận tiền', en: 'No bank account is set to receive money' },
    {
      field: 'bank',
      remedy: {
        vi: 'Nhờ quản trị khai báo cashier.bank; tạm thời ghi số tham chiếu bằng tay',
        en: 'Have it set (cashier.bank); meanwhile type the reference by hand',
      },
    },
  );
}

const answer = (one: Paper): TransferResult => ({
  transfer: one.id,
  reference: numberOf(one),
  state: textOf(one, 'state') as TransferState,
  received: amountOf(one, 'received'),
  left: amountOf(one, 'left'),
});

export const askTransferCommand = defineCommand({
  name: 'cashier.askTransfer',
  kind: 'intent',
  permission: 'cashier.settle',
  title: { vi: 'Tạo mã QR chuyển khoản', en: 'Make a transfer QR code' },
  input: askTransferInput,
  async handle(input, ctx): Promise<AskTransferResult> {
    const bank = bankOf(ctx);
    const visit = await ctx.read<Encounter>('Encounter', input.encounter);
    const day = localCompact(ctx.performedAt, 8);
    const reference = transferReference(day, await ctx.next(`transfer:${day}`));
    const id = ctx.id();
    ctx.create(
      paper({
        id,
        kind: 'transfer',
        number: reference,
        created: localDate(ctx.performedAt),
        subject: `Patient/${idOf(visit.subject) ?? ''}`,
        author: authorOf(ctx),
        facts: {
          state: 'waiting',
          encounter: { reference: `Encounter/${visit.id}` },
          name: visit.subject?.display,
          expected: input.amount,
          received: 0,
          left: 0,
          askedAt: ctx.performedAt,
        },
      }),
    );
    return {
      transfer: id,
      reference,
      amount: input.amount,
      qr: vietQrText({ bank: bank.bank, account: bank.account, amount: input.amount, purpose: reference }),
      bankName: bank.bankName,
      account: bank.account,
      holder: bank.holder,
    };
  },
});

const noticeId = (transaction: string): string =>
  `bank-${createHash('sha256').update(transaction).digest('hex').slice(0, 40)}`;

export const confirmTransferCommand = defineCommand({
  name: 'cashier.confirmTransfer',
  kind: 'fact',
  permission: 'cashier.confirm-transfer',
  title: { vi: 'Ghi tiền ngân hàng báo có', en: 'Record money that came in at the bank' },
  input: confirmTransferInput,
  async handle(input, ctx): Promise<TransferResult> {
    // A bank repeats itself until it is answered: its own number of the transaction is met once.
    const known = await ctx.find<Paper>('Basic', noticeId(input.transaction));
    const before = known && referredId(known, 'transfer');
    if (before !== undefined) return answer(await ctx.read<Paper>('Basic', before));
    const asked = await askedFor(ctx, input.content);
    const facts = {
      received: input.amount,
      left: input.amount,
      receivedAt: input.at,
      transaction: input.transaction,
      content: input.content,
    };
    const transfer = asked
      ? ctx.update(withFacts(asked, { ...facts, state: stateOf(input.amount, amountOf(asked, 'expected')) }))
      : ctx.create(
          paper({
            id: ctx.id(),
            kind: 'transfer',
            created: localDate(ctx.performedAt),
            facts: { ...facts, state: 'unmatched', expected: 0 },
          }),
        );
    ctx.create(
      paper({
        id: noticeId(input.transaction),
        kind: 'bank-notice',
        created: localDate(ctx.performedAt),
        facts: { transfer: { reference: `Basic/${transfer.id}` }, amount: input.amount },
      }),
    );
    ctx.post([
      {
        ledger: 'money',
        from: ACCOUNTS.transfers,
        to: ACCOUNTS.bank('qr'),
        amount: Decimal.of(input.amount),
        reason: 'transfer-in',
        record: `Basic/${transfer.id}`,
      },
    ]);
    ctx.emit('cashier.transferReceived', { transfer: transfer.id, state: textOf(transfer, 'state') });
    return answer(transfer);
  },
});

/** The code that this money was asked for with; undefined when there is none, or it was paid before. */
async function askedFor(ctx: CommandContext, content: string): Promise<Paper | undefined> {
  const reference = referenceIn(content);
  if (reference === undefined) return undefined;
  const [found] = await ctx.byToken<Paper>('Basic.identifier', PAPER_NUMBER, reference);
  if (!found || kindOf(found) !== 'transfer') return undefined;
  const asked = await ctx.lock<Paper>('Basic', found.id);
  return textOf(asked, 'state') === 'waiting' ? asked : undefined;
}

/**
 * Pays something out of the transfer that a way of paying names, if it names one.
 * @throws Problem 409 when less than that is left of it; 422 where the way is none that the bank tells of
 */
export async function spendTransfer(
  ctx: CommandContext,
  way: { method: string; amount: number; transfer?: string },
  field: string,
): Promise<void> {
  const { method, amount, transfer: id } = way;
  if (id === undefined) return;
  if (method !== 'qr')
    throw refuse(
      422,
      'transfer-method',
      { vi: 'Chỉ chuyển khoản QR mới gắn giao dịch ngân hàng', en: 'Only a QR payment names a bank transfer' },
      { field, remedy: { vi: 'Chọn lại hình thức', en: 'Choose the way again' } },
    );
  const transfer = await ctx.lock<Paper>('Basic', id);
  const left = kindOf(transfer) === 'transfer' ? amountOf(transfer, 'left') : 0;
  if (left < amount)
    throw refuse(
      409,
      'transfer-short',
      {
        vi: `Chuyển khoản ${numberOf(transfer)} còn ${formatMoney(left)}, cần ${formatMoney(amount)}`,
        en: `${formatMoney(left)} is left of transfer ${numberOf(transfer)}, ${formatMoney(amount)} is needed`,
      },
      {
        field,
        remedy: {
          vi: 'Chờ ngân hàng báo có, hoặc thu phần còn thiếu cách khác',
          en: 'Wait for the bank, or take the rest another way',
        },
      },
    );
  ctx.update(withFacts(transfer, { left: left - amount }));
}

/** A bill that was paid out of a transfer is undone: the money waits for somebody again. */
export async function freeTransfer(ctx: CommandContext, id: string, amount: number): Promise<void> {
  const transfer = await ctx.lock<Paper>('Basic', id);
  ctx.update(withFacts(transfer, { left: amountOf(transfer, 'left') + amount }));
}

export const resolveTransferCommand = defineCommand({
  name: 'cashier.resolveTransfer',
  kind: 'intent',
  permission: 'cashier.refund',
  title: { vi: 'Xử lý chuyển khoản lệch', en: 'Settle a transfer that does not fit' },
  input: resolveTransferInput,
  async handle(input, ctx): Promise<TransferResult> {
    const transfer = await ctx.lock<Paper>('Basic', input.transfer);
    const left = amountOf(transfer, 'left');
    if (kindOf(transfer) !== 'transfer' || left === 0 || left !== input.expectedAmount)
      throw refuse(
        409,
        'transfer-changed',
        {
          vi: `Chuyển khoản này còn ${formatMoney(left)}, không phải ${formatMoney(input.expectedAmount)}`,
          en: `${formatMoney(left)} is left of this transfer, not ${formatMoney(input.expectedAmount)}`,
        },
        { field: 'transfer', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    ctx.post([
      {
        ledger: 'money',
        from: holder('qr', ctx.actor.login),
        to: ACCOUNTS.transfers,
        amount: Decimal.of(left),
        reason: 'transfer-back',
        record: `Basic/${transfer.id}`,
      },
    ]);
    const { reason, reference } = input;
    const done = { state: 'returned', left: 0, reason, returnReference: reference };
    return answer(
      ctx.update(withFacts(transfer, { ...done, returnedAt: ctx.performedAt, returnedBy: ctx.actor.name })),
    );
  },
});

/** Plays the bank in demo and training houses: the very notice, through the very check of the signature. */
export const simulateTransferCommand = defineCommand({
  name: 'cashier.simulateTransfer',
  kind: 'intent',
  permission: 'cashier.settle',
  title: { vi: 'Mô phỏng ngân hàng báo có', en: 'Simulate the bank' },
  input: simulateTransferInput,
  async handle(input, ctx): Promise<TransferResult> {
    if (ctx.facility.mode === 'production')
      throw refuse(403, 'no-simulator', {
        vi: 'Nơi làm việc thật không có ngân hàng mô phỏng',
        en: 'A working house has no simulated bank',
      });
    // The bank's own secret is not opened for a play: one of this moment signs and is checked.
    const bank = { ...bankOf(ctx), secret: ctx.id() };
    const transfer = await ctx.read<Paper>('Basic', input.transfer);
    const sent = simulatedNotice(
      {
        transaction: `${BANK_SIMULATOR}-${ctx.id()}`,
        amount: input.amount ?? amountOf(transfer, 'expected'),
        content: `CT TU 0123456789 ${numberOf(transfer)} TOI MB`,
        at: ctx.now,
      },
      bank,
    );
    return ctx.call(confirmTransfer, readNotice(sent.body, sent, bank.secret, ctx.now));
  },
});
