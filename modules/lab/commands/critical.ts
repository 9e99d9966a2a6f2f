/** What a result that cannot wait brings with it: the record of the call, work for the doctor, and an event. */
import { refuse } from '@mach/base/problem.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { Communication, Observation, Task } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import { CRITICAL_TASK } from '../contract.ts';
import { acknowledgeCriticalInput, type callBackInput } from '../inputs.ts';
import { itemOf, textOf } from '../read.ts';
import type { Locked } from './order.ts';
import { actorReference } from './order.ts';
import { callRecord, criticalTask, doctorOf } from './records.ts';

export type CallBack = z.output<typeof callBackInput>;

/** `Kali 7,1 mmol/L`. */
export function criticalText(result: Observation): string {
  const unit = result.valueQuantity?.unit;
  return [result.code.text ?? '', textOf(result), unit].filter((t) => t !== undefined && t !== '').join(' ');
}

/** @throws Problem 422 while nobody has been told, or the call lies before the specimen or in the future. */
export function requireCall(ctx: CommandContext, callback: CallBack | undefined, what: readonly string[]): CallBack {
  if (callback === undefined)
    throw refuse(
      422,
      'callback-required',
      {
        vi: `Giá trị báo động, phải gọi báo ngay: ${what.join('; ')}`,
        en: `Critical, must be called at once: ${what.join('; ')}`,
      },
      {
        field: 'callback',
        remedy: {
          vi: 'Gọi bác sĩ chỉ định, ghi tên người nhận và xác nhận đã đọc lại',
          en: 'Call the ordering doctor; record who took it and that it was read back',
        },
      },
    );
  if (callback.at !== undefined && Date.parse(callback.at) > Date.parse(ctx.now))
    throw refuse(
      422,
      'callback-in-future',
      { vi: 'Giờ gọi báo ở tương lai', en: 'The time of the call lies in the future' },
      { field: 'callback.at', remedy: { vi: 'Ghi giờ đã gọi', en: 'Write when it was called' } },
    );
  return callback;
}

/** Writes the call and the doctor's task, and says so. @returns the task's id. */
export function raise(
  ctx: CommandContext,
  { order, visit, patient }: Locked,
  report: string,
  callback: CallBack,
  what: { text: string; items: readonly string[] },
): string {
  ctx.seal<Communication>(callRecord(ctx, order, report, callback, what.text));
  const task = ctx.create<Task>(criticalTask(ctx, order, report, what.text));
  ctx.emit('lab.critical', {
    encounter: visit.id,
    patient: patient.id,
    order: order.id,
    report,
    items: [...what.items],
    doctor: doctorOf(order),
    task: task.id,
  });
  return task.id;
}

/**
 * Work about values that a correction has changed: what is still critical of them stays in it, and with nothing left it is
 * withdrawn, so that nobody treats a value that was never there.
 */
export async function retell(
  ctx: CommandContext,
  report: string,
  left: readonly Observation[],
  why: string,
): Promise<void> {
  for (const task of await ctx.referring<Task>('Task.focus', report)) {
    const open = task.status === 'requested' && task.code?.coding?.some((c) => c.code === CRITICAL_TASK);
    if (!open) continue;
    const note = [...(task.note ?? []), { authorString: ctx.actor.name, time: ctx.performedAt, text: why }];
    ctx.update<Task>(
      left.length > 0
        ? { ...task, description: criticalOf(left).text, lastModified: ctx.now, note }
        : { ...task, status: 'cancelled', statusReason: { text: why }, lastModified: ctx.now, note },
    );
  }
}

export const criticalOf = (results: readonly Observation[]): { text: string; items: string[] } => ({
  text: results.map(criticalText).join('; '),
  items: results.flatMap((r) => itemOf(r) ?? []),
});

export const acknowledgeCriticalCommand = defineCommand({
  name: 'lab.acknowledgeCritical',
  kind: 'intent',
  permission: 'lab.acknowledge',
  title: { vi: 'Xác nhận đã nhận kết quả báo động', en: 'Acknowledge a critical result' },
  input: acknowledgeCriticalInput,
  async handle(input, ctx): Promise<{ task: string }> {
    const task = await ctx.lock<Task>('Task', input.task);
    if (!task.code?.coding?.some((c) => c.system === CS.document && c.code === CRITICAL_TASK))
      throw refuse(
        409,
        'not-a-critical-task',
        { vi: 'Việc này không phải kết quả báo động', en: 'This work is not about a critical result' },
        { field: 'task', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    // Two who acknowledge: the first one counts. What a correction has withdrawn needs nobody any more.
    if (task.status === 'completed' || task.status === 'cancelled') return { task: task.id };
    ctx.update<Task>({
      ...task,
      status: 'completed',
      lastModified: ctx.now,
      executionPeriod: { start: task.authoredOn, end: ctx.performedAt },
      note: [
        ...(task.note ?? []),
        {
          authorString: ctx.actor.name,
          time: ctx.performedAt,
          text: input.note ?? `Đã nhận: ${actorReference(ctx).display ?? ctx.actor.login}`,
        },
      ],
    });
    return { task: task.id };
  },
});
