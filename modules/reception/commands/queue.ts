import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { returnToQueue, roomOf, VISIT_LABELS, type VisitState, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Communication, Encounter } from '@mach/fhir/types.ts';
import type { CallResult } from '../contract.ts';
import { callInput } from '../inputs.ts';
import { type CallKind, callRecord, QUEUE_CALL } from '../queue/records.ts';
import { QUEUE_PACK, type QueueRules } from '../queue/rules.ts';

const CALLABLE: readonly VisitState[] = ['waiting', 'in-exam', 'awaiting-results', 'results-ready'];

async function callable(ctx: CommandContext, id: string): Promise<Encounter & { id: string }> {
  const visit = await ctx.lock<Encounter>('Encounter', id);
  const state = visitStateOf(visit);
  if (state !== undefined && CALLABLE.includes(state)) return visit;
  const is = state === undefined ? { vi: 'nhập từ nơi khác', en: 'imported' } : VISIT_LABELS[state];
  throw refuse(
    409,
    'not-in-queue',
    { vi: `Lượt khám "${is.vi}": không còn trong hàng đợi`, en: `The visit is "${is.en}": not in the queue` },
    { field: 'encounter', remedy: { vi: 'Tải lại hàng đợi', en: 'Load the queue again' } },
  );
}

function write(ctx: CommandContext, visit: Encounter & { id: string }, kind: CallKind): string {
  const { actor } = ctx;
  const by = {
    ...(actor.practitioner === null ? {} : { reference: `Practitioner/${actor.practitioner}` }),
    display: actor.name,
  };
  return ctx.create<Communication>(callRecord(visit, { kind, at: ctx.performedAt, room: roomOf(visit) ?? '', by })).id;
}

export const callCommand = defineCommand({
  name: 'reception.call',
  kind: 'intent',
  permission: 'reception.queue',
  title: { vi: 'Gọi số', en: 'Call a number' },
  input: callInput,
  async handle(input, ctx): Promise<CallResult> {
    const visit = await callable(ctx, input.encounter);
    const call = write(ctx, visit, 'call');
    ctx.emit('reception.called', { encounter: visit.id, room: roomOf(visit) ?? '' });
    return { encounter: visit.id, call, times: 0, places: 0 };
  },
});

export const absentCommand = defineCommand({
  name: 'reception.absent',
  kind: 'intent',
  permission: 'reception.queue',
  title: { vi: 'Gọi không có mặt', en: 'Called and absent' },
  input: callInput,
  async handle(input, ctx): Promise<CallResult> {
    const visit = await callable(ctx, input.encounter);
    if (visitStateOf(visit) === 'in-exam')
      await ctx.call(returnToQueue, { encounter: visit.id, reason: 'Gọi không có mặt' });
    const before = await ctx.referring<Communication>('Communication.encounter', visit.id);
    const times = 1 + before.filter((one) => isAbsence(one, localDate(ctx.performedAt))).length;
    const call = write(ctx, visit, 'absent');
    const { absent } = ctx.rules<QueueRules>(QUEUE_PACK).data;
    ctx.emit('reception.absent', { encounter: visit.id, room: roomOf(visit) ?? '', times });
    return { encounter: visit.id, call, times, places: times >= absent.times ? -1 : absent.places };
  },
});

const isAbsence = (one: Communication, day: string): boolean =>
  one.topic?.coding?.some((c) => c.system === QUEUE_CALL && c.code === 'absent') === true &&
  one.sent !== undefined &&
  localDate(one.sent) === day;
