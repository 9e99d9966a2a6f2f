/** Writing orders and their charge lines: the same for an exam at the desk and a test in the doctor's room. */
import { localCompact, localDate } from '@mach/base/time.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { ChargeItem, Coding, Extension, ServiceRequest } from '@mach/fhir/types.ts';
import { orderCode } from '@mach/vn/order-code.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import type { Service } from '../catalogue.ts';
import { linePayer, serviceCharge, serviceCodings } from '../charges.ts';
import { GROUP_LABELS } from '../labels.ts';
import { idOf, orderStateOf, payerOf, serviceGroupOf } from '../read.ts';
import { nextByCancelling, requestStatus } from '../rules/order.ts';
import type { OrderState } from '../states.ts';
import {
  actorReference,
  create,
  type Order,
  orRefuse,
  patientOf,
  patientReference,
  stateTime,
  update,
  type Visit,
  withCode,
} from './visit-record.ts';

export interface OrderLine {
  service: Service;
  quantity?: number;
  priority?: 'routine' | 'urgent' | 'stat';
  question?: string;
  paidByPatient?: boolean;
  /** Id of the Location where it is to be done. */
  room?: string;
}

export interface Placed {
  order: Order;
  orderCode: string;
  chargeItem: string;
}

/** Creates a signed order and its charge line on a visit. */
export async function placeOrder(ctx: CommandContext, visit: Visit, line: OrderLine): Promise<Placed> {
  const { service } = line;
  const day = localDate(ctx.performedAt);
  const code = orderCode(day, await ctx.next(`order:${localCompact(ctx.performedAt, 8)}`));
  const payer = payerOf(visit) ?? 'fee';
  const patient = patientOf(visit);
  const codings: Coding[] = serviceCodings(service);
  if (service.loinc !== undefined) codings.push({ system: CS.loinc, code: service.loinc });
  const extension: Extension[] = [
    { url: EXT.state, valueCode: 'signed' },
    { url: EXT.price, valueDecimal: service.price },
    {
      url: EXT.payer,
      valueCoding: {
        system: CS.payer,
        code: linePayer({ payer, paidByPatient: line.paidByPatient }, service.ratio),
        userSelected: line.paidByPatient || undefined,
      },
    },
    stateTime(ctx, 'signed'),
  ];
  if (line.question !== undefined) extension.push({ url: EXT.clinicalQuestion, valueString: line.question });
  const order = create<ServiceRequest>(ctx, {
    resourceType: 'ServiceRequest',
    extension,
    identifier: [{ system: SID.orderCode, value: code }],
    status: 'active',
    intent: 'order',
    category: [{ coding: [{ system: CS.serviceGroup, code: service.group, display: GROUP_LABELS[service.group].vi }] }],
    priority: line.priority ?? 'routine',
    code: { coding: codings, text: service.text.vi },
    quantityQuantity: line.quantity === undefined ? undefined : { value: line.quantity },
    subject: patientReference(visit),
    encounter: { reference: `Encounter/${visit.id}` },
    authoredOn: ctx.performedAt,
    requester: actorReference(ctx),
    locationReference: line.room === undefined ? undefined : [{ reference: `Location/${line.room}` }],
  });
  const charge = create<ChargeItem>(
    ctx,
    serviceCharge(service, line.quantity ?? 1, {
      patient,
      encounter: visit.id,
      payer,
      paidByPatient: line.paidByPatient,
      source: `ServiceRequest/${order.id}`,
      at: ctx.performedAt,
      entered: ctx.now,
      enterer: actorReference(ctx),
    }),
  );
  return { order, orderCode: code, chargeItem: charge.id };
}

/** The order in a further state, written. */
export function writeOrderState(
  ctx: CommandContext,
  order: Order,
  state: OrderState,
  change: Partial<ServiceRequest> = {},
): Order {
  const moved = withCode<Order>({ ...order, ...change }, EXT.state, state);
  return update<ServiceRequest>(ctx, {
    ...moved,
    status: requestStatus(state, serviceGroupOf(order)),
    extension: [...(moved.extension ?? []), stateTime(ctx, state)],
  });
}

/** Charge lines of a visit that stand for something: an order, a prescription line. */
export async function chargesFor(ctx: CommandContext, encounter: string, sources: readonly string[]) {
  const all = await ctx.referring<ChargeItem>('ChargeItem.context', encounter);
  return all.filter((item) => (item.supportingInformation ?? []).some((s) => sources.includes(s.reference ?? '')));
}

/** Cancels an order and takes its open charge back. A line that is billed already is the cashier's to undo. */
export async function cancelPlaced(ctx: CommandContext, order: Order, reason: string): Promise<void> {
  const state = orRefuse(nextByCancelling(orderStateOf(order) ?? 'signed'));
  writeOrderState(ctx, order, state, {
    note: [...(order.note ?? []), { text: reason, time: ctx.performedAt }],
  });
  await abortCharges(ctx, idOf(order.encounter) ?? '', [`ServiceRequest/${order.id}`], reason);
}

export async function abortCharges(
  ctx: CommandContext,
  encounter: string,
  sources: readonly string[],
  reason: string,
): Promise<void> {
  for (const item of await chargesFor(ctx, encounter, sources))
    if (item.status === 'billable')
      update<ChargeItem>(ctx, {
        ...item,
        status: 'aborted',
        note: [...(item.note ?? []), { text: reason, time: ctx.performedAt }],
      });
}
