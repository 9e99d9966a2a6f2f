import { refuse } from '@mach/base/problem.ts';
import { fromLocal, localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine';
import { houseOf } from '@mach/engine/identity/registry.ts';
import { listStaff } from '@mach/engine/identity/staff.ts';
import type { Patient, Task } from '@mach/fhir/types.ts';
import { OPEN_REQUEST, REQUESTS, type RequestKind } from '../contract.ts';
import { answerInput, assignInput, closeRequestInput, deliverInput, extendInput, openRequestInput } from '../inputs.ts';
import { isAnswered, isExtended, isRequest, PRIVACY_EXT, REQUEST_CODE, REQUEST_CS, withExtension } from '../record.ts';
import { clocksOf, extended, RIGHTS_PACK, type RightsPack } from '../rules/rights.ts';

export type Request = Task & { id: string };

const rights = (ctx: CommandContext): RightsPack => ctx.rules<RightsPack>(RIGHTS_PACK).data;
export const kindOf = (task: Task): RequestKind => (task.code?.coding?.[0]?.code ?? 'access') as RequestKind;

/** A request that is not closed yet. @throws Problem 404, 409 */
export async function lockOpen(ctx: CommandContext, id: string): Promise<Request> {
  const task = await ctx.lock<Task>('Task', id);
  if (!isRequest(task)) throw refuse(404, 'not-found', { vi: 'Không có yêu cầu này', en: 'There is no such request' });
  if (['completed', 'rejected', 'cancelled'].includes(task.status))
    throw refuse(409, 'closed', { vi: 'Yêu cầu đã đóng', en: 'The request is closed' });
  return task;
}

export const openRequestCommand = defineCommand({
  name: 'privacy.openRequest',
  kind: 'intent',
  permission: OPEN_REQUEST,
  title: { vi: 'Tiếp nhận yêu cầu về dữ liệu', en: 'Take in a request about data' },
  input: openRequestInput,
  async handle(input, ctx) {
    const patient = await ctx.read<Patient>('Patient', input.patient);
    const today = localDate(ctx.performedAt);
    if (input.receivedOn !== undefined && input.receivedOn > today)
      throw refuse(
        422,
        'future',
        { vi: 'Ngày nhận ở tương lai', en: 'Received in the future' },
        { field: 'receivedOn' },
      );
    const receivedAt =
      input.receivedOn === undefined || input.receivedOn === today
        ? ctx.performedAt
        : fromLocal(input.receivedOn, '12:00');
    const pack = rights(ctx);
    const clocks = clocksOf(input.kind, receivedAt, pack);
    const year = today.slice(2, 4);
    const code = `YC${year}-${String(await ctx.next(`data-request-${year}`)).padStart(6, '0')}`;
    const task = ctx.create<Task>({
      resourceType: 'Task',
      identifier: [{ system: REQUEST_CODE, value: code }],
      extension: [
        { url: PRIVACY_EXT.answerBy, valueDateTime: clocks.answerBy },
        { url: PRIVACY_EXT.relation, valueCode: input.relation },
        { url: PRIVACY_EXT.channel, valueCode: input.channel },
        ...(input.paper ? [{ url: PRIVACY_EXT.paper, valueString: input.paper }] : []),
      ],
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: REQUEST_CS, code: input.kind, display: pack.kinds[input.kind].text.vi }] },
      description: input.detail,
      for: { reference: `Patient/${patient.id}`, display: patient.name?.[0]?.text },
      requester: { display: input.by },
      authoredOn: receivedAt,
      restriction: { period: { start: receivedAt, end: clocks.dueBy } },
    });
    ctx.emit('privacy.requestOpened', { request: task.id, patient: patient.id, kind: input.kind });
    return { request: task.id, code, ...clocks };
  },
});

export const assignRequestCommand = defineCommand({
  name: 'privacy.assignRequest',
  kind: 'intent',
  permission: REQUESTS,
  title: { vi: 'Giao người xử lý yêu cầu', en: 'Assign a request' },
  input: assignInput,
  async handle({ request, account }, ctx) {
    const task = await lockOpen(ctx, request);
    const staff = await listStaff(houseOf(ctx).database.system, ctx.facility.tenant, new Date(ctx.now));
    const person = staff.find((row) => row.active && row.login === account);
    if (!person)
      throw refuse(
        422,
        'unknown-account',
        { vi: `Không có tài khoản ${account} đang làm việc`, en: `Nobody works here as ${account}` },
        { field: 'account' },
      );
    ctx.update<Task>({
      ...task,
      status: task.status === 'requested' ? 'accepted' : task.status,
      owner: { identifier: { system: REQUEST_CS, value: `account:${person.key}` }, display: person.name },
      lastModified: ctx.now,
    });
    return { request };
  },
});

