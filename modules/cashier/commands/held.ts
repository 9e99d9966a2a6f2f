import type { CommandContext } from '@mach/engine/command.ts';
import { DEPOSIT_LEDGER, heldAccount } from '../rules/payment.ts';

/** What is held in advance for a visit, đồng. */
export async function heldFor(ctx: CommandContext, encounter: string, lock = false): Promise<number> {
  const account = heldAccount(encounter);
  const found = await ctx.balances(DEPOSIT_LEDGER, account, lock);
  return found.find((b) => b.account === account)?.balance.toNumber() ?? 0;
}
