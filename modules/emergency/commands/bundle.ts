import { refuse } from '@mach/base/problem.ts';
import { idOf, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter, Task } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import type { BundleResult } from '../contract.ts';
import { endBundleInput, startBundleInput } from '../inputs.ts';
import {
  BUNDLE,
  bundleCodeOf,
  doorOf,
  emergencyOf,
  isBundle,
  marksOf,
  outputOf,
  RUN,
  runExtension,
  withEmergency,
} from '../records.ts';
import { type BundleRule, type BundlesData, bundleOf } from '../rules/bundle-pack.ts';
import { type RunState, runState, type StepMark } from '../rules/bundle-run.ts';
import { bundlesPack } from './packs.ts';
import {
  create,
  encounterReference,
  lockPresent,
  PRESENT,
  patientOf,
  performer,
  subjectOf,
  update,
  type Visit,
} from './visit.ts';

export type Run = IdentifiedResource<Task>;

export interface OpenRun {
  task: Run;
  visit: Visit;
  rule: BundleRule;
  data: BundlesData;
  hash: string;
  state: RunState;
}

/** A running bundle, its visit locked first as in every deed. The rules are those of its start. */
export async function lockRun(ctx: CommandContext, id: string): Promise<OpenRun> {
  const found = await ctx.read<Task>('Task', id);
  if (!isBundle(found))
    throw refuse(
      404,
      'not-a-bundle',
      { vi: 'Đây không phải gói cấp cứu', en: 'This is not an emergency bundle' },
      { field: 'run' },
    );
  const { visit } = await lockPresent(ctx, idOf(found.encounter) ?? '');
  const task = await ctx.lock<Task>('Task', id);
  if (task.status !== 'in-progress')
    throw refuse(
      409,
      'bundle-over',
      { vi: `Gói "${task.code?.text ?? ''}" đã kết thúc`, en: `The bundle "${task.code?.text ?? ''}" is over` },
      { field: 'run', remedy: { vi: 'Mở gói mới nếu cần', en: 'Start a new one if needed' } },
    );
  const { data, hash } = bundlesPack(ctx, task.authoredOn);
  const rule = bundleOf(data, bundleCodeOf(task));
  if (!rule) throw new RangeError(`no rules of bundle ${bundleCodeOf(task)} on ${task.authoredOn}`);
  return { task, visit, rule, data, hash, state: stateOf(rule, task, marksOf(task)) };
}

const stateOf = (rule: BundleRule, task: Task, marks: readonly StepMark[]): RunState =>
  runState(rule, { doorAt: doorOf(task), startedAt: task.executionPeriod?.start ?? '', marks });

export function runResult(task: Run, state: RunState): BundleResult {
  return {
    run: task.id,
    status: task.status as BundleResult['status'],
    nextStep: state.next?.rule.code ?? null,
    nextDueAt: state.next?.dueAt ?? null,
  };
}

/** Writes further marks; a bundle whose needed steps are all settled is complete by itself. */
export function writeMarks(ctx: CommandContext, open: OpenRun, marks: readonly StepMark[]): BundleResult {
  const { task, rule, hash, visit } = open;
  const state = stateOf(rule, task, [...marksOf(task), ...marks]);
  const name = (step: string): string => rule.steps.find((s) => s.code === step)?.vi ?? step;
  const over = state.complete
    ? { status: 'completed' as const, executionPeriod: { ...task.executionPeriod, end: ctx.performedAt } }
    : {};
  const written = update<Task>(ctx, {
    ...task,
    ...over,
    lastModified: ctx.now,
    extension: [...(task.extension ?? []).filter((e) => e.url !== RUN), runExtension(doorOf(task), hash, state)],
    output: [...(task.output ?? []), ...marks.map((mark) => outputOf(mark, name(mark.step)))],
  });
  if (state.complete) emitEnded(ctx, visit, written, true);
  return runResult(written, state);
}

