import { Decimal } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { CloseShiftResult, OpenShiftResult, ReceiveCashResult } from '../contract.ts';
import { closeShiftInput, openShiftInput, receiveCashInput } from '../inputs.ts';
import { amountOf, numberOf, type Paper, paper, referredId, textOf, withFacts } from '../papers.ts';
import { ACCOUNTS, type Posting } from '../rules/payment.ts';
import { compareCount, countedTotal, SHIFT_LEDGER, shiftPrefix, takingsOf } from '../rules/shift.ts';
import { authorOf, drawerId, paperNumber } from './desk.ts';

const move = (from: Posting['from'], to: Posting['to'], amount: number, reason: string, shift: string): Posting => ({
  ledger: 'money',
  from,
  to,
  amount: Decimal.of(amount),
  reason,
  record: `Basic/${shift}`,
});

/** What lies in a drawer by the book, đồng; nobody else moves it until the command ends. */
async function inDrawer(ctx: CommandContext): Promise<number> {
  const { account } = ACCOUNTS.drawer(ctx.actor.login);
  const found = await ctx.balances('money', account, true);
  return found.find((b) => b.account === account)?.balance.toNumber() ?? 0;
}

export const openShiftCommand = defineCommand({
  name: 'cashier.openShift',
  kind: 'intent',
  permission: 'cashier.shift',
  title: { vi: 'Mở ca', en: 'Open a shift' },
  input: openShiftInput,
  async handle(input, ctx): Promise<OpenShiftResult> {
    const { login, name } = ctx.actor;
    const id = drawerId(login);
    const found = await ctx.find<Paper>('Basic', id);
    const drawer = found && (await ctx.lock<Paper>('Basic', id));
    if (drawer && referredId(drawer, 'shift') !== undefined)
      throw refuse(
        409,
        'shift-open',
        { vi: 'Ca của bạn đang mở', en: 'Your shift is open already' },
        { field: 'shift', remedy: { vi: 'Đóng ca này trước khi mở ca mới', en: 'Close it before you open another' } },
      );
    const shift = ctx.id();
    const number = await paperNumber(ctx, 'CA', 'shift');
    const created = localDate(ctx.performedAt);
    ctx.create(
      paper({
        id: shift,
        kind: 'shift',
        number,
        created,
        author: authorOf(ctx),
        facts: { state: 'open', login, name, openedAt: ctx.performedAt, float: input.float },
      }),
    );
    const open = { shift: { reference: `Basic/${shift}` } };
    if (drawer) ctx.update(withFacts(drawer, open));
    else ctx.create(paper({ id, kind: 'drawer', created, facts: { login, ...open } }));
    // What an earlier shift may have left goes to the safe; the float comes out of it.
    const left = await inDrawer(ctx);
    const [own, safe] = [ACCOUNTS.drawer(login), ACCOUNTS.safe];
    if (left > input.float) ctx.post([move(own, safe, left - input.float, 'float', shift)]);
    if (left < input.float) ctx.post([move(safe, own, input.float - left, 'float', shift)]);
    return { shift, number, float: input.float };
  },
});

export const closeShiftCommand = defineCommand({
  name: 'cashier.closeShift',
  kind: 'intent',
  permission: 'cashier.shift',
  title: { vi: 'Đóng ca', en: 'Close a shift' },
  input: closeShiftInput,
  async handle(input, ctx): Promise<CloseShiftResult> {
    const { login } = ctx.actor;
    const drawer =
      (await ctx.find<Paper>('Basic', drawerId(login))) && (await ctx.lock<Paper>('Basic', drawerId(login)));
    const id = drawer && referredId(drawer, 'shift');
    if (!drawer || id === undefined)
      throw refuse(
        409,
        'no-shift',
        { vi: 'Bạn không có ca nào đang mở', en: 'You have no open shift' },
        { field: 'shift', remedy: { vi: 'Tải lại trang', en: 'Reload the page' } },
      );
    const shift = await ctx.lock<Paper>('Basic', id);
    const expected = await inDrawer(ctx);
    const compared = compareCount(countedTotal(input.count), expected, input.reason);
    if (!compared.ok) throw new Problem(422, [compared.error]);
    const { counted, difference } = compared.value;
    const own = ACCOUNTS.drawer(login);
    if (difference < 0) ctx.post([move(own, ACCOUNTS.difference, -difference, 'cash-short', id)]);
    if (difference > 0) ctx.post([move(ACCOUNTS.difference, own, difference, 'cash-over', id)]);
    if (counted > 0) ctx.post([move(own, ACCOUNTS.transit(id), counted, 'hand-over', id)]);
    const takings = takingsOf(id, await ctx.balances(SHIFT_LEDGER, shiftPrefix(id)));
    // Nothing was in it: there is nothing to hand over, and nobody has to receive it.
    const state = counted === 0 ? 'received' : 'closed';
    ctx.seal(
      withFacts(shift, {
        state,
        closedAt: ctx.performedAt,
        expected,
        counted,
        difference,
        reason: input.reason,
        count: JSON.stringify(input.count.filter((row) => row.pieces > 0)),
        takings: JSON.stringify(takings),
      }),
    );
    ctx.update(withFacts(drawer, { shift: undefined }));
    ctx.emit('cashier.shiftClosed', { shift: id, login, counted, difference });
    return { shift: id, number: numberOf(shift), expected, counted, difference, takings };
  },
});

export const receiveCashCommand = defineCommand({
  name: 'cashier.receiveCash',
  kind: 'intent',
  permission: 'cashier.receive-cash',
  title: { vi: 'Nhận tiền nộp quỹ', en: 'Receive the cash of a shift' },
  input: receiveCashInput,
  async handle(input, ctx): Promise<ReceiveCashResult> {
    const shift = await ctx.lock<Paper>('Basic', input.shift);
    const counted = amountOf(shift, 'counted');
    if (textOf(shift, 'state') !== 'closed')
      throw refuse(
        409,
        'shift-state',
        { vi: `Ca ${numberOf(shift)} không chờ nộp tiền`, en: `Shift ${numberOf(shift)} does not wait to hand over` },
        { field: 'shift', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    if (textOf(shift, 'login') === ctx.actor.login)
      throw refuse(
        409,
        'second-person',
        { vi: 'Người nhận tiền phải khác người nộp', en: 'Another person must receive the cash' },
        { field: 'shift', remedy: { vi: 'Nhờ thủ quỹ xác nhận', en: 'Have the treasurer confirm it' } },
      );
    if (input.amount !== counted)
      throw refuse(
        409,
        'amount-differs',
        {
          vi: `Ca ghi nộp ${formatMoney(counted)}, bạn nhận ${formatMoney(input.amount)}`,
          en: `The shift says ${formatMoney(counted)}, you received ${formatMoney(input.amount)}`,
        },
        { field: 'amount', remedy: { vi: 'Hai người cùng đếm lại', en: 'Count it again together' } },
      );
    ctx.post([move(ACCOUNTS.transit(input.shift), ACCOUNTS.safe, counted, 'received', input.shift)]);
    ctx.correct(
      withFacts(shift, { state: 'received', receivedAt: ctx.performedAt, receivedBy: ctx.actor.name }),
      'Thủ quỹ nhận tiền',
    );
    return { shift: input.shift, number: numberOf(shift), amount: counted };
  },
});
