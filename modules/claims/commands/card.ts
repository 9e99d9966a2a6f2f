import { addDays, localDate } from '@mach/base/time.ts';
import { defined, idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Coverage, Extension, Patient } from '@mach/fhir/types.ts';
import { cardNumberOf } from '@mach/reception/contract.ts';
import type { ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import { EXT } from '@mach/vn/systems.ts';
import { type CheckCardResult, PORTAL } from '../contract.ts';
import { checkCardInput } from '../inputs.ts';
import type { Portal } from '../portal/accounts.ts';
import { cardResult, portalDate } from '../portal/card-answer.ts';
import type { PortalAnswer } from '../portal/client.ts';
import type { CardPayload } from '../portal/destination.ts';
import { CHECK_ANSWER, part } from '../read.ts';

type Stored<T> = T & { id: string };

const listsOf = (ctx: CommandContext): ListsPack => ctx.rules<ListsPack>('bhyt-lists', localDate(ctx.performedAt)).data;

export const checkCardCommand = (portal: Portal) =>
  defineCommand({
    name: 'claims.checkCard',
    kind: 'intent',
    permission: 'claims.check-card',
    title: { vi: 'Tra cứu thẻ BHYT', en: 'Check an insurance card' },
    input: checkCardInput,
    gather: (input, { signal, facility, now }): Promise<PortalAnswer> =>
      portal
        .clientOf(facility.code)
        .checkCard({ card: input.card, name: input.name, birthDate: portalDate(input.birthDate), at: now }, signal),
    async handle(input, ctx, answer): Promise<CheckCardResult> {
      const result = cardResult(input, answer, listsOf(ctx), ctx.now);
      if (input.coverage === undefined) return result;
      const coverage = await ctx.lock<Coverage>('Coverage', input.coverage);
      if (result.status === 'unverified') {
        // Care goes on; the outbox asks again, every five minutes at most, until somebody answers.
        const patient = await ctx.read<Patient>('Patient', idOf(coverage.beneficiary) ?? '');
        askAgain(ctx, coverage, patient);
      } else ctx.update<Coverage>(withCheck(coverage, checkExtension(result, answer)));
      return result;
    },
  });

/** Puts the question into the outbox, once, and marks the card as not verified. */
export function askAgain(ctx: CommandContext, coverage: Stored<Coverage>, patient: Patient): void {
  const before = part(coverage, EXT.portalCheck);
  const asked = part(before, 'status')?.valueCode === 'unverified' && part(before, 'message') !== undefined;
  const number = cardNumberOf(coverage);
  const name = patient.name?.[0]?.text;
  if (asked || number === undefined || name === undefined || patient.birthDate === undefined) return;
  const message = ctx.send({
    destination: PORTAL,
    kind: 'card-check',
    subject: `Coverage/${coverage.id}`,
    patient: patient.id,
    payload: {
      facility: ctx.facility.code,
      card: number,
      name,
      birthDate: patient.birthDate,
      at: ctx.now,
    } satisfies CardPayload,
    deadline: addDays(ctx.performedAt, 1),
    owner: 'claims-officer',
  });
  ctx.update<Coverage>(
    withCheck(coverage, {
      url: EXT.portalCheck,
      extension: [
        { url: 'status', valueCode: 'unverified' },
        { url: 'at', valueInstant: ctx.now },
        { url: 'message', valueString: message },
      ],
    }),
  );
}

/** The answer to a question that waited in the outbox. */
export async function recordCardAnswer(ctx: CommandContext, id: string, receipt: unknown): Promise<void> {
  const coverage = await ctx.lock<Coverage>('Coverage', id);
  const patient = await ctx.read<Patient>('Patient', idOf(coverage.beneficiary) ?? '');
  const asked = { name: patient.name?.[0]?.text ?? '', birthDate: patient.birthDate ?? '' };
  const answer = receipt as PortalAnswer;
  const result = cardResult(asked, answer, listsOf(ctx), ctx.now);
  ctx.update<Coverage>(withCheck(coverage, checkExtension(result, answer)));
}

const withCheck = (coverage: Stored<Coverage>, check: Extension): Stored<Coverage> =>
  defined({
    ...coverage,
    extension: [...(coverage.extension ?? []).filter((e) => e.url !== EXT.portalCheck), check],
  });

/** What is kept: who knows the card, since when, and the answer as it came (the portal itself forgets after 60 days). */
function checkExtension(result: CheckCardResult, answer: PortalAnswer | undefined): Extension {
  const { dsLichSuKCB2018, dsLichSuKT2018, ...plain } = answer?.said ? answer.json : {};
  return {
    url: EXT.portalCheck,
    extension: [
      { url: 'status', valueCode: result.status },
      { url: 'at', valueInstant: result.checkedAt },
      ...(result.code === null ? [] : [{ url: 'code', valueString: result.code }]),
      { url: CHECK_ANSWER, valueString: JSON.stringify(plain) },
    ],
  };
}
