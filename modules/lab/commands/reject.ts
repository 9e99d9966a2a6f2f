import { advanceOrder, idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Observation, Specimen } from '@mach/fhir/types.ts';
import type { RejectSpecimenResult } from '../contract.ts';
import { rejectSpecimenInput } from '../inputs.ts';
import { isLaboratory } from '../read.ts';
import { REJECTED, writeSpecimen } from './collect.ts';
import { type Locked, lockOrder, requireGroup, requireState } from './order.ts';

const OPEN = ['in-progress', 'performed', 'preliminary'] as const;

export const rejectSpecimenCommand = defineCommand({
  name: 'lab.rejectSpecimen',
  kind: 'intent',
  permission: 'lab.reject',
  title: { vi: 'Từ chối mẫu', en: 'Reject a specimen' },
  input: rejectSpecimenInput,
  async handle(input, ctx): Promise<RejectSpecimenResult> {
    const locked = await lockOrder(ctx, input.order);
    requireGroup(locked, 'lab');
    requireState(locked, ...OPEN);
    const tube = idOf(locked.order.specimen?.[0]);
    const specimen = tube === undefined ? undefined : await ctx.lock<Specimen>('Specimen', tube);
    const affected = input.wholeTube && specimen ? await onTube(ctx, locked, specimen) : [locked];
    for (const one of affected) await sendBack(ctx, one, input.reason);
    if (specimen) {
      const left = (specimen.request ?? []).filter(
        (r) => !affected.some((one) => r.reference === `ServiceRequest/${one.order.id}`),
      );
      ctx.update<Specimen>({
        ...specimen,
        status: input.wholeTube || left.length === 0 ? 'unsatisfactory' : specimen.status,
        note: [...(specimen.note ?? []), { text: `${REJECTED}${input.reason}`, time: ctx.performedAt }],
      });
    }
    const orders = affected.map((one) => one.order.id);
    ctx.emit('lab.rejected', {
      encounter: locked.visit.id,
      patient: locked.patient.id,
      orders,
      reason: input.reason,
    });
    return { orders, encounter: locked.visit.id };
  },
});

/** The orders that still wait for a result from this tube. */
async function onTube(ctx: CommandContext, first: Locked, specimen: Specimen & { id: string }): Promise<Locked[]> {
  const all: Locked[] = [first];
  for (const { reference } of specimen.request ?? []) {
    const id = reference?.split('/')[1];
    if (id === undefined || id === first.order.id) continue;
    const one = await lockOrder(ctx, id);
    const here = one.order.specimen?.some((s) => s.reference === `Specimen/${specimen.id}`);
    if (here && (OPEN as readonly string[]).includes(one.state)) all.push(one);
  }
  return all;
}

/** Back to `signed` under the same order and charge; what was entered of the bad tube no longer counts. */
async function sendBack(ctx: CommandContext, { order }: Locked, reason: string): Promise<void> {
  for (const result of await ctx.referring<Observation>('Observation.based-on', order.id))
    if (isLaboratory(result) && result.status === 'preliminary')
      ctx.update<Observation>({
        ...result,
        status: 'cancelled',
        note: [...(result.note ?? []), { text: reason, time: ctx.performedAt }],
      });
  await writeSpecimen(ctx, order.id, undefined, reason);
  await ctx.call(advanceOrder, { order: order.id, to: 'signed', reason });
}
