import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Coverage } from '@mach/fhir/types.ts';
import { type Benefit, type BenefitFacility, decideBenefit } from '@mach/vn/bhyt/benefit.ts';
import type { BenefitPack, Route } from '@mach/vn/bhyt/benefit-pack.ts';
import type { Papers } from '@mach/vn/bhyt/papers.ts';
import { cardOn } from '../card.ts';
import type { BenefitSummary } from '../contract.ts';
import { assessBenefitInput } from '../inputs.ts';
import {
  benefitCardOf,
  benefitFacility,
  cardNumberOf,
  copayAccount,
  ENTITLEMENT_LEDGER,
  FACILITY_DEFAULT,
  FACILITY_SETTING,
} from '../read.ts';
import { type CoverageRecord, cardsOf } from './coverage.ts';
import { notice } from './register.ts';

export interface Claimed {
  route?: Route;
  papers?: Papers;
  listedDisease?: 'I' | 'II';
}

export interface Decision {
  benefit: Benefit;
  route: Route;
  hash: string;
  summary: BenefitSummary;
}

/** How the patient came, when the desk says nothing: at the registered place it is right, a paper tells, else self. */
export function usualRoute(registered: string, facility: BenefitFacility, papers: Papers | undefined): Route {
  if (papers?.referral) return 'referral';
  if (papers?.revisit) return 'revisit';
  return registered === facility.code || (facility.affiliates ?? []).includes(registered) ? 'right' : 'self';
}

/** Decides the right that a card gives on this visit. @throws Problem 422 for a card that lacks what the rules need */
export async function decide(ctx: CommandContext, coverage: CoverageRecord, claimed: Claimed): Promise<Decision> {
  const card = benefitCardOf(coverage);
  if (!card)
    throw refuse(
      422,
      'card-incomplete',
      {
        vi: 'Thẻ thiếu mức hưởng hoặc nơi đăng ký ban đầu',
        en: 'The card lacks its benefit code or registered facility',
      },
      {
        field: 'coverage',
        remedy: {
          vi: 'Tra cứu thẻ trên cổng BHXH, hoặc gõ bổ sung',
          en: "Look the card up at the insurer's portal, or complete it",
        },
      },
    );
  const date = localDate(ctx.performedAt);
  const facility = benefitFacility(ctx.facility.code, ctx.setting(FACILITY_SETTING, FACILITY_DEFAULT));
  const route = claimed.route ?? usualRoute(card.registeredFacility, facility, claimed.papers);
  const pack = ctx.rules<BenefitPack>('bhyt-benefit');
  const account = copayAccount(cardNumberOf(coverage) ?? '', date.slice(0, 4));
  const paid = (await ctx.balances(ENTITLEMENT_LEDGER, account)).find((b) => b.account === account);
  const visit = {
    date,
    careClass: 'outpatient' as const,
    route,
    papers: claimed.papers,
    listedDisease: claimed.listedDisease,
  };
  const benefit = decideBenefit({ card, facility, visit, yearCoPayment: paid?.balance ?? 0 }, pack.data);
  return { benefit, route, hash: pack.hash, summary: summarise(coverage, benefit, route, pack.hash) };
}

function summarise(coverage: Coverage & { id: string }, benefit: Benefit, route: Route, hash: string): BenefitSummary {
  return {
    coverage: coverage.id,
    state: benefit.state,
    rate: benefit.effectiveRate,
    patientShare: 100 - benefit.effectiveRate,
    category: benefit.doiTuongKcb,
    route,
    properRoute: benefit.properRoute,
    hash,
    reasons: benefit.reasons.map(({ text, source, decisive }) => ({ text, source, decisive })),
    notices: benefit.issues.map(notice),
  };
}

/** The card named, or the one of the patient that is in force today. */
export async function chooseCard(
  ctx: CommandContext,
  patient: string,
  coverage: string | undefined,
): Promise<CoverageRecord> {
  const cards = await cardsOf(ctx, patient);
  const chosen =
    coverage === undefined ? cardOn(localDate(ctx.performedAt), cards) : cards.find((c) => c.id === coverage);
  if (chosen) return chosen;
  const other = coverage === undefined ? undefined : await ctx.find<Coverage>('Coverage', coverage);
  throw other && idOf(other.beneficiary) !== patient
    ? refuse(
        409,
        'coverage-of-another',
        { vi: 'Thẻ BHYT này là của người khác', en: 'This card belongs to somebody else' },
        { field: 'coverage', remedy: { vi: 'Quét thẻ của đúng người bệnh', en: "Scan this patient's own card" } },
      )
    : refuse(
        409,
        'no-card-in-force',
        {
          vi:
            cards.length === 0
              ? 'Chưa có thẻ BHYT trong hồ sơ'
              : 'Các thẻ BHYT trong hồ sơ đã hết hạn hoặc chưa có hiệu lực',
          en: cards.length === 0 ? 'There is no card on file' : 'No card on file is in force today',
        },
        {
          field: 'coverage',
          remedy: { vi: 'Quét thẻ mới, hoặc chọn "Thu phí"', en: 'Scan the new card, or choose self-paying' },
        },
      );
}

export const assessBenefitCommand = defineCommand({
  name: 'reception.assessBenefit',
  kind: 'intent',
  permission: 'reception.check-in',
  title: { vi: 'Xét mức hưởng BHYT', en: 'Assess the insurance benefit' },
  input: assessBenefitInput,
  async handle(input, ctx): Promise<BenefitSummary> {
    const coverage = await chooseCard(ctx, input.patient, input.coverage);
    return (await decide(ctx, coverage, input)).summary;
  },
});
