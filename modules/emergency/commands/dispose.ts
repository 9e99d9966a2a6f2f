import { type Issue, Problem } from '@mach/base/problem.ts';
import { OUTCOME_LABELS, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter, Observation, Task } from '@mach/fhir/types.ts';
import { diagnose, finish, saveNote } from '@mach/outpatient/contract.ts';
import { CS } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import type { DisposeResult } from '../contract.ts';
import { disposeInput } from '../inputs.ts';
import { CODES, isBundle } from '../records.ts';
import { beginTreatment } from './place.ts';
import { encounterReference, lockPresent, patientOf, performer, seal, subjectOf, update, type Visit } from './visit.ts';

type Input = z.output<typeof disposeInput>;

/** What each way out must say; everything that lacks is named at once. */
const NEEDED: Readonly<Record<Input['outcome'], readonly (keyof Input & string)[]>> = {
  home: [],
  admitted: ['department', 'reason', 'handover'],
  transferred: ['destination', 'reason', 'handover'],
  died: ['diedAt', 'family'],
};

const LABELS: Readonly<Record<string, { vi: string; en: string }>> = {
  department: { vi: 'Khoa nhận', en: 'Department' },
  destination: { vi: 'Cơ sở chuyển đến', en: 'Destination' },
  reason: { vi: 'Lý do', en: 'Reason' },
  handover: { vi: 'Bàn giao (SBAR)', en: 'Handover (SBAR)' },
  handedTo: { vi: 'Người nhận bàn giao', en: 'Handed over to' },
  diedAt: { vi: 'Giờ tử vong', en: 'Time of death' },
  family: { vi: 'Báo gia đình', en: 'Family informed' },
};

export const disposeCommand = defineCommand({
  name: 'emergency.dispose',
  kind: 'intent',
  permission: 'emergency.dispose',
  title: { vi: 'Quyết định hướng xử trí', en: 'Emergency disposition' },
  input: disposeInput,
  async handle(input, ctx): Promise<DisposeResult> {
    const { visit } = await lockPresent(ctx, input.encounter);
    const issues = issuesOf(input, visit, ctx.performedAt);
    if (issues.length > 0) throw new Problem(422, issues);
    await beginTreatment(ctx, visit.id);
    if (input.note) await ctx.call(saveNote, { encounter: visit.id, sections: input.note });
    if (input.diagnoses) await ctx.call(diagnose, { encounter: visit.id, diagnoses: input.diagnoses });
    await ctx.call(finish, {
      encounter: visit.id,
      outcome: input.outcome === 'home' && input.revisit !== undefined ? 'revisit' : input.outcome,
      revisit: input.revisit,
      note: input.reason,
      destination: input.outcome === 'admitted' ? input.department : input.destination,
      diedAt: input.outcome === 'died' ? input.diedAt : undefined,
      pendingReason: input.pendingReason,
    });
    const disposition = seal<Observation>(ctx, dispositionOf(ctx, visit, input));
    await endRuns(ctx, visit.id, input.outcome);
    const after = await ctx.read<Encounter>('Encounter', visit.id);
    ctx.emit('emergency.disposed', { encounter: visit.id, patient: patientOf(visit), outcome: input.outcome });
    return { encounter: visit.id, state: visitStateOf(after) ?? 'concluded', disposition: disposition.id };
  },
});

function issuesOf(input: Input, visit: Visit, now: string): Issue[] {
  const fault = (code: string, field: string, vi: string, en: string): Issue => ({
    severity: 'error',
    code,
    field,
    text: { vi, en },
    remedy: { vi: 'Bổ sung rồi ký', en: 'Complete it, then sign' },
  });
  const issues = NEEDED[input.outcome]
    .filter((field) => input[field] === undefined)
    .map((field) => {
      const label = LABELS[field] ?? { vi: field, en: field };
      return fault('disposition-incomplete', field, `Chưa ghi: ${label.vi}`, `Missing: ${label.en}`);
    });
  if (input.diedAt !== undefined && (input.diedAt > now || input.diedAt < (visit.period?.start ?? '')))
    issues.push(
      fault(
        'death-time',
        'diedAt',
        'Giờ tử vong phải nằm trong lượt cấp cứu và không ở tương lai',
        'The time of death lies within the visit and not in the future',
      ),
    );
  return issues;
}

/** Clocks stop when the person leaves the emergency room: open steps are no longer owed here. */
async function endRuns(ctx: CommandContext, encounter: string, outcome: Input['outcome']): Promise<void> {
  for (const task of await ctx.referring<Task>('Task.encounter', encounter))
    if (isBundle(task) && task.status === 'in-progress')
      update<Task>(ctx, {
        ...task,
        status: 'cancelled',
        statusReason: { text: `Rời cấp cứu: ${OUTCOME_LABELS[outcome].vi}` },
        lastModified: ctx.now,
        executionPeriod: { ...task.executionPeriod, end: ctx.performedAt },
      });
}

function dispositionOf(ctx: CommandContext, visit: Visit, input: Input): Observation {
  const own = (field: string) => ({
    coding: [{ system: CS.score, code: `disposition-${field}` }],
    text: LABELS[field]?.vi ?? field,
  });
  const told = (['department', 'destination', 'reason', 'handover', 'handedTo', 'family'] as const).flatMap((field) => {
    const value = input[field];
    return value === undefined ? [] : [{ code: own(field), valueString: value }];
  });
  const died = input.diedAt === undefined ? [] : [{ code: own('diedAt'), valueDateTime: input.diedAt }];
  const component = [...told, ...died];
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: CS.score, code: CODES.disposition }], text: 'Hướng xử trí cấp cứu' },
    subject: subjectOf(visit),
    encounter: encounterReference(visit),
    effectiveDateTime: ctx.performedAt,
    issued: ctx.now,
    performer: [performer(ctx)],
    valueCodeableConcept: {
      coding: [{ system: CS.state, code: input.outcome }],
      text: OUTCOME_LABELS[input.outcome].vi,
    },
    component: component.length > 0 ? component : undefined,
  };
}
