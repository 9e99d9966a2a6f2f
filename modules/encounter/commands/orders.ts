import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ServiceRequest } from '@mach/fhir/types.ts';
import { serviceOn } from '../catalogue.ts';
import type { OrderResult, PlaceOrdersResult } from '../contract.ts';
import { atHousePrice } from '../house-price.ts';
import { advanceOrderInput, cancelOrderInput, placeOrdersInput } from '../inputs.ts';
import { idOf, orderStateOf } from '../read.ts';
import { nextOrderState, pendingResults, resultsDeed } from '../rules/order.ts';
import type { OrderState } from '../states.ts';
import { cancelPlaced, type Placed, placeOrder, writeOrderState } from './place.ts';
import {
  actorReference,
  lockVisit,
  move,
  type Order,
  orderFacts,
  ordersOf,
  orRefuse,
  patientOf,
  result,
  type Visit,
} from './visit-record.ts';

export const placeOrdersCommand = defineCommand({
  name: 'encounter.placeOrders',
  kind: 'intent',
  permission: 'encounter.order',
  title: { vi: 'Chỉ định dịch vụ', en: 'Place orders' },
  input: placeOrdersInput,
  async handle(input, ctx): Promise<PlaceOrdersResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    // Every code is known before anything is written: a basket is signed whole or not at all.
    const listed = input.items.map((item, i) => serviceOn(ctx, item.service, `items.${i}.service`));
    const services = await Promise.all(listed.map((service) => atHousePrice(ctx, service)));
    const ordered = move(ctx, visit, 'order');
    const placed: (Placed & { service: string })[] = [];
    for (const [i, item] of input.items.entries()) {
      const service = services[i];
      if (!service) continue;
      const line = { ...item, service, room: service.room && `room-${service.room.toLowerCase()}` };
      placed.push({ ...(await placeOrder(ctx, ordered, line)), service: service.code });
    }
    const waits = pendingResults(placed.map((p) => orderFacts(p.order))).length > 0;
    const moved = waits ? move(ctx, ordered, 'await-results') : ordered;
    ctx.emit('encounter.ordered', {
      encounter: visit.id,
      patient: patientOf(visit),
      orders: placed.map((p) => p.order.id),
    });
    return {
      ...result(moved),
      orders: placed.map(({ order, orderCode, service, chargeItem }) => ({
        order: order.id,
        orderCode,
        service,
        chargeItem,
      })),
    };
  },
});

/** The order under its visit's lock: read once to find the visit, again behind the lock to decide on. */
async function lockOrder(ctx: CommandContext, id: string): Promise<{ order: Order; state: OrderState; visit: Visit }> {
  const seen = await ctx.read<ServiceRequest>('ServiceRequest', id);
  const encounter = idOf(seen.encounter);
  if (orderStateOf(seen) === undefined || encounter === undefined)
    throw refuse(
      409,
      'foreign-order',
      { vi: 'Chỉ định này được nhập từ nơi khác, chỉ để xem', en: 'This order was imported and is read-only' },
      { field: 'order', remedy: { vi: 'Lập chỉ định mới', en: 'Place a new order' } },
    );
  const { visit } = await lockVisit(ctx, encounter);
  const order = await ctx.lock<ServiceRequest>('ServiceRequest', id);
  return { order, state: orderStateOf(order) ?? 'cancelled', visit };
}

/** A visit that waits for results follows its orders; a visit that is in the doctor's hands stays there. */
async function followResults(ctx: CommandContext, visit: Visit): Promise<Visit> {
  if (result(visit).state !== 'awaiting-results') return visit;
  const deed = resultsDeed((await ordersOf(ctx, visit.id)).map(orderFacts));
  if (deed === 'await-results') return visit;
  const moved = move(ctx, visit, deed);
  if (deed === 'results-in') ctx.emit('encounter.resultsReady', { encounter: visit.id, patient: patientOf(visit) });
  return moved;
}

export const cancelOrderCommand = defineCommand({
  name: 'encounter.cancelOrder',
  kind: 'intent',
  permission: 'encounter.order',
  title: { vi: 'Huỷ chỉ định', en: 'Cancel an order' },
  input: cancelOrderInput,
  async handle(input, ctx): Promise<OrderResult> {
    const { order, visit } = await lockOrder(ctx, input.order);
    await cancelPlaced(ctx, order, input.reason);
    const moved = await followResults(ctx, visit);
    const visitState = result(moved).state;
    ctx.emit('encounter.orderCancelled', { encounter: visit.id, order: order.id, reason: input.reason, visitState });
    return { order: order.id, state: 'cancelled', encounter: visit.id, visitState };
  },
});

export const advanceOrderCommand = defineCommand({
  name: 'encounter.advanceOrder',
  kind: 'intent',
  permission: 'encounter.perform',
  title: { vi: 'Chuyển bước chỉ định', en: 'Take an order further' },
  input: advanceOrderInput,
  async handle(input, ctx): Promise<OrderResult> {
    const { order, state, visit } = await lockOrder(ctx, input.order);
    // Two people who do the same step do it once.
    if (state === input.to) return { order: order.id, state, encounter: visit.id, visitState: result(visit).state };
    const to = orRefuse(nextOrderState(state, input.to, input.reason));
    const me = actorReference(ctx);
    const performs = to === 'performed' || to === 'preliminary' || to === 'validated';
    writeOrderState(ctx, order, to, {
      performer: performs && me && !order.performer ? [me] : order.performer,
      note: input.reason ? [...(order.note ?? []), { text: input.reason, time: ctx.performedAt }] : order.note,
    });
    const moved = await followResults(ctx, visit);
    const visitState = result(moved).state;
    ctx.emit('encounter.orderAdvanced', { encounter: visit.id, order: order.id, from: state, to, visitState });
    return { order: order.id, state: to, encounter: visit.id, visitState };
  },
});
