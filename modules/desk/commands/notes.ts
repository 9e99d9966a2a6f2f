import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { Encounter } from '@mach/fhir/types.ts';
import { spendNumber } from '../contract.ts';
import { closeNoteInput, keepNoteInput } from '../inputs.ts';
import { factsOf, NUMBER, type Stored, stored } from '../records.ts';

export const keepNoteCommand = defineCommand({
  name: 'desk.keepNote',
  kind: 'fact',
  permission: 'desk.numbers',
  title: { vi: 'Nộp phiếu giấy để nhập sau', en: 'Hand a paper note in' },
  input: keepNoteInput,
  async handle(input, ctx): Promise<{ note: string; number: string | null }> {
    const visit = input.encounter === undefined ? undefined : await ctx.find<Encounter>('Encounter', input.encounter);
    const id = ctx.id();
    if (input.paper) await ctx.call(spendNumber, { paper: input.paper, record: `Basic/${id}` });
    const { kind, name, born, ticket, title, text, reason } = input;
    ctx.create<Stored>(
      stored({
        id,
        kind: 'note',
        created: localDate(ctx.performedAt),
        identifier: input.paper && { system: NUMBER, value: input.paper.number },
        subject: visit?.subject?.reference,
        facts: {
          kind,
          state: 'open',
          name,
          born,
          ticket,
          encounter: visit?.id,
          title,
          text,
          reason,
          by: ctx.actor.name,
          at: ctx.performedAt,
        },
      }),
    );
    return { note: id, number: input.paper?.number ?? null };
  },
});

export const closeNoteCommand = defineCommand({
  name: 'desk.closeNote',
  kind: 'intent',
  permission: 'desk.numbers',
  title: { vi: 'Xong phiếu giấy', en: 'Finish a paper note' },
  input: closeNoteInput,
  async handle(input, ctx): Promise<{ note: string }> {
    const note = await ctx.lock<Stored>('Basic', input.note);
    const facts = factsOf(note);
    if (facts.state !== 'open')
      throw refuse(
        409,
        'note-closed',
        { vi: `Phiếu này ${facts.closedBy ?? ''} đã xử lý`, en: `This note is done, by ${facts.closedBy ?? ''}` },
        { field: 'note', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    const { outcome } = input;
    const closed = { ...facts, state: 'closed', outcome, closedBy: ctx.actor.name, closedAt: ctx.now };
    ctx.update<Stored>({
      ...note,
      extension: stored({ id: note.id, kind: 'note', created: '', facts: closed }).extension,
    });
    return { note: note.id };
  },
});
