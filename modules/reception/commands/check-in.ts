import { arrive } from '@mach/appointment/contract.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { spendNumber } from '@mach/desk/contract.ts';
import { changePayer, idOf, openVisit, type PriorityReason } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Communication, Encounter, Patient } from '@mach/fhir/types.ts';
import type { z } from 'zod';
import {
  type BenefitSummary,
  CARD_REFUSED,
  type ChangePayerResult,
  type CheckInResult,
  cardCheckSince,
} from '../contract.ts';
import { changePayerInput, checkInInput } from '../inputs.ts';
import { patientCodeOf } from '../person.ts';
import { toldRecord } from '../queue/records.ts';
import { priorityByAge, QUEUE_PACK, type QueueRules } from '../queue/rules.ts';
import type { CardReading } from '../scan.ts';
import { chooseCard, type Decision, decide } from './benefit.ts';
import { type CoverageRecord, keepCard } from './coverage.ts';
import { type PatientRecord, readScans, register } from './register.ts';

type Input = z.output<typeof checkInInput>;

export const checkInCommand = defineCommand({
  name: 'reception.checkIn',
  kind: 'intent',
  // A desk that closed for the holidays with an act in its queue hands it in when it opens again.
  lateDays: 14,
  permission: 'reception.check-in',
  title: { vi: 'Tiếp đón, cấp số', en: 'Check in' },
  input: checkInInput,
  async handle(input, ctx): Promise<CheckInResult> {
    const { cccd, bhyt } = readScans(ctx, input);
    const { patient, registered } = await personOfVisit(ctx, input, cccd, bhyt);
    const right = input.payer === 'bhyt' ? await rightOfVisit(ctx, input, patient, bhyt) : undefined;
    const opened = await ctx.call(openVisit, {
      patient: patient.id,
      room: input.room,
      reason: input.reason,
      payer: input.payer,
      coverage: right?.coverage,
      benefit: right && {
        rate: right.decision.benefit.effectiveRate,
        category: right.decision.benefit.doiTuongKcb,
        hash: right.decision.hash,
        route: right.decision.route,
        papers: input.papers,
        listedDisease: input.listedDisease,
      },
      priority: input.priority ?? byAge(ctx, patient),
      examService: input.examService,
      againReason: input.againReason,
      queueNumber: input.paper?.number,
    });
    if (input.paper) await ctx.call(spendNumber, { paper: input.paper, record: `Encounter/${opened.encounter}` });
    if (input.told !== undefined) {
      const of = { at: ctx.performedAt, wait: input.told };
      ctx.create<Communication>(toldRecord({ encounter: opened.encounter, patient: patient.id }, of));
    }
    if (input.appointment !== undefined)
      await ctx.call(arrive, {
        appointment: input.appointment,
        encounter: opened.encounter,
        patient: patient.id,
      });
    return {
      encounter: opened.encounter,
      state: opened.state,
      visitCode: opened.visitCode,
      queueNumber: opened.queueNumber,
      room: input.room,
      patient: patient.id,
      patientCode: patientCodeOf(patient) ?? '',
      registered,
      coverage: right?.coverage ?? null,
      benefit: right?.decision.summary ?? null,
    };
  },
});

/** Who it is: the record named, the one that the scanned number leads to, or a new one. */
async function personOfVisit(
  ctx: CommandContext,
  input: Input,
  cccd: CardReading | undefined,
  bhyt: CardReading | undefined,
): Promise<{ patient: PatientRecord; registered: boolean }> {
  if (input.patient !== undefined)
    return { patient: await ctx.lock<Patient>('Patient', input.patient), registered: false };
  if (!cccd && !bhyt && input.person === undefined)
    throw refuse(
      422,
      'patient-missing',
      { vi: 'Chưa chọn người bệnh', en: 'No patient is chosen' },
      {
        field: 'patient',
        remedy: { vi: 'Quét CCCD, thẻ BHYT, hoặc tìm theo tên', en: 'Scan a card, or search by name' },
      },
    );
  const fields = { ...bhyt?.person, ...cccd?.person, ...input.person };
  const done = await register(ctx, fields, {
    scanned: cccd !== undefined,
    notDuplicateOf: input.notDuplicateOf,
    notices: [...(cccd?.notices ?? []), ...(bhyt?.notices ?? [])],
  });
  return { patient: done.patient, registered: !done.existing };
}

