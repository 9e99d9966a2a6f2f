/** The one claim of a visit, and the clocks that run on it. */
import { localDate } from '@mach/base/time.ts';
import { coverageOf } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Claim, Encounter } from '@mach/fhir/types.ts';
import { afterWorkingDays, type ClaimClocks } from '../clocks.ts';
import { type ClaimChange, changedClaim, draftClaim } from '../record.ts';

type Stored<T> = T & { id: string };

/** The claim of a visit, or a new draft of one. The visit must have been locked. */
export async function claimOf(
  ctx: CommandContext,
  encounter: Stored<Encounter>,
): Promise<{ claim: Stored<Claim>; isNew: boolean }> {
  const found = (await ctx.referring<Claim>('Claim.encounter', encounter.id)).find((c) => c.status === 'active');
  const insurance = { coverage: { reference: `Coverage/${coverageOf(encounter) ?? ''}` }, sequence: 1, focal: true };
  const another = found?.insurance[0]?.coverage.reference !== insurance.coverage.reference;
  return found
    ? { claim: another && coverageOf(encounter) ? { ...found, insurance: [insurance] } : found, isNew: false }
    : { claim: draftClaim(ctx.id(), encounter, ctx.performedAt), isNew: true };
}

export function writeClaim(
  ctx: CommandContext,
  { claim, isNew }: { claim: Stored<Claim>; isNew: boolean },
  change: ClaimChange,
): Stored<Claim> {
  const changed = changedClaim(claim, change);
  return isNew ? ctx.create<Claim>(changed) : ctx.update<Claim>(changed);
}

export const clocksAt = (ctx: CommandContext, at: string): ClaimClocks =>
  ctx.rules<ClaimClocks>('bhyt-clocks', localDate(at)).data;

const holidays = (ctx: CommandContext): ReadonlySet<string> => new Set(ctx.setting<string[]>('claims.holidays', []));

/** Working days after an instant, under the clocks of that day. */
export const dueAfter = (ctx: CommandContext, from: string, clock: 'send' | 'correct' | 'answer'): string =>
  afterWorkingDays(from, clocksAt(ctx, from)[clock].workingDays, holidays(ctx));
