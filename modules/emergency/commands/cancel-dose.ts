import { refuse } from '@mach/base/problem.ts';
import { creditReturn } from '@mach/cashier/contract.ts';
import { chargeFacts, idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, Encounter, MedicationAdministration, Task } from '@mach/fhir/types.ts';
import { putBack } from '@mach/pharmacy/contract.ts';
import type { CancelDoseResult } from '../contract.ts';
import { cancelDoseInput } from '../inputs.ts';
import { isBundle, marksOf } from '../records.ts';
import { undoMark } from './bundle.ts';

export const cancelDoseCommand = defineCommand({
  name: 'emergency.cancelDose',
  kind: 'intent',
  permission: 'emergency.bundle',
  title: { vi: 'Huỷ liều ghi nhầm', en: 'Cancel a dose that was not given' },
  input: cancelDoseInput,
  async handle(input, ctx): Promise<CancelDoseResult> {
    const seen = await ctx.read<MedicationAdministration>('MedicationAdministration', input.given);
    const run = idOf(seen.supportingInformation?.[0]) ?? '';
    const task = await ctx.find<Task>('Task', run);
    if (!task || !isBundle(task)) throw foreign();
    // The visit first, as in every deed; a mistake may be found after the patient has gone.
    const visit = await ctx.lock<Encounter>('Encounter', idOf(seen.context) ?? '');
    const given = await ctx.lock<MedicationAdministration>('MedicationAdministration', input.given);
    if (given.status !== 'completed')
      throw refuse(
        409,
        'already-cancelled',
        { vi: 'Liều này đã huỷ rồi', en: 'This dose is cancelled already' },
        { field: 'given', remedy: { vi: 'Tải lại gói', en: 'Load the bundle again' } },
      );
    const { reason, wasted } = input;
    ctx.correct<MedicationAdministration>(
      {
        ...given,
        status: 'entered-in-error',
        statusReason: [{ text: reason }],
        note: [...(given.note ?? []), { text: `Huỷ: ${reason}`, time: ctx.performedAt }],
      },
      reason,
    );
    const record = `MedicationAdministration/${given.id}`;
    const charged = await chargedOf(ctx, visit.id, record);
    const back = charged && (await ctx.call(putBack, { record, reason, wasted }));
    const credited =
      charged &&
      (await ctx.call(creditReturn, {
        encounter: visit.id,
        items: [{ source: record, quantity: charged }],
        record,
        reason,
      }));
    const mark = marksOf(task).find((one) => one.given === given.id);
    if (mark) {
      const undone = { ...mark, kind: 'undone' as const, at: ctx.performedAt, by: ctx.actor.name, text: reason };
      await undoMark(ctx, task.id, visit, undone);
    }
    return {
      given: given.id,
      encounter: visit.id,
      quantity: back ? back.quantity : null,
      refund: credited ? credited.refund : 0,
    };
  },
});

/** What stands on the bill for this dose; undefined where it never came there. */
async function chargedOf(ctx: CommandContext, encounter: string, record: string): Promise<string | undefined> {
  const items = await ctx.referring<ChargeItem>('ChargeItem.context', encounter);
  return items.map(chargeFacts).find((one) => one.source === record && one.status !== 'aborted')?.quantity;
}

const foreign = (): Error =>
  refuse(
    409,
    'foreign-dose',
    { vi: 'Liều này không do gói cấp cứu ghi', en: 'This dose was not recorded by a bundle' },
    { field: 'given', remedy: { vi: 'Huỷ ở nơi đã ghi', en: 'Cancel it where it was recorded' } },
  );