/** A dose is taken back. A bundle that had become complete by it runs again; one that was ended by hand stays ended. */
export async function undoMark(ctx: CommandContext, run: string, visit: Visit, mark: StepMark): Promise<void> {
  const task = await ctx.lock<Task>('Task', run);
  const { data, hash } = bundlesPack(ctx, task.authoredOn);
  const rule = bundleOf(data, bundleCodeOf(task));
  if (!rule) throw new RangeError(`no rules of bundle ${bundleCodeOf(task)} on ${task.authoredOn}`);
  const state = stateOf(rule, task, [...marksOf(task), mark]);
  const again = task.status === 'completed' && !state.complete && PRESENT.includes(visitStateOf(visit) ?? 'closed');
  update<Task>(ctx, {
    ...task,
    ...(again ? { status: 'in-progress' as const, executionPeriod: { ...task.executionPeriod, end: undefined } } : {}),
    lastModified: ctx.now,
    extension: [...(task.extension ?? []).filter((e) => e.url !== RUN), runExtension(doorOf(task), hash, state)],
    output: [
      ...(task.output ?? []),
      outputOf(mark, rule.steps.find((step) => step.code === mark.step)?.vi ?? mark.step),
    ],
  });
}

function emitEnded(ctx: CommandContext, visit: Visit, task: Run, complete: boolean): void {
  ctx.emit('emergency.bundleEnded', {
    encounter: visit.id,
    patient: patientOf(visit),
    run: task.id,
    bundle: bundleCodeOf(task),
    complete,
  });
}

export const startBundleCommand = defineCommand({
  name: 'emergency.startBundle',
  kind: 'intent',
  permission: 'emergency.bundle',
  title: { vi: 'Kích hoạt gói cấp cứu', en: 'Start a bundle' },
  input: startBundleInput,
  async handle(input, ctx): Promise<BundleResult> {
    const { visit } = await lockPresent(ctx, input.encounter);
    const { data, hash } = bundlesPack(ctx);
    const rule = bundleOf(data, input.bundle);
    if (!rule)
      throw refuse(
        422,
        'bundle-unknown',
        { vi: `Không có gói "${input.bundle}"`, en: `There is no bundle "${input.bundle}"` },
        { field: 'bundle', remedy: { vi: 'Chọn gói trong danh sách', en: 'Choose one of the list' } },
      );
    const runs = await ctx.referring<Task>('Task.encounter', visit.id);
    const same = runs.find((t) => bundleCodeOf(t) === rule.code && t.status === 'in-progress');
    if (same)
      throw refuse(
        409,
        'bundle-runs',
        { vi: `Gói "${rule.vi}" đang chạy`, en: `The bundle "${rule.en}" runs already` },
        { field: 'bundle', remedy: { vi: 'Tiếp tục gói đang chạy', en: 'Go on with it' } },
      );
    if (visit.class.code !== 'EMER') update<Encounter>(ctx, withEmergency(visit, {}));
    const { doorAt } = emergencyOf(visit);
    const state = runState(rule, { doorAt, startedAt: ctx.performedAt, marks: [] });
    const task = create<Task>(ctx, {
      resourceType: 'Task',
      status: 'in-progress',
      intent: 'plan',
      priority: 'stat',
      code: { coding: [{ system: BUNDLE, code: rule.code, display: rule.en }], text: rule.vi },
      for: subjectOf(visit),
      encounter: encounterReference(visit),
      authoredOn: ctx.performedAt,
      lastModified: ctx.now,
      requester: performer(ctx),
      executionPeriod: { start: ctx.performedAt },
      note: input.note === undefined ? undefined : [{ text: input.note }],
      extension: [runExtension(doorAt, hash, state)],
    });
    ctx.emit('emergency.bundleStarted', {
      encounter: visit.id,
      patient: patientOf(visit),
      run: task.id,
      bundle: rule.code,
    });
    return runResult(task, state);
  },
});

export const endBundleCommand = defineCommand({
  name: 'emergency.endBundle',
  kind: 'intent',
  permission: 'emergency.bundle',
  title: { vi: 'Dừng gói cấp cứu', en: 'End a bundle' },
  input: endBundleInput,
  async handle(input, ctx): Promise<BundleResult> {
    const open = await lockRun(ctx, input.run);
    const ended = update<Task>(ctx, {
      ...open.task,
      status: 'cancelled',
      statusReason: { text: input.reason },
      lastModified: ctx.now,
      executionPeriod: { ...open.task.executionPeriod, end: ctx.performedAt },
    });
    emitEnded(ctx, open.visit, ended, false);
    return runResult(ended, open.state);
  },
});
