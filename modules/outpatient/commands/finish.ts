import { type Issue, Problem } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { advanceOrder, conclude, DIAGNOSTIC_GROUPS, orderStateOf, serviceGroupOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ServiceRequest } from '@mach/fhir/types.ts';
import type { z } from 'zod';
import type { FinishResult, MarkSeenResult } from '../contract.ts';
import { finishInput, markSeenInput } from '../inputs.ts';
import type { NoteSection } from '../lists.ts';
import { merge, type NoteContent, readNote, SECTION_TITLES, toSections } from '../rules/note.ts';
import { isSigned, noteOf, signNote, withAuthor } from './note.ts';
import { lockAtDoctor, patientOf, requirePractitioner, type Visit } from './visit.ts';

/** Sections without which an exam is not described. */
const NEEDED: readonly NoteSection[] = ['reason', 'history', 'exam'];

export const markSeenCommand = defineCommand({
  name: 'outpatient.markSeen',
  kind: 'intent',
  permission: 'outpatient.see-results',
  title: { vi: 'Đã xem kết quả', en: 'Results seen' },
  input: markSeenInput,
  async handle(input, ctx): Promise<MarkSeenResult> {
    requirePractitioner(ctx);
    const seen: string[] = [];
    for (const id of [...new Set(input.orders)]) {
      const order = await ctx.read<ServiceRequest>('ServiceRequest', id);
      if (orderStateOf(order) !== 'seen') await ctx.call(advanceOrder, { order: id, to: 'seen' });
      seen.push(id);
    }
    return { seen };
  },
});

export const finishCommand = defineCommand({
  name: 'outpatient.finish',
  kind: 'intent',
  permission: 'outpatient.finish',
  title: { vi: 'Ký và kết thúc khám', en: 'Sign and finish the exam' },
  input: finishInput,
  async handle(input, ctx): Promise<FinishResult> {
    const author = requirePractitioner(ctx);
    const visit = await lockAtDoctor(ctx, input.encounter);
    const note = await noteOf(ctx, visit.id);
    const content = completed(readNote(note), visit);
    const issues = [
      ...missingSections(content),
      ...(await unseenResults(ctx, visit)),
      ...outcomeIssues(input, visit.period?.start ?? ctx.performedAt, ctx.performedAt),
    ];
    if (issues.length > 0 || !note) throw new Problem(409, issues);
    if (!isSigned(note)) {
      await signNote(ctx, { ...note, author: withAuthor(note, author), section: toSections(content) });
      ctx.emit('outpatient.noteSigned', { encounter: visit.id, patient: patientOf(visit), composition: note.id });
    }
    const concluded = await ctx.call(conclude, input);
    return { ...concluded, composition: note.id };
  },
});

/** The reason told at the desk stands in for the doctor's own words. */
function completed(content: NoteContent, visit: Visit): NoteContent {
  const told = visit.reasonCode?.[0]?.text;
  return content.texts.reason === undefined && told ? merge(content, { reason: told }) : content;
}

function missingSections(content: NoteContent): Issue[] {
  return NEEDED.filter((code) => content.texts[code] === undefined).map((code) => ({
    severity: 'error',
    code: 'note-incomplete',
    field: `sections.${code}`,
    text: {
      vi: `Phiếu khám chưa có mục "${SECTION_TITLES[code].vi}"`,
      en: `The note lacks the section "${SECTION_TITLES[code].en}"`,
    },
    remedy: { vi: 'Ghi ít nhất một dòng', en: 'Write at least one line' },
  }));
}

async function unseenResults(ctx: CommandContext, visit: Visit): Promise<Issue[]> {
  const orders = await ctx.referring<ServiceRequest>('ServiceRequest.encounter', visit.id);
  const unseen = orders.filter(
    (o) => orderStateOf(o) === 'validated' && DIAGNOSTIC_GROUPS.includes(serviceGroupOf(o) ?? 'exam'),
  );
  return unseen.map((order) => ({
    severity: 'error',
    code: 'results-unseen',
    field: `orders.${order.id}`,
    text: {
      vi: `Chưa xem kết quả: ${order.code?.text ?? ''}`,
      en: `Result not looked at yet: ${order.code?.text ?? ''}`,
    },
    remedy: { vi: 'Xem rồi đánh dấu đã xem', en: 'Look at it and mark it as seen' },
  }));
}

const DAY_MS = 86_400_000;

type Ending = Pick<z.output<typeof finishInput>, 'outcome' | 'revisit' | 'destination' | 'diedAt'>;

function outcomeIssues(input: Ending, start: string, now: string): Issue[] {
  const today = localDate(now);
  const need = (field: string, vi: string, en: string): Issue => ({
    severity: 'error',
    code: 'outcome-incomplete',
    field,
    text: { vi, en },
    remedy: { vi: 'Bổ sung rồi ký', en: 'Complete it, then sign' },
  });
  const issues: Issue[] = [];
  if (input.outcome === 'revisit' && input.revisit === undefined)
    issues.push(need('revisit', 'Hẹn khám lại cần có ngày hẹn', 'A return visit needs its date'));
  if (input.revisit !== undefined && input.revisit < today)
    issues.push(need('revisit', 'Ngày hẹn đã qua', 'The return date has passed'));
  if (input.outcome === 'transferred' && input.destination === undefined)
    issues.push(need('destination', 'Chuyển cơ sở cần có nơi đến', 'A transfer needs its destination'));
  if (input.outcome === 'died' && input.diedAt === undefined)
    issues.push(need('diedAt', 'Tử vong cần có giờ', 'A death needs its time'));
  // Who is brought in dead died before the visit began, but not days before.
  const at = input.diedAt === undefined ? undefined : Date.parse(input.diedAt);
  if (at !== undefined && (at > Date.parse(now) || at < Date.parse(start) - DAY_MS))
    issues.push(
      need(
        'diedAt',
        'Giờ tử vong không được ở tương lai, hay quá một ngày trước lượt khám',
        'The time of death is neither in the future nor more than a day before the visit',
      ),
    );
  return issues;
}
