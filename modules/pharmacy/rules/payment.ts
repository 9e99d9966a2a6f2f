import type { ChargeFacts, Payer, PriorityReason, VisitState } from '@mach/encounter/contract.ts';

/** Why drugs may leave the window: paid, nothing to pay, an emergency; or not yet. */
export type Release = 'settled' | 'free' | 'emergency' | 'due';

const SETTLED: readonly VisitState[] = ['settled', 'closed', 'transferred', 'died'];

/** Whether the drugs of these charge lines may be handed over. A line that the fund pays whole still waits for the settlement. */
export function releaseOf(visit: {
  state: VisitState;
  payer: Payer | undefined;
  priority: PriorityReason | undefined;
  charges: readonly Pick<ChargeFacts, 'status' | 'unitPrice'>[];
}): Release {
  const { state, priority, charges } = visit;
  const standing = charges.filter((c) => c.status !== 'aborted');
  if (SETTLED.includes(state) && standing.every((c) => c.status === 'billed' || Number(c.unitPrice) === 0))
    return 'settled';
  if (priority === 'emergency') return 'emergency';
  return standing.every((c) => Number(c.unitPrice) === 0) ? 'free' : 'due';
}
