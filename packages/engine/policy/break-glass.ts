import { refuse } from '@mach/base/problem.ts';
import type { Encounter, Patient, Task } from '@mach/fhir/types.ts';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../command.ts';
import { commandRef } from '../command-ref.ts';
import { ACCESS_PACK, type AccessPack } from './rules.ts';

export const ACCESS_CS = 'https://mach.vn/fhir/cs/access';
/** Permission that a guard lets pass everywhere: who breaks the glass cannot see the patient yet. */
export const BREAK_GLASS = 'access.break-glass';

const HOUR = 3_600_000;

const breakGlassInput = z.strictObject({
  /** Id of the patient … */
  patient: z.string().min(1).max(64).optional(),
  /** … or of a visit of his: what a worklist or a link was about … */
  visit: z.string().min(1).max(64).optional(),
  /** … or one of his numbers, as it stands. */
  identifier: z.strictObject({ system: z.string().max(200), value: z.string().min(1).max(64) }).optional(),
  reason: z.string().trim().min(10).max(500),
  hours: z.int().min(1).max(24).optional(),
});

export interface BrokenGlass {
  task: string;
  patient: string;
  until: string;
}
export const breakGlass = commandRef<z.input<typeof breakGlassInput>, BrokenGlass>('access.breakGlass');

const isBroken = (task: Task): boolean =>
  task.code?.coding?.some((c) => c.system === ACCESS_CS && c.code === 'break-glass') ?? false;

/** Opens the record of one patient for a few hours, for a reason that somebody else reads the next morning. */
export const breakGlassCommand = defineCommand({
  name: 'access.breakGlass',
  kind: 'intent',
  permission: BREAK_GLASS,
  title: { vi: 'Mở hồ sơ khẩn cấp', en: 'Break the glass' },
  input: breakGlassInput,
  async handle(input, ctx): Promise<BrokenGlass> {
    const { breakGlass: allowed } = ctx.rules<AccessPack>(ACCESS_PACK).data;
    const hours = input.hours ?? allowed.hours;
    if (hours > allowed.maxHours)
      throw refuse(
        422,
        'too-long',
        { vi: `Mở khẩn cấp không quá ${allowed.maxHours} giờ`, en: `No longer than ${allowed.maxHours} hours` },
        { field: 'hours' },
      );
    const patient = await findPatient(input, ctx);
    const until = new Date(Date.parse(ctx.now) + hours * HOUR).toISOString();
    const task = ctx.create<Task>({
      resourceType: 'Task',
      status: 'in-progress',
      intent: 'order',
      code: { coding: [{ system: ACCESS_CS, code: 'break-glass', display: 'Mở hồ sơ khẩn cấp' }] },
      for: { reference: `Patient/${patient.id}`, display: patient.name?.[0]?.text },
      requester: {
        ...(ctx.actor.practitioner === null ? {} : { reference: `Practitioner/${ctx.actor.practitioner}` }),
        identifier: { system: ACCESS_CS, value: ctx.actor.id },
        display: ctx.actor.name,
      },
      reasonCode: { text: input.reason },
      authoredOn: ctx.now,
      restriction: { period: { start: ctx.now, end: until } },
      executionPeriod: { start: ctx.now },
    });
    ctx.emit('access.glassBroken', { task: task.id, patient: patient.id, actor: ctx.actor.id, until });
    return { task: task.id, patient: patient.id, until };
  },
});

