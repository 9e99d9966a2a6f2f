import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter, Task } from '@mach/fhir/types.ts';
import type { VisitResult } from '../contract.ts';
import { encounterInput } from '../inputs.ts';
import { outcomeOf, prescriptionStateOf } from '../read.ts';
import { pendingResults } from '../rules/order.ts';
import { nextVisitState, type VisitDeed } from '../rules/visit.ts';
import {
  inState,
  lockVisit,
  orderFacts,
  ordersOf,
  orRefuse,
  patientOf,
  result,
  update,
  type Visit,
} from './visit-record.ts';

/** How a visit closes is decided by how it ended. */
function closingDeed(visit: Visit): VisitDeed {
  const outcome = outcomeOf(visit)?.code;
  return outcome === 'transferred' ? 'close-transferred' : outcome === 'died' ? 'close-died' : 'close';
}

function close(ctx: CommandContext, visit: Visit, to: VisitResult['state']): VisitResult {
  const closed = update<Encounter>(ctx, inState(ctx, visit, to));
  ctx.emit('encounter.closed', { encounter: visit.id, patient: patientOf(visit) });
  return result(closed);
}

export const closeCommand = defineCommand({
  name: 'encounter.close',
  kind: 'intent',
  permission: 'encounter.close',
  title: { vi: 'Đóng lượt khám', en: 'Close a visit' },
  input: encounterInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    return close(ctx, visit, orRefuse(nextVisitState(state, closingDeed(visit))));
  },
});

/**
 * What follows a settlement, the last hand-over and the last result: the visit closes when none of them is open any more.
 * Asked again whenever one of them has happened, so it may find nothing to do, and answers the state as it stands.
 */
export const closeWhenDoneCommand = defineCommand({
  name: 'encounter.closeWhenDone',
  kind: 'fact',
  permission: 'encounter.close',
  title: { vi: 'Đóng lượt khám khi đã xong', en: 'Close a visit that is done' },
  input: encounterInput,
  async handle(input, ctx): Promise<VisitResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    const next = nextVisitState(state, closingDeed(visit));
    if (!next.ok || (await isAnythingOpen(ctx, visit))) return result(visit);
    return close(ctx, visit, next.value);
  },
});

/** Drugs that may still be collected, and results that somebody waits for. */
async function isAnythingOpen(ctx: CommandContext, visit: Visit): Promise<boolean> {
  const tasks = await ctx.referring<Task>('Task.encounter', visit.id);
  const collectable = tasks.some((task) => {
    const state = prescriptionStateOf(task);
    return state !== undefined && state !== 'dispensed' && state !== 'cancelled';
  });
  return collectable || pendingResults((await ordersOf(ctx, visit.id)).map(orderFacts)).length > 0;
}
