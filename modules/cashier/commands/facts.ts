import { Decimal } from '@mach/base/decimal.ts';
import { localDate } from '@mach/base/time.ts';
import { chargeFacts, coverageOf, idOf, payerOf } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { ChargeItem, Coverage, Encounter, ServiceRequest } from '@mach/fhir/types.ts';
import {
  benefitFacility,
  cardNumberOf,
  copayAccount,
  ENTITLEMENT_LEDGER,
  FACILITY_DEFAULT,
  FACILITY_SETTING,
} from '@mach/reception/contract.ts';
import type { BenefitPack } from '@mach/vn/bhyt/benefit-pack.ts';
import type { VisitBill } from '@mach/vn/bhyt/visit-bill.ts';
import type { Bill } from '../contract.ts';
import { examsByDay, type VisitFacts, visitDays } from '../rules/bill.ts';
import { copayMovement, type Payment, type Posting, settlementMovements } from '../rules/payment.ts';
import { heldFor } from './held.ts';

/**
 * Everything that the bill of a visit rests on. With `lock` nothing of it can change until the command ends: the visit
 * first (as every deed on a visit does), then the card, so that two visits of one card do not both take the last
 * co-payment of the year or the first exam of the day.
 */
export async function visitFacts(ctx: CommandContext, id: string, lock: boolean): Promise<VisitFacts> {
  const encounter = lock ? await ctx.lock<Encounter>('Encounter', id) : await ctx.read<Encounter>('Encounter', id);
  const coverageId = payerOf(encounter) === 'bhyt' ? coverageOf(encounter) : undefined;
  const coverage =
    coverageId === undefined
      ? undefined
      : lock
        ? await ctx.lock<Coverage>('Coverage', coverageId)
        : await ctx.find<Coverage>('Coverage', coverageId);
  const [charges, orders] = await Promise.all([
    ctx.referring<ChargeItem>('ChargeItem.context', id),
    ctx.referring<ServiceRequest>('ServiceRequest.encounter', id),
  ]);
  const { start, end } = visitDays(encounter, ctx.performedAt);
  const pack = ctx.rules<BenefitPack>('bhyt-benefit', start);
  return {
    encounter,
    charges,
    orders,
    coverage,
    facility: benefitFacility(ctx.facility.code, ctx.setting(FACILITY_SETTING, FACILITY_DEFAULT)),
    examsBefore: coverage === undefined ? {} : await examsBefore(ctx, encounter),
    yearCoPayment: coverage === undefined ? Decimal.ZERO : await coPaid(ctx, yearAccount(coverage, end), lock),
    pack: pack.data,
    packHash: pack.hash,
    deposit: await heldFor(ctx, id, lock),
    at: ctx.performedAt,
  };
}

/** Insured exams of this visit's day in other visits of the patient, as far as they are billed. */
async function examsBefore(
  ctx: CommandContext,
  encounter: Encounter & { id: string },
): Promise<Record<string, number>> {
  const day = localDate(encounter.period?.start ?? ctx.performedAt);
  const visits = await ctx.referring<Encounter>('Encounter.subject', idOf(encounter.subject) ?? '');
  const same = visits.filter((v) => v.id !== encounter.id && localDate(v.period?.start ?? ctx.now) === day);
  const charges = await Promise.all(same.map((v) => ctx.referring<ChargeItem>('ChargeItem.context', v.id)));
  return examsByDay(charges.flat().map(chargeFacts));
}

/** Account of what the card of a visit has co-paid in the year of its end. */
export const yearAccount = (coverage: Coverage, end: string): string =>
  copayAccount(cardNumberOf(coverage) ?? '', end.slice(0, 4));

/** Everything that a bill moves: what is owed, by whom, what was paid of it, and what counts towards the year's exemption. */
export function billMovements(
  facts: VisitFacts,
  computed: VisitBill,
  bill: Bill,
  of: { invoice: string; login: string; applied: readonly Payment[] },
): Posting[] {
  const { encounter, coverage } = facts;
  const billed = settlementMovements({ ...of, encounter: encounter.id, totals: computed.totals });
  if (!coverage || !bill.benefit?.properRoute) return billed;
  const account = yearAccount(coverage, visitDays(encounter, facts.at).end);
  const { coPayment } = computed.totals;
  return [...billed, ...copayMovement({ encounter: encounter.id, invoice: of.invoice, account, coPayment })];
}

async function coPaid(ctx: CommandContext, account: string, lock: boolean): Promise<Decimal> {
  const found = await ctx.balances(ENTITLEMENT_LEDGER, account, lock);
  return found.find((b) => b.account === account)?.balance ?? Decimal.ZERO;
}
