import type { Issue } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Claim, Encounter } from '@mach/fhir/types.ts';
import type { ClaimFinding, ClaimState } from '../contract.ts';
import { recordAnswerInput } from '../inputs.ts';
import { CLAIM_EXT, claimEncounter, claimFindings, claimStateOf, part, sentFile } from '../read.ts';
import { changedClaim } from '../record.ts';
import { buildClaim, findingFor } from '../tables/build.ts';
import { recordCardAnswer } from './card.ts';
import { claimFacts, claimRules } from './gather.ts';
import { dueAfter } from './slot.ts';

type Stored<T> = T & { id: string };
interface Answer {
  message: string;
  outcome: 'accepted' | 'refused';
  number: string;
  code: string;
  issues: Issue[];
}

/** What the portal said becomes the state of the claim; its reasons become work of the claims officer. */
export const recordAnswerCommand = defineCommand({
  name: 'claims.recordAnswer',
  kind: 'fact',
  permission: 'claims.answer',
  title: { vi: 'Ghi trả lời của cổng giám định', en: "Record the portal's answer" },
  input: recordAnswerInput,
  async handle(input, ctx): Promise<{ claim: string | null; state: ClaimState | null }> {
    const id = input.subject.split('/')[1] ?? '';
    if (input.kind === 'card-check') {
      await recordCardAnswer(ctx, id, input.receipt);
      return { claim: null, state: null };
    }
    const receipt = (input.receipt ?? {}) as { maGiaoDich?: string; maKetQua?: string };
    const answer: Answer = {
      message: input.message,
      outcome: input.outcome,
      number: receipt.maGiaoDich ?? '',
      code: receipt.maKetQua ?? '',
      issues: input.issues as Issue[],
    };
    const found = await ctx.read<Claim>('Claim', id);
    // The visit first, as in every deed on it.
    const encounter = await ctx.lock<Encounter>('Encounter', claimEncounter(found));
    const claim = await ctx.lock<Claim>('Claim', id);
    const changed =
      input.kind === 'check-in' ? checkedIn(ctx, claim, answer) : await answered(ctx, claim, encounter, answer);
    return { claim: id, state: claimStateOf(changed) };
  },
});

function checkedIn(ctx: CommandContext, claim: Stored<Claim>, answer: Answer): Stored<Claim> {
  if (part(part(claim, CLAIM_EXT.checkIn), 'message')?.valueString !== answer.message) return claim;
  const accepted = answer.outcome === 'accepted';
  const own = claimFindings(claim).filter((f) => !(f.portal && (f.field ?? '').startsWith('XML0')));
  const objections = answer.issues.map((issue) => findingFor(issue, new Map(), {}, true));
  return ctx.update<Claim>(
    changedClaim(claim, {
      checkIn: {
        state: accepted ? 'received' : 'returned',
        at: ctx.performedAt,
        message: answer.message,
        number: answer.number,
      },
      findings: [...own, ...objections],
    }),
  );
}

async function answered(
  ctx: CommandContext,
  claim: Stored<Claim>,
  encounter: Stored<Encounter>,
  answer: Answer,
): Promise<Stored<Claim>> {
  // An answer to a version that has been replaced since says nothing about the one that counts now.
  if (sentFile(claim)?.message !== answer.message) return claim;
  const open = claimStateOf(claim) === 'sent';
  if (answer.outcome === 'accepted') {
    ctx.emit('claims.received', { encounter: encounter.id, claim: claim.id, receipt: answer.number });
    return ctx.update<Claim>(
      changedClaim(claim, {
        receipt: { number: answer.number, at: ctx.performedAt },
        ...(open ? { state: 'received' as const, deadline: null } : {}),
      }),
    );
  }
  ctx.emit('claims.returned', { encounter: encounter.id, claim: claim.id, code: answer.code });
  return ctx.update<Claim>(
    changedClaim(claim, {
      findings: await objections(ctx, encounter, answer.issues),
      ...(open ? { state: 'returned' as const, deadline: dueAfter(ctx, ctx.performedAt, 'answer') } : {}),
    }),
  );
}

/** The portal's reasons with the place where each is mended. */
async function objections(
  ctx: CommandContext,
  encounter: Stored<Encounter>,
  issues: readonly Issue[],
): Promise<ClaimFinding[]> {
  const facts = await claimFacts(ctx, encounter);
  if (!facts) return issues.map((issue) => findingFor(issue, new Map(), {}, true));
  const built = buildClaim(facts, claimRules(ctx, localDate(encounter.period?.end ?? facts.invoice.date)));
  return issues.map((issue) => built.locate(issue));
}
