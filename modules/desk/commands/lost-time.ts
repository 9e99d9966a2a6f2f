/**
 * Blocks of paper numbers in a house that was put back to an earlier time. Its desks know better: numbers were handed
 * out, used and given back in the time that it has forgotten, and papers carry them.
 */
import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import { type Restored, restoredOf } from '@mach/engine/restored.ts';
import { type PaperNumber, type Series, showBlockInput } from '../inputs.ts';
import { blockOf, blockRecord, DESK, type Holder, type Stored } from '../records.ts';
import { type Block, prefixOf, SIZE, written } from '../rules.ts';

/** Serials that the counter is moved on by at most: what a house gives out in a year. */
const MOST_SERIALS = 1_000;

/** Who a block in doubt belongs to, until its desk shows it or an overseer closes it. */
const DOUBT = 'Phục hồi dữ liệu';

/** Whether what the house says of a block is from before it was put back: another desk may have it since. */
export const isDoubtful = (restored: Restored | undefined, saidAt: string | undefined): restored is Restored =>
  restored !== undefined && (saidAt ?? '') <= restored.at;

/** A deed of the time that the house has forgotten, with a number of a block whose holder it may have forgotten too. */
export function isOfLostTime(ctx: CommandContext, holder: Holder): boolean {
  const restored = restoredOf(ctx.facility);
  return isDoubtful(restored, holder.takenAt) && ctx.performedAt >= restored.since && ctx.performedAt <= restored.at;
}

/**
 * A free block of before: in the lost time the next desk may have taken it, and its numbers may be on paper. It is not
 * given out; it stands open until that desk has handed in, and an overseer closes it.
 */
export function setAside(ctx: CommandContext, record: Stored): void {
  const { block } = blockOf(record);
  const holder = { by: DOUBT, takenAt: restoredOf(ctx.facility)?.at };
  ctx.update<Stored>({
    ...blockRecord(record.id, record.created ?? '', { ...block, state: 'open' }, holder),
    meta: record.meta,
  });
}

const notOurs = () =>
  refuse(
    409,
    'number-outside',
    { vi: 'Số này không thuộc quyển số nào từng cấp', en: 'This number is of no block that was ever given out' },
    { field: 'paper', remedy: { vi: 'So lại số ghi trên giấy', en: 'Compare the number on the paper' } },
  );

/** `BG26-000031` → receipt of 2026. Tickets do not say their year: that of the deed. */
function seriesOf(number: string, performedAt: string): { series: Series; year: number } {
  const [, letters = '', yy] = /^(G|BG|PG)(?:(\d\d)-)?\d+$/.exec(number) ?? [];
  const series = ({ G: 'queue', BG: 'receipt', PG: 'note' } as const)[letters];
  if (series === undefined) throw notOurs();
  return { series, year: yy === undefined ? Number(localDate(performedAt).slice(0, 4)) : 2000 + Number(yy) };
}

/**
 * Puts a block on the books that was given out in the lost time, as one of its numbers shows it: blocks are cut at fixed
 * places, so the number says which. The counter is moved past it, so that nobody is given the same numbers again.
 */
export async function recovered(ctx: CommandContext, paper: PaperNumber, holder: Holder): Promise<Stored> {
  const { series, year } = seriesOf(paper.number, ctx.performedAt);
  const serial = Math.ceil(paper.n / SIZE[series]);
  const from = (serial - 1) * SIZE[series] + 1;
  const to = from + SIZE[series] - 1;
  const block: Block = { series, ...prefixOf(series, year), from, to, state: 'open', spent: [] };
  if (written(block, paper.n) !== paper.number) throw notOurs();
  const blocks = await ctx.byToken<Stored>('Basic.code', DESK, 'block');
  const overlaps = blocks.some((one) => {
    const other = blockOf(one).block;
    const sameYear = (one.created ?? '').startsWith(String(year));
    return other.series === series && other.prefix === block.prefix && sameYear && other.from <= to && from <= other.to;
  });
  if (overlaps) throw notOurs();
  let last = 0;
  for (let i = 0; i < MOST_SERIALS && last < serial; i++) last = await ctx.next(`desk:${series}:${year}`);
  if (last < serial) throw notOurs();
  return ctx.create<Stored>(blockRecord(paper.block, localDate(ctx.performedAt), block, holder));
}

/** A desk shows a block that it holds, to a house that was put back. @returns whether it may go on with it */
export const showBlockCommand = defineCommand({
  name: 'desk.showBlock',
  kind: 'fact',
  permission: 'desk.numbers',
  title: { vi: 'Trình quyển số đang giữ', en: 'Show a block of numbers' },
  input: showBlockInput,
  async handle({ paper, desk }, ctx): Promise<{ held: boolean }> {
    const restored = restoredOf(ctx.facility);
    const { login, name: by } = ctx.actor;
    const holder: Holder = { desk, login, by, takenAt: ctx.now };
    if (!(await ctx.find<Stored>('Basic', paper.block))) {
      if (!restored) return { held: false };
      await recovered(ctx, paper, holder);
      return { held: true };
    }
    const record = await ctx.lock<Stored>('Basic', paper.block);
    const { block, holder: said } = blockOf(record);
    if (block.state === 'open' && said.login === login) return { held: true };
    const saidAt = block.state === 'free' ? record.meta?.lastUpdated : said.takenAt;
    if (block.state === 'done' || !isDoubtful(restored, saidAt)) return { held: false };
    ctx.update<Stored>({
      ...blockRecord(record.id, record.created ?? '', { ...block, state: 'open' }, holder),
      meta: record.meta,
    });
    return { held: true };
  },
});
