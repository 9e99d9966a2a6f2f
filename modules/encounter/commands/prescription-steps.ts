import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, DocumentReference, MedicationRequest, Task } from '@mach/fhir/types.ts';
import { CS, SID } from '@mach/vn/systems.ts';
import type { PrescriptionResult } from '../contract.ts';
import { advancePrescriptionInput, cancelPrescriptionInput } from '../inputs.ts';
import { idOf, prescriptionStateOf, stateTimes } from '../read.ts';
import { nextByWithdrawing, nextPrescriptionState, taskStatus } from '../rules/prescription.ts';
import { PRESCRIPTION_STATES, type PrescriptionState } from '../states.ts';
import { abortCharges } from './place.ts';
import { lockVisit, orRefuse, stateTime, update, type Visit } from './visit-record.ts';

interface Locked {
  document: DocumentReference & { id: string };
  task: Task & { id: string };
  state: PrescriptionState;
  visit: Visit;
}

async function lockPrescription(ctx: CommandContext, id: string): Promise<Locked> {
  const document = await ctx.read<DocumentReference>('DocumentReference', id);
  const encounter = idOf(document.context?.encounter?.[0]);
  const locked = encounter === undefined ? undefined : await lockVisit(ctx, encounter);
  const tasks = await ctx.referring<Task>('Task.focus', id);
  const task = tasks.find((t) => prescriptionStateOf(t) !== undefined);
  const state = task && prescriptionStateOf(task);
  if (locked && task && state) return { document, task, state, visit: locked.visit };
  throw refuse(
    409,
    'foreign-prescription',
    { vi: 'Đơn này không do nơi đây kê, chỉ để xem', en: 'This prescription was not written here and is read-only' },
    { field: 'prescription', remedy: { vi: 'Kê đơn mới', en: 'Write a new prescription' } },
  );
}

function writeTask(
  ctx: CommandContext,
  task: Task & { id: string },
  state: PrescriptionState,
  reached: PrescriptionState,
  note?: string,
): void {
  update<Task>(ctx, {
    ...task,
    status: taskStatus(state),
    businessStatus: { coding: [{ system: CS.state, code: state }] },
    lastModified: ctx.now,
    extension: [...(task.extension ?? []), stateTime(ctx, reached)],
    note: note === undefined ? task.note : [...(task.note ?? []), { text: note, time: ctx.performedAt }],
  });
}

const linesOf = async (
  ctx: CommandContext,
  visit: Visit,
  task: Task,
): Promise<(MedicationRequest & { id: string })[]> => {
  const code = task.identifier?.find((i) => i.system === SID.prescriptionCode)?.value;
  const all = await ctx.referring<MedicationRequest>('MedicationRequest.encounter', visit.id);
  return all.filter((line) => line.groupIdentifier?.value === code);
};

export const cancelPrescriptionCommand = defineCommand({
  name: 'encounter.cancelPrescription',
  kind: 'intent',
  permission: 'encounter.prescribe',
  title: { vi: 'Huỷ đơn thuốc', en: 'Cancel a prescription' },
  input: cancelPrescriptionInput,
  async handle(input, ctx): Promise<PrescriptionResult> {
    const { document, task, state, visit } = await lockPrescription(ctx, input.prescription);
    const next = orRefuse(nextByWithdrawing(state));
    const lines = await linesOf(ctx, visit, task);
    const charges = await ctx.referring<ChargeItem>('ChargeItem.context', visit.id);
    const sources = lines.map((l) => `MedicationRequest/${l.id}`);
    if (
      charges.some(
        (c) => c.status === 'billed' && c.supportingInformation?.some((s) => sources.includes(s.reference ?? '')),
      )
    )
      throw refuse(
        409,
        'prescription-paid',
        { vi: 'Đơn đã thanh toán', en: 'The prescription has been paid for' },
        {
          field: 'prescription',
          remedy: { vi: 'Nhờ thu ngân hoàn tiền trước', en: 'Ask the cashier to refund first' },
        },
      );
    writeTask(ctx, task, next, next, input.reason);
    for (const line of lines)
      update<MedicationRequest>(ctx, { ...line, status: 'cancelled', statusReason: { text: input.reason } });
    await abortCharges(ctx, visit.id, sources, input.reason);
    const code = task.identifier?.[0]?.value ?? '';
    ctx.emit('encounter.prescriptionCancelled', {
      encounter: visit.id,
      prescription: document.id,
      code,
      reason: input.reason,
    });
    return { prescription: document.id, state: next, encounter: visit.id };
  },
});

export const advancePrescriptionCommand = defineCommand({
  name: 'encounter.advancePrescription',
  kind: 'intent',
  permission: 'encounter.dispense',
  title: { vi: 'Chuyển bước đơn thuốc', en: 'Take a prescription further' },
  input: advancePrescriptionInput,
  async handle(input, ctx): Promise<PrescriptionResult> {
    const { document, task, state, visit } = await lockPrescription(ctx, input.prescription);
    const answer = { prescription: document.id, encounter: visit.id };
    if (state === input.to && state !== 'partly-dispensed') return { ...answer, state };
    const history = stateTimes(task)
      .map((t) => t.state as PrescriptionState)
      .filter((s) => PRESCRIPTION_STATES.includes(s));
    const step = orRefuse(nextPrescriptionState(state, input.to, history));
    writeTask(ctx, task, step.state, step.reached, input.note);
    const done = input.to === 'dispensed' ? undefined : new Set(input.completedLines ?? []);
    for (const line of await linesOf(ctx, visit, task)) {
      const status = done === undefined || done.has(line.id) ? 'completed' : 'active';
      const handed = ['partly-dispensed', 'dispensed', 'signed'].includes(step.reached);
      if (handed && line.status !== 'cancelled' && line.status !== status)
        update<MedicationRequest>(ctx, { ...line, status });
    }
    ctx.emit('encounter.prescriptionAdvanced', {
      encounter: visit.id,
      prescription: document.id,
      to: input.to,
    });
    return { ...answer, state: step.state };
  },
});
