import { type Issue, Problem } from '@mach/base/problem.ts';
import type { Result } from '@mach/base/result.ts';
import { localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import { restoredOf } from '@mach/engine/restored.ts';
import type { Grant, PaperNumber } from '../contract.ts';
import {
  closeBlockInput,
  giveBackInput,
  type Series,
  spendNumberInput,
  takeNumbersInput,
  voidNumberInput,
} from '../inputs.ts';
import { blockOf, blockRecord, FREE, type Holder, type Stored } from '../records.ts';
import { type Block, closeAll, firstFree, giveBack, notHeld, prefixOf, SIZE, type Spent, spend } from '../rules.ts';
import { isDoubtful, isOfLostTime, recovered, setAside } from './lost-time.ts';

const orRefuse = <T>(result: Result<T, Issue>): T => {
  if (result.ok) return result.value;
  throw new Problem(409, [result.error]);
};

/** A block that was given back comes first, so that few numbers stand open. */
async function freeBlock(ctx: CommandContext, series: Series): Promise<Stored | undefined> {
  const free = await ctx.byToken<Stored>('Basic.identifier', FREE, series);
  for (const one of [...free].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const locked = await ctx.lock<Stored>('Basic', one.id);
    if (blockOf(locked).block.state !== 'free') continue;
    if (!isDoubtful(restoredOf(ctx.facility), locked.meta?.lastUpdated)) return locked;
    setAside(ctx, locked);
  }
  return undefined;
}

async function newBlock(ctx: CommandContext, series: Series): Promise<Block> {
  const year = Number(localDate(ctx.now).slice(0, 4));
  const size = SIZE[series];
  const serial = await ctx.next(`desk:${series}:${year}`);
  const from = (serial - 1) * size + 1;
  return { series, ...prefixOf(series, year), from, to: from + size - 1, state: 'open', spent: [] };
}

export const takeNumbersCommand = defineCommand({
  name: 'desk.takeNumbers',
  kind: 'intent',
  permission: 'desk.numbers',
  title: { vi: 'Nhận quyển số giấy', en: 'Take a block of paper numbers' },
  input: takeNumbersInput,
  async handle(input, ctx): Promise<Grant> {
    const holder: Holder = { desk: input.desk, login: ctx.actor.login, by: ctx.actor.name, takenAt: ctx.now };
    const found = await freeBlock(ctx, input.series);
    const block: Block = found ? { ...blockOf(found).block, state: 'open' } : await newBlock(ctx, input.series);
    const id = found?.id ?? ctx.id();
    const record = blockRecord(id, found?.created ?? localDate(ctx.now), block, holder);
    if (found) ctx.update<Stored>({ ...record, meta: found.meta });
    else ctx.create<Stored>(record);
    const { series, prefix, width, to } = block;
    return { block: id, series, prefix, width, next: firstFree(block), to };
  },
});

/** The block, locked, changed and written again. */
async function change(
  ctx: CommandContext,
  id: string,
  next: (block: Block, holder: Holder) => Block,
): Promise<{ block: Block }> {
  const found = await ctx.lock<Stored>('Basic', id);
  const { block, holder } = blockOf(found);
  const changed = next(block, holder);
  const kept = changed.state === 'open' ? holder : { takenAt: holder.takenAt, by: holder.by };
  if (changed !== block)
    ctx.update<Stored>({ ...blockRecord(id, found.created ?? '', changed, kept), meta: found.meta });
  return { block: changed };
}

async function account(ctx: CommandContext, paper: PaperNumber, of: Pick<Spent, 'as' | 'record' | 'reason'>) {
  if (restoredOf(ctx.facility) && !(await ctx.find<Stored>('Basic', paper.block))) {
    const { login, name: by } = ctx.actor;
    const record = await recovered(ctx, paper, { login, by, takenAt: ctx.performedAt });
    const spent = orRefuse(spend(blockOf(record).block, paper, { ...of, at: ctx.performedAt, by }));
    ctx.update<Stored>({ ...blockRecord(record.id, record.created ?? '', spent, blockOf(record).holder) });
    return { number: paper.number };
  }
  await change(ctx, paper.block, (block, holder) => {
    const known = block.spent.some((one) => one.number === paper.number);
    if (!known && holder.login !== ctx.actor.login && !isOfLostTime(ctx, holder)) throw notHeld();
    return orRefuse(spend(block, paper, { ...of, at: ctx.performedAt, by: ctx.actor.name }));
  });
  return { number: paper.number };
}

export const spendNumberCommand = defineCommand({
  name: 'desk.spendNumber',
  kind: 'intent',
  permission: 'desk.spend',
  title: { vi: 'Ghi số giấy đã dùng', en: 'Account for a paper number' },
  input: spendNumberInput,
  handle: (input, ctx) => account(ctx, input.paper, { as: 'used', record: input.record }),
});

export const voidNumberCommand = defineCommand({
  name: 'desk.voidNumber',
  kind: 'fact',
  permission: 'desk.numbers',
  title: { vi: 'Huỷ số giấy', en: 'Void a paper number' },
  input: voidNumberInput,
  handle: (input, ctx) => account(ctx, input.paper, { as: 'void', reason: input.reason }),
});

export const giveBackCommand = defineCommand({
  name: 'desk.giveBack',
  kind: 'intent',
  permission: 'desk.numbers',
  title: { vi: 'Trả lại quyển số giấy', en: 'Give a block of numbers back' },
  input: giveBackInput,
  async handle(input, ctx): Promise<{ block: string; state: string }> {
    const { block } = await change(ctx, input.block, (held, holder) => {
      if (held.state !== 'open') return held;
      if (holder.login !== ctx.actor.login) throw notHeld();
      return orRefuse(giveBack(held, input.next));
    });
    return { block: input.block, state: block.state };
  },
});

export const closeBlockCommand = defineCommand({
  name: 'desk.closeBlock',
  kind: 'intent',
  permission: 'desk.oversee',
  title: { vi: 'Huỷ phần còn lại của quyển số', en: 'Void the rest of a block' },
  input: closeBlockInput,
  async handle(input, ctx): Promise<{ block: string; voided: number }> {
    let voided = 0;
    await change(ctx, input.block, (block) => {
      if (block.state === 'done') return block;
      const closed = closeAll(block, { reason: input.reason, at: ctx.performedAt, by: ctx.actor.name });
      voided = closed.spent.length - block.spent.length;
      return closed;
    });
    return { block: input.block, voided };
  },
});
