/** A visit that ends in death: the person's record says so from that moment, and what nobody has begun stops. */
import type { CommandContext } from '@mach/engine/command.ts';
import type { Patient } from '@mach/fhir/types.ts';
import { orderStateOf, outcomeOf, serviceGroupOf } from '../read.ts';
import { DIAGNOSTIC_GROUPS } from '../states.ts';
import { cancelPlaced } from './place.ts';
import { ordersOf, patientOf, update, type Visit } from './visit-record.ts';

const REASON = 'Người bệnh tử vong';

/** Orders that nobody has begun are called off. */
export async function stopOrders(ctx: CommandContext, visit: Visit): Promise<void> {
  for (const order of await ordersOf(ctx, visit.id)) {
    if (orderStateOf(order) !== 'signed' || !DIAGNOSTIC_GROUPS.includes(serviceGroupOf(order) ?? 'exam')) continue;
    await cancelPlaced(ctx, order, REASON);
    const event = { encounter: visit.id, order: order.id, reason: REASON, visitState: 'concluded' };
    ctx.emit('encounter.orderCancelled', event);
  }
}

/** Banners, bookings and desks know it with the same transaction. */
export async function recordDeath(ctx: CommandContext, visit: Visit, at: string): Promise<void> {
  const patient = await ctx.lock<Patient>('Patient', patientOf(visit));
  update<Patient>(ctx, { ...patient, deceasedBoolean: undefined, deceasedDateTime: at });
}

/** A visit that is opened again had not ended: the death that it recorded, and no other, is taken back. */
export async function takeDeathBack(ctx: CommandContext, visit: Visit): Promise<void> {
  const outcome = outcomeOf(visit);
  if (outcome?.code !== 'died' || outcome.diedAt === undefined) return;
  const patient = await ctx.lock<Patient>('Patient', patientOf(visit));
  if (patient.deceasedDateTime === outcome.diedAt) update<Patient>(ctx, { ...patient, deceasedDateTime: undefined });
}
