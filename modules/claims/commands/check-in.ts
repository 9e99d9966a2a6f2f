import { Decimal } from '@mach/base/decimal.ts';
import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { benefitOf, chargeFacts, coverageOf, idOf, payerOf, priorityOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem, Claim, Coverage, Encounter, Patient, ServiceRequest } from '@mach/fhir/types.ts';
import { cardCheckSince, cardNumberOf } from '@mach/reception/contract.ts';
import { validateTable } from '@mach/vn/xml/validate.ts';
import { writeTable } from '@mach/vn/xml/write.ts';
import { afterMinutes } from '../clocks.ts';
import { type ClaimResult, PORTAL } from '../contract.ts';
import { encounterInput } from '../inputs.ts';
import type { FilePayload } from '../portal/destination.ts';
import { CLAIM_EXT, claimFindings, claimStateOf, part } from '../read.ts';
import type { XmlSeal } from '../seal.ts';
import { findingFor, textRow } from '../tables/build.ts';
import { checkInRow } from '../tables/check-in.ts';
import { askAgain } from './card.ts';
import { claimRules } from './gather.ts';
import { claimOf, clocksAt, writeClaim } from './slot.ts';

type Stored<T> = T & { id: string };

/** Emergencies are not announced (MA_DOITUONG_KCB 2). */
const isExempt = (encounter: Encounter): boolean =>
  benefitOf(encounter)?.category === '2' ||
  benefitOf(encounter)?.route === 'emergency' ||
  priorityOf(encounter).reason === 'emergency';

export const sendCheckInCommand = (seal: XmlSeal) =>
  defineCommand({
    name: 'claims.sendCheckIn',
    kind: 'fact',
    permission: 'claims.check-in',
    title: { vi: 'Gửi trạng thái khám (XML0)', en: 'Announce a visit (XML0)' },
    input: encounterInput,
    handle: async (input, ctx) => announceVisit(ctx, seal, await ctx.lock<Encounter>('Encounter', input.encounter)),
  });

/** Announces an insured visit that has begun; the claim is opened as a draft. What has been received is not sent again. */
export async function announceVisit(
  ctx: CommandContext,
  seal: XmlSeal,
  encounter: Stored<Encounter>,
): Promise<ClaimResult> {
  const coverageId = coverageOf(encounter);
  if (payerOf(encounter) !== 'bhyt' || coverageId === undefined)
    throw refuse(
      409,
      'not-insured',
      { vi: 'Lượt khám này không dùng BHYT', en: 'This visit does not use health insurance' },
      { field: 'encounter', remedy: { vi: 'Nhờ tiếp đón gắn thẻ vào lượt khám', en: 'Have reception attach a card' } },
    );
  const slot = await claimOf(ctx, encounter);
  const result = (claim: Stored<Claim>, message?: string): ClaimResult => ({
    claim: claim.id,
    encounter: encounter.id,
    state: claimStateOf(claim),
    findings: claimFindings(claim),
    message,
  });
  const coverage = await ctx.read<Coverage>('Coverage', coverageId);
  const patient = await ctx.read<Patient>('Patient', idOf(encounter.subject) ?? '');
  const today = cardCheckSince(coverage, localDate(encounter.period?.start ?? ctx.performedAt));
  if (today.status === 'unverified') askAgain(ctx, coverage, patient);
  const announced = part(part(slot.claim, CLAIM_EXT.checkIn), 'state')?.valueCode;
  if (announced === 'sent' || announced === 'received' || announced === 'exempt') return result(slot.claim);

  if (isExempt(encounter))
    return result(
      writeClaim(ctx, slot, { card: cardNumberOf(coverage), checkIn: { state: 'exempt', at: ctx.performedAt } }),
    );

  const start = encounter.period?.start ?? ctx.performedAt;
  const rules = claimRules(ctx, localDate(start));
  const first = await firstCost(ctx, encounter.id);
  const row = checkInRow({ facility: ctx.facility.code, encounter, patient, coverage }, first?.order, first?.claimCode);
  const text = textRow('XML0', row, rules.xml);
  const findings = validateTable('XML0', text, rules.xml, rules.lists).map((issue) =>
    findingFor(issue, new Map([['XML0', [row]]]), {}),
  );
  const money = { claimed: Decimal.ZERO, total: Decimal.ZERO };
  const card = cardNumberOf(coverage);
  if (findings.some((f) => f.severity === 'error'))
    return result(writeClaim(ctx, slot, { findings, money, card, checkIn: { state: 'blocked', at: ctx.performedAt } }));

  const { xml } = await seal.sign(ctx.facility.code, writeTable('XML0', [text], rules.xml), ctx.performedAt);
  const message = ctx.send({
    destination: PORTAL,
    kind: 'check-in',
    subject: `Claim/${slot.claim.id}`,
    patient: patient.id,
    payload: { facility: ctx.facility.code, standard: rules.standard, xml, at: ctx.now } satisfies FilePayload,
    deadline: afterMinutes(start, clocksAt(ctx, start).checkIn.minutes),
    owner: 'claims-officer',
  });
  const checkIn = { state: 'sent' as const, at: ctx.performedAt, message };
  return result(writeClaim(ctx, slot, { findings, money, card, checkIn }), message);
}

/** The first order of the visit that costs something: the exam, as a rule. */
async function firstCost(
  ctx: CommandContext,
  encounter: string,
): Promise<{ order?: ServiceRequest; claimCode?: string } | undefined> {
  const charges = (await ctx.referring<ChargeItem>('ChargeItem.context', encounter))
    .filter((c) => c.status !== 'aborted')
    .map(chargeFacts)
    .filter((c) => c.of === 'service')
    .sort((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1));
  const [first] = charges;
  if (!first) return undefined;
  const order = await ctx.find<ServiceRequest>('ServiceRequest', first.source?.split('/')[1] ?? '');
  return { order, claimCode: first.claimCode };
}