async function rightOfVisit(
  ctx: CommandContext,
  input: Input,
  patient: PatientRecord,
  bhyt: CardReading | undefined,
): Promise<{ coverage: string; decision: Decision }> {
  const scanned = bhyt?.card !== undefined || input.card !== undefined;
  const coverage = scanned
    ? (await keepCard(ctx, patient, bhyt, input.card)).coverage
    : await chooseCard(ctx, patient.id, input.coverage);
  const decision = await decide(ctx, coverage, input);
  const { benefit, summary } = decision;
  if (benefit.state !== 'valid' && benefit.state !== 'expires-during-stay') throw notInForce(summary);
  refuseStopped(ctx, coverage);
  if (input.expectedRate !== undefined && input.expectedRate !== benefit.effectiveRate)
    throw refuse(
      409,
      'benefit-changed',
      {
        vi: `Mức hưởng là ${benefit.effectiveRate} %, không phải ${input.expectedRate} %`,
        en: `The benefit is ${benefit.effectiveRate} %, not ${input.expectedRate} %`,
      },
      {
        field: 'expectedRate',
        remedy: {
          vi: 'Đọc lại mức hưởng cho người bệnh, rồi cấp số',
          en: 'Read the rate to the patient again, then check in',
        },
      },
    );
  return { coverage: coverage.id, decision };
}

export const changePayerCommand = defineCommand({
  name: 'reception.changePayer',
  kind: 'intent',
  permission: 'reception.check-in',
  title: { vi: 'Đổi đối tượng thanh toán', en: 'Change who pays' },
  input: changePayerInput,
  async handle(input, ctx): Promise<ChangePayerResult> {
    if (input.payer === 'fee') {
      const moved = await ctx.call(changePayer, { encounter: input.encounter, payer: 'fee', reason: input.reason });
      return { ...moved, benefit: null };
    }
    const visit = await ctx.lock<Encounter>('Encounter', input.encounter);
    const coverage = await chooseCard(ctx, idOf(visit.subject) ?? '', input.coverage);
    const { benefit, route, hash, summary } = await decide(ctx, coverage, input);
    if (benefit.state !== 'valid' && benefit.state !== 'expires-during-stay') throw notInForce(summary);
    refuseStopped(ctx, coverage);
    const moved = await ctx.call(changePayer, {
      encounter: input.encounter,
      payer: 'bhyt',
      coverage: coverage.id,
      benefit: {
        rate: benefit.effectiveRate,
        category: benefit.doiTuongKcb,
        hash,
        route,
        papers: input.papers,
        listedDisease: input.listedDisease,
      },
      reason: input.reason,
    });
    return { ...moved, benefit: summary };
  },
});

/**
 * A card that the portal has refused today is used only with a reason: the fund will not pay. Silence of the portal
 * stops nobody.
 */
function refuseStopped(ctx: CommandContext, coverage: CoverageRecord): void {
  const check = cardCheckSince(coverage, localDate(ctx.performedAt));
  if (check.status !== 'refused' || ctx.overrides.some((o) => o.rule === CARD_REFUSED)) return;
  const code = check.code === undefined ? '' : ` (${check.code})`;
  throw new Problem(409, [
    {
      severity: 'warning',
      code: CARD_REFUSED,
      field: 'coverage',
      text: {
        vi: `Cổng BHXH báo thẻ không dùng được${code}: quỹ sẽ không trả lượt khám này`,
        en: `The insurer's portal refuses this card${code}: the fund will not pay for this visit`,
      },
      remedy: {
        vi: 'So lại thẻ và giấy tờ rồi tra lại; không sửa được thì chọn "Thu phí"',
        en: 'Compare card and paper and check again; otherwise choose self-paying',
      },
    },
  ]);
}

function notInForce(summary: BenefitSummary) {
  const why = summary.reasons.find((r) => r.decisive)?.text ?? { vi: '', en: '' };
  return refuse(409, `card-${summary.state}`, why, {
    field: 'coverage',
    remedy: { vi: 'Cập nhật thẻ, hoặc chọn "Thu phí"', en: 'Update the card, or choose self-paying' },
  });
}

/** The priority that the law gives by age alone. */
function byAge(ctx: CommandContext, patient: Patient): { reason: PriorityReason } | undefined {
  const reason = priorityByAge(ctx.rules<QueueRules>(QUEUE_PACK).data, patient.birthDate, ctx.performedAt);
  return reason && { reason };
}