async function findPatient(
  input: z.output<typeof breakGlassInput>,
  ctx: CommandContext,
): Promise<Patient & { id: string }> {
  if (input.patient !== undefined) return ctx.read<Patient>('Patient', input.patient);
  if (input.visit !== undefined) {
    const { subject } = await ctx.read<Encounter>('Encounter', input.visit);
    return ctx.read<Patient>('Patient', /^Patient\/(.+)$/.exec(subject?.reference ?? '')?.[1] ?? '');
  }
  const { identifier } = input;
  if (!identifier)
    throw refuse(
      422,
      'no-patient',
      { vi: 'Chưa nêu người bệnh', en: 'No patient is named' },
      {
        field: 'patient',
        remedy: { vi: 'Ghi mã người bệnh hoặc một số giấy tờ', en: 'Give the patient code or one identifier' },
      },
    );
  const [patient, another] = await ctx.byToken<Patient>('Patient.identifier', identifier.system, identifier.value);
  if (!patient || another)
    throw refuse(
      404,
      'not-found',
      { vi: 'Không có đúng một người bệnh mang số này', en: 'Not exactly one patient has this number' },
      {
        field: 'identifier',
        remedy: {
          vi: 'Kiểm tra lại số; nếu nhiều hồ sơ mang số này, mở bằng mã người bệnh',
          en: 'Check the number; where several records bear it, open by the patient code',
        },
      },
    );
  return patient;
}

async function brokenTask(ctx: CommandContext, id: string): Promise<Task & { id: string }> {
  const task = await ctx.lock<Task>('Task', id);
  if (isBroken(task)) return task;
  throw refuse(404, 'not-found', { vi: `Không có lần mở khẩn cấp ${id}`, en: `There is no broken glass ${id}` });
}

/** It ends now, if it has not ended by itself. */
const ended = (task: Task, now: string): Task['executionPeriod'] => ({
  ...task.executionPeriod,
  end: [task.executionPeriod?.end, task.restriction?.period?.end, now].filter((t) => t !== undefined).sort()[0],
});

/** The one who broke it needs it no longer. */
export const mendGlassCommand = defineCommand({
  name: 'access.mendGlass',
  kind: 'intent',
  permission: BREAK_GLASS,
  title: { vi: 'Đóng hồ sơ khẩn cấp', en: 'Mend the glass' },
  input: z.strictObject({ task: z.string().min(1).max(64) }),
  async handle(input, ctx) {
    const task = await brokenTask(ctx, input.task);
    if (task.requester?.identifier?.value !== ctx.actor.id)
      throw refuse(403, 'not-yours', {
        vi: 'Chỉ người đã mở được đóng; người rà soát dùng lệnh rà soát',
        en: 'Only the one who broke it may mend it; reviewers use the review',
      });
    ctx.update<Task>({ ...task, executionPeriod: ended(task, ctx.now) });
    return { task: task.id };
  },
});

export const reviewGlassCommand = defineCommand({
  name: 'access.reviewGlass',
  kind: 'intent',
  permission: 'access.review',
  title: { vi: 'Rà soát mở khẩn cấp', en: 'Review a broken glass' },
  input: z.strictObject({
    task: z.string().min(1).max(64),
    finding: z.enum(['justified', 'unjustified']),
    note: z.string().trim().max(1000).optional(),
  }),
  async handle(input, ctx) {
    const task = await brokenTask(ctx, input.task);
    if (task.status === 'completed')
      throw refuse(409, 'reviewed', { vi: 'Lần mở này đã rà soát', en: 'This one has been reviewed' });
    if (task.requester?.identifier?.value === ctx.actor.id)
      throw refuse(403, 'own-case', { vi: 'Không tự rà soát lần mở của mình', en: 'Nobody reviews his own' });
    if (input.finding === 'unjustified' && !input.note)
      throw refuse(
        422,
        'note-needed',
        { vi: 'Không chính đáng thì phải ghi lý do', en: 'Unjustified needs a note' },
        { field: 'note' },
      );
    ctx.update<Task>({
      ...task,
      status: 'completed',
      businessStatus: { coding: [{ system: ACCESS_CS, code: input.finding }] },
      executionPeriod: ended(task, ctx.now),
      lastModified: ctx.now,
      owner: { identifier: { system: ACCESS_CS, value: ctx.actor.id }, display: ctx.actor.name },
      ...(input.note ? { note: [...(task.note ?? []), { time: ctx.now, text: input.note }] } : {}),
    });
    ctx.emit('access.glassReviewed', { task: task.id, finding: input.finding });
    return { task: task.id };
  },
});