export const answerRequestCommand = defineCommand({
  name: 'privacy.answerRequest',
  kind: 'intent',
  permission: REQUESTS,
  title: { vi: 'Trả lời đã tiếp nhận', en: 'Give the first answer' },
  input: answerInput,
  async handle({ request, text }, ctx) {
    const task = await lockOpen(ctx, request);
    if (isAnswered(task))
      throw refuse(409, 'answered', { vi: 'Đã trả lời tiếp nhận', en: 'The first answer was given' });
    ctx.update<Task>({
      ...task,
      status: 'in-progress',
      extension: withExtension(task, { url: PRIVACY_EXT.answeredAt, valueDateTime: ctx.performedAt }),
      note: [...(task.note ?? []), { time: ctx.performedAt, authorString: ctx.actor.name, text }],
      lastModified: ctx.now,
    });
    return { request };
  },
});

export const extendRequestCommand = defineCommand({
  name: 'privacy.extendRequest',
  kind: 'intent',
  permission: REQUESTS,
  title: { vi: 'Gia hạn yêu cầu', en: 'Extend a request' },
  input: extendInput,
  async handle({ request, reason }, ctx) {
    const task = await lockOpen(ctx, request);
    const due = task.restriction?.period?.end ?? ctx.now;
    if (isExtended(task)) throw refuse(409, 'extended', { vi: 'Chỉ gia hạn một lần', en: 'Extended once already' });
    if (due <= ctx.now) throw refuse(409, 'overdue', { vi: 'Đã quá hạn, không gia hạn được nữa', en: 'It is overdue' });
    const dueBy = extended(due, kindOf(task), rights(ctx));
    ctx.update<Task>({
      ...task,
      restriction: { ...task.restriction, period: { ...task.restriction?.period, end: dueBy } },
      extension: withExtension(task, { url: PRIVACY_EXT.extended, valueString: reason }),
      lastModified: ctx.now,
    });
    return { dueBy };
  },
});

/** The request with one thing more that was done for it. */
export function withDelivery(ctx: CommandContext, task: Request, what: string, note: string, hash?: string): Request {
  return {
    ...task,
    status: 'in-progress',
    output: [
      ...(task.output ?? []),
      {
        extension: [
          { url: PRIVACY_EXT.at, valueDateTime: ctx.performedAt },
          ...(hash === undefined ? [] : [{ url: PRIVACY_EXT.hash, valueString: hash }]),
        ],
        type: { coding: [{ system: REQUEST_CS, code: what }] },
        valueString: note,
      },
    ],
    lastModified: ctx.now,
  };
}

export const deliverCommand = defineCommand({
  name: 'privacy.deliver',
  kind: 'intent',
  permission: REQUESTS,
  title: { vi: 'Ghi việc đã làm cho yêu cầu', en: 'Record what was done for a request' },
  input: deliverInput,
  async handle({ request, what, note, hash }, ctx) {
    ctx.update<Task>(withDelivery(ctx, await lockOpen(ctx, request), what, note, hash));
    return { request };
  },
});

export const closeRequestCommand = defineCommand({
  name: 'privacy.closeRequest',
  kind: 'intent',
  permission: REQUESTS,
  title: { vi: 'Trả lời và đóng yêu cầu', en: 'Answer and close a request' },
  input: closeRequestInput,
  async handle({ request, outcome, letter }, ctx) {
    const task = await lockOpen(ctx, request);
    const grants = outcome === 'granted' || outcome === 'partly';
    const { kept } = rights(ctx).kinds[kindOf(task)];
    if (outcome === 'granted' && kept)
      throw refuse(409, 'kept', kept, {
        field: 'outcome',
        remedy: { vi: 'Trả lời từ chối, nêu căn cứ và thời hạn', en: 'Refuse it, with the ground and the term' },
      });
    if (grants && (task.output ?? []).length === 0)
      throw refuse(
        409,
        'nothing-done',
        { vi: 'Chưa ghi việc nào đã làm cho yêu cầu này', en: 'Nothing was done for this request yet' },
        { field: 'outcome' },
      );
    ctx.update<Task>({
      ...task,
      status: outcome === 'refused' ? 'rejected' : outcome === 'withdrawn' ? 'cancelled' : 'completed',
      businessStatus: { coding: [{ system: REQUEST_CS, code: outcome }] },
      statusReason: { text: letter },
      executionPeriod: { start: task.authoredOn, end: ctx.now },
      lastModified: ctx.now,
    });
    ctx.emit('privacy.requestClosed', { request, outcome });
    return { request };
  },
});
