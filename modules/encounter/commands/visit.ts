import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter, ServiceRequest } from '@mach/fhir/types.ts';
import { EXT } from '@mach/vn/systems.ts';
import { serviceOn } from '../catalogue.ts';
import type { TransferRoomResult, VisitResult } from '../contract.ts';
import { atHousePrice } from '../house-price.ts';
import { encounterInput, encounterReasonInput, transferRoomInput } from '../inputs.ts';
import { idOf, orderStateOf, roomOf, serviceGroupOf, serviceOf } from '../read.ts';
import { CANCELLABLE, resultsDeed } from '../rules/order.ts';
import { nextVisitState } from '../rules/visit.ts';
import { examRoom, examServiceCode, nextQueueNumber } from './open-visit.ts';
import { cancelPlaced, placeOrder, writeOrderState } from './place.ts';
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
  update,
  type Visit,
  withExtension,
} from './visit-record.ts';

const isOpenExam = (order: Order): boolean =>
  serviceGroupOf(order) === 'exam' && CANCELLABLE.includes(orderStateOf(order) ?? 'cancelled');

/** The doctor who sees the patient now stands first; each keeps the time of the first call. */
function withDoctor(ctx: CommandContext, visit: Visit): Partial<Encounter> {
  const me = actorReference(ctx);
  if (!me) return {};
  const isMe = (p: NonNullable<Encounter['participant']>[number]): boolean => p.individual?.reference === me.reference;
  const before = visit.participant ?? [];
  const mine = before.find(isMe) ?? { individual: me, period: { start: ctx.performedAt } };
  return { participant: [mine, ...before.filter((p) => !isMe(p))] };
}

export const startExamCommand = defineCommand({
  name: 'encounter.startExam',
  kind: 'intent',
  permission: 'encounter.examine',
  title: { vi: 'Gọi vào khám', en: 'Call a patient in' },
  input: encounterInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    const moved = move(ctx, visit, 'call', withDoctor(ctx, visit));
    const room = roomOf(visit);
    const exam = (await ordersOf(ctx, visit.id)).find(
      (o) => isOpenExam(o) && orderStateOf(o) !== 'in-progress' && inRoom(o, room),
    );
    const me = actorReference(ctx);
    if (exam) writeOrderState(ctx, exam, 'in-progress', me ? { performer: [me] } : {});
    ctx.emit('encounter.started', { encounter: visit.id, patient: patientOf(visit) });
    return result(moved);
  },
});

const inRoom = (order: ServiceRequest, room: string | undefined): boolean =>
  order.locationReference === undefined || idOf(order.locationReference[0]) === room;

export const returnToQueueCommand = defineCommand({
  name: 'encounter.returnToQueue',
  kind: 'intent',
  permission: 'encounter.examine',
  title: { vi: 'Cho ra chờ lại', en: 'Send back to the queue' },
  input: encounterReasonInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    // Checked against the plain deed first: it names the refusal.
    orRefuse(nextVisitState(state, 'step-out'));
    const deed = resultsDeed((await ordersOf(ctx, visit.id)).map(orderFacts));
    return result(move(ctx, visit, deed === 'results-off' ? 'step-out' : deed));
  },
});

export const leaveCommand = defineCommand({
  name: 'encounter.leave',
  kind: 'intent',
  permission: 'encounter.leave',
  title: { vi: 'Ghi bỏ về', en: 'Record that the patient left' },
  input: encounterReasonInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    const moved = move(ctx, visit, 'leave');
    for (const order of await ordersOf(ctx, visit.id)) {
      const begun = serviceGroupOf(order) === 'exam' && orderStateOf(order) === 'in-progress';
      // The exam that has begun was given and is charged; what nobody has begun is taken back.
      if (begun) writeOrderState(ctx, order, 'performed');
      else if (CANCELLABLE.includes(orderStateOf(order) ?? 'cancelled')) await cancelPlaced(ctx, order, input.reason);
    }
    ctx.emit('encounter.left', { encounter: visit.id, patient: patientOf(visit), reason: input.reason });
    return result(moved);
  },
});

export const cancelVisitCommand = defineCommand({
  name: 'encounter.cancelVisit',
  kind: 'intent',
  permission: 'encounter.cancel',
  title: { vi: 'Huỷ lượt khám', en: 'Cancel a visit' },
  input: encounterReasonInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    const moved = move(ctx, visit, 'cancel');
    for (const order of await ordersOf(ctx, visit.id))
      if (orderStateOf(order) !== 'cancelled') await cancelPlaced(ctx, order, input.reason);
    ctx.emit('encounter.cancelled', { encounter: visit.id, patient: patientOf(visit), reason: input.reason });
    return result(moved);
  },
});

export const transferRoomCommand = defineCommand({
  name: 'encounter.transferRoom',
  kind: 'intent',
  permission: 'encounter.move',
  title: { vi: 'Chuyển phòng khám', en: 'Move to another room' },
  input: transferRoomInput,
  async handle(input, ctx): Promise<TransferRoomResult> {
    const { visit } = await lockVisit(ctx, input.encounter);
    if (roomOf(visit) === input.room)
      throw refuse(
        409,
        'same-room',
        { vi: 'Người bệnh đang ở phòng này', en: 'The patient is in this room already' },
        { field: 'room', remedy: { vi: 'Chọn phòng khác', en: 'Choose another room' } },
      );
    const room = await examRoom(ctx, input.room);
    const queueNumber = await nextQueueNumber(ctx, input.room);
    const past = (visit.location ?? []).map((l) =>
      l.period?.end === undefined
        ? { ...l, status: 'completed' as const, period: { ...l.period, end: ctx.performedAt } }
        : l,
    );
    const moved = move(ctx, visit, 'move', {
      location: [
        {
          location: { reference: `Location/${input.room}`, display: room.location.name },
          status: 'active',
          period: { start: ctx.performedAt },
        },
        ...past,
      ],
      extension: withExtension(visit, EXT.queueNumber, { url: EXT.queueNumber, valueString: queueNumber }),
    });
    await moveExam(ctx, moved, room, input.room, input.examService, input.reason);
    ctx.emit('encounter.moved', { encounter: visit.id, patient: patientOf(visit), room: input.room });
    return { ...result(moved), queueNumber };
  },
});

/**
 * The exam goes with the patient. Not begun: it moves, or is replaced when the new room gives another one. Begun or
 * done: a further exam only when one is asked for (a second specialty is charged on its own).
 */
async function moveExam(
  ctx: CommandContext,
  visit: Visit,
  room: Awaited<ReturnType<typeof examRoom>>,
  to: string,
  asked: string | undefined,
  reason: string,
): Promise<void> {
  const waiting = (await ordersOf(ctx, visit.id)).find((o) => isOpenExam(o) && orderStateOf(o) !== 'in-progress');
  if (asked === undefined && !waiting) return;
  const code = examServiceCode(asked, room);
  if (waiting && serviceOf(waiting) === code) {
    update<ServiceRequest>(ctx, { ...waiting, locationReference: [{ reference: `Location/${to}` }] });
    return;
  }
  if (waiting) await cancelPlaced(ctx, waiting, reason);
  const service = await atHousePrice(ctx, serviceOn(ctx, code, 'examService'));
  await placeOrder(ctx, visit, { service, room: to });
}
