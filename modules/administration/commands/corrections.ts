import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import { changeOf, changeRecord, isChange, type PackChange } from '@mach/engine/rule-packs/change.ts';
import { cellsAt, type OverlayEntry } from '@mach/engine/rule-packs/overlay.ts';
import type { Library } from '@mach/fhir/types.ts';
import { APPROVE, type ChangeResult, CORRECT } from '../contract.ts';
import { present } from '../house/present.ts';
import { correctionInput, decideInput, endInput, rejectInput } from '../house-inputs.ts';

const result = (change: PackChange): ChangeResult => ({ change: change.id, status: change.status });

async function lockChange(ctx: CommandContext, id: string): Promise<PackChange> {
  const record = await ctx.lock<Library>('Library', id);
  if (!isChange(record))
    throw refuse(404, 'not-found', { vi: 'Không có đề nghị này', en: 'There is no such proposal' });
  return changeOf(record);
}

function requireProposed(change: PackChange): void {
  if (change.status === 'proposed') return;
  throw refuse(
    409,
    'decided',
    { vi: 'Đề nghị này đã được quyết định', en: 'This proposal has been decided' },
    { remedy: { vi: 'Tải lại để xem kết quả', en: 'Reload to see the decision' } },
  );
}

export const proposeCorrectionCommand = defineCommand({
  name: 'administration.propose-correction',
  kind: 'intent',
  permission: CORRECT,
  title: { vi: 'Đề nghị đính chính bộ quy tắc', en: 'Propose a correction of a rule pack' },
  input: correctionInput,
  async handle(input, ctx): Promise<ChangeResult> {
    const { from, to = null } = input;
    if (to !== null && to < from)
      throw refuse(
        422,
        'period',
        { vi: 'Ngày hết hiệu lực trước ngày bắt đầu', en: 'It ends before it begins' },
        { field: 'to' },
      );
    const entries = input.entries.map((entry, i) => present(ctx, entry, from, `entries.${i}`));
    const change: PackChange = {
      id: ctx.id(),
      kind: 'correction',
      status: 'proposed',
      title: input.title,
      reason: input.reason,
      source: {
        document: input.document,
        ...(input.article ? { article: input.article } : {}),
        certainty: input.certainty,
      },
      parts: [{ validFrom: from, validTo: to, entries }],
      proposedBy: { id: ctx.actor.id, name: ctx.actor.name },
      proposedAt: ctx.now,
      ended: [],
    };
    ctx.create<Library>(changeRecord(change));
    ctx.emit('administration.correction-proposed', { change: change.id, entries: entries.length });
    return result(change);
  },
});

export const approveCorrectionCommand = defineCommand({
  name: 'administration.approve-correction',
  kind: 'intent',
  permission: APPROVE,
  title: { vi: 'Duyệt đính chính bộ quy tắc', en: 'Approve a correction of a rule pack' },
  input: decideInput,
  async handle(input, ctx): Promise<ChangeResult> {
    const change = await lockChange(ctx, input.change);
    requireProposed(change);
    if (change.proposedBy.id === ctx.actor.id)
      throw refuse(
        403,
        'same-person',
        { vi: 'Người đề nghị không tự duyệt', en: 'Who proposed it does not approve it' },
        { remedy: { vi: 'Nhờ người thứ hai xem và duyệt', en: 'Ask a second person to look and approve' } },
      );
    for (const { validFrom, entries } of change.parts)
      for (const entry of entries) requireUnmoved(ctx, entry, validFrom);
    const decided: PackChange = {
      ...change,
      status: 'active',
      decidedBy: { id: ctx.actor.id, name: ctx.actor.name },
      decidedAt: ctx.now,
    };
    ctx.seal<Library>(changeRecord(decided));
    ctx.emit('administration.correction-approved', { change: change.id });
    return result(decided);
  },
});

/** @throws Problem 409 when the entry is no longer what the proposer saw */
function requireUnmoved(ctx: CommandContext, entry: OverlayEntry, from: string): void {
  const now = cellsAt(ctx.rules(entry.subject, from).data, entry, Object.keys(entry.cells));
  if (JSON.stringify(now ?? null) === JSON.stringify(entry.was ?? null)) return;
  throw refuse(
    409,
    'stale-proposal',
    {
      vi: `Mục ${[entry.subject, entry.path, ...Object.values(entry.key)].join(' · ')} đã thay đổi sau khi đề nghị`,
      en: `The entry ${[entry.subject, entry.path, ...Object.values(entry.key)].join(' · ')} has changed since it was proposed`,
    },
    {
      remedy: {
        vi: 'Từ chối và lập đề nghị mới trên giá trị hiện tại',
        en: 'Reject it and propose anew on what holds now',
      },
    },
  );
}

export const rejectCorrectionCommand = defineCommand({
  name: 'administration.reject-correction',
  kind: 'intent',
  permission: CORRECT,
  title: { vi: 'Từ chối hoặc rút đề nghị đính chính', en: 'Reject or withdraw a proposed correction' },
  input: rejectInput,
  async handle(input, ctx): Promise<ChangeResult> {
    const change = await lockChange(ctx, input.change);
    requireProposed(change);
    const decided: PackChange = {
      ...change,
      status: 'rejected',
      note: input.reason,
      decidedBy: { id: ctx.actor.id, name: ctx.actor.name },
      decidedAt: ctx.now,
    };
    ctx.seal<Library>(changeRecord(decided));
    ctx.emit('administration.correction-rejected', { change: change.id });
    return result(decided);
  },
});

export const endChangeCommand = defineCommand({
  name: 'administration.end-change',
  kind: 'intent',
  permission: APPROVE,
  title: { vi: 'Thôi áp dụng một bảng giá hoặc đính chính', en: 'End a price list or a correction' },
  input: endInput,
  async handle(input, ctx): Promise<ChangeResult> {
    const change = await lockChange(ctx, input.change);
    if (change.status !== 'active')
      throw refuse(409, 'not-active', { vi: 'Mục này không có hiệu lực', en: 'This is not in force' });
    if (input.from < localDate(ctx.now))
      throw refuse(
        422,
        'in-the-past',
        { vi: 'Ngày thôi áp dụng đã qua', en: 'The day is past' },
        { field: 'from', remedy: { vi: 'Chọn từ hôm nay trở đi', en: 'Choose today or later' } },
      );
    if (change.ended.some((end) => end.from <= input.from))
      throw refuse(409, 'ended', { vi: 'Mục này đã được thôi áp dụng', en: 'It has been ended already' });
    const ended = [...change.ended, { from: input.from, at: ctx.now, by: ctx.actor.name, reason: input.reason }];
    ctx.correct<Library>(changeRecord({ ...change, ended }), input.reason);
    ctx.emit('administration.change-ended', { change: change.id, from: input.from });
    return result(change);
  },
});
