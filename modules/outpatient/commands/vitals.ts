import { Problem, refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import type { Encounter, Observation, Patient } from '@mach/fhir/types.ts';
import {
  type Consciousness,
  type News2Data,
  type News2Pack,
  type News2Score,
  readNews2,
} from '@mach/vn/clinical/news2.ts';
import { readVitals, type VitalsData, type VitalsPack } from '@mach/vn/clinical/vitals.ts';
import type { News2Result, RecordVitalsResult } from '../contract.ts';
import { recordVitalsInput, withdrawVitalsInput } from '../inputs.ts';
import { ageDays, ageMonths, ageYears } from '../rules/age.ts';
import { type MeowsData, type MeowsPack, readMeows } from '../rules/meows.ts';
import { type Effort, type PewsData, type PewsPack, type Refill, readPews } from '../rules/pews.ts';
import { isVitalsPanel, observationsOf, stillUrgent } from '../rules/vital-records.ts';
import { assessVitals, itemOf, news2Verdict, type VitalFindings } from '../rules/vitals.ts';
import { correct, patientOf, performer, seal, stateOfVisit, subjectOf } from './visit.ts';

/** Typed this much after it was measured, ms: says "Ghi muộn". */
const LATE = 15 * 60_000;

export const vitalsPack = (pack: RulePack): VitalsPack => readVitals(pack.data as VitalsData);
export const news2Pack = (pack: RulePack): News2Pack => readNews2(pack.data as News2Data);
const pewsPack = (pack: RulePack): PewsPack => readPews(pack.data as PewsData);
const meowsPack = (pack: RulePack): MeowsPack => readMeows(pack.data as MeowsData);

export const recordVitalsCommand = defineCommand({
  name: 'outpatient.recordVitals',
  kind: 'fact',
  permission: 'outpatient.record-vitals',
  title: { vi: 'Ghi sinh hiệu', en: 'Record vital signs' },
  input: recordVitalsInput,
  async handle(input, ctx): Promise<RecordVitalsResult> {
    const [visit, earlier] = await Promise.all([
      ctx.read<Encounter>('Encounter', input.encounter),
      ctx.referring<Observation>('Observation.encounter', input.encounter),
    ]);
    stateOfVisit(visit);
    const patient = await ctx.read<Patient>('Patient', patientOf(visit));
    const vitals = ctx.derived('vitals', 'outpatient.vitals', vitalsPack);
    const found = assessVitals(input, {
      ageDays: ageDays(patient.birthDate, ctx.performedAt),
      ageYears: ageYears(patient.birthDate, ctx.performedAt),
      ageMonths: ageMonths(patient.birthDate, ctx.performedAt),
      vitals,
      news2: ctx.derived('news2', 'outpatient.news2', news2Pack),
      pews: ctx.derived('pews', 'outpatient.pews', pewsPack),
      meows: ctx.derived('meows', 'outpatient.meows', meowsPack),
    });
    checkConfirmed(found, input.confirmed ?? []);
    const urgent = [...new Set([...found.urgent, ...stillUrgent(earlier, found)])];
    const records = writeSet(ctx, visit, { ...input, urgent }, found, vitals);
    ctx.emit('outpatient.vitalsRecorded', {
      encounter: visit.id,
      patient: patientOf(visit),
      panel: records.panel,
      urgent,
    });
    return {
      ...records,
      news2: found.news2 && news2Result(found.news2),
      warning: found.warning,
      bmi: found.bmi?.toString(),
      urgent,
      warnings: found.warnings.map(({ code, field, text }) => ({ code, field, text })),
    };
  },
});

/** Impossible values are refused; unusual ones until each is confirmed. All of them are named at once. */
function checkConfirmed(found: VitalFindings, confirmed: readonly string[]): void {
  const open = found.warnings.filter((w) => !confirmed.includes(itemOf(w)));
  const issues = [...found.errors, ...open];
  if (issues.length > 0) throw new Problem(422, issues);
}

function writeSet(
  ctx: CommandContext,
  visit: Encounter & { id: string },
  input: { consciousness?: Consciousness; refill?: Refill; effort?: Effort; note?: string; urgent: readonly string[] },
  found: VitalFindings,
  vitals: VitalsPack,
): Pick<RecordVitalsResult, 'panel' | 'observations'> {
  const frame = {
    subject: subjectOf(visit),
    encounter: { reference: `Encounter/${visit.id}` },
    effectiveDateTime: ctx.performedAt,
    issued: ctx.now,
    performer: [performer(ctx)],
    late: Date.parse(ctx.now) - Date.parse(ctx.performedAt) > LATE,
  };
  const set = observationsOf({
    found,
    consciousness: input.consciousness,
    refill: input.refill,
    effort: input.effort,
    note: input.note,
    urgent: input.urgent,
    frame,
    items: vitals.items,
  });
  const observations: Record<string, string> = {};
  const reference = (key: string): { reference: string } => ({ reference: `Observation/${observations[key] ?? ''}` });
  for (const { key, resource, from } of set.members)
    observations[key] = seal<Observation>(ctx, {
      ...resource,
      derivedFrom: from.length > 0 ? from.map(reference) : undefined,
    }).id;
  const used = set.members.filter((m) => m.counts).map((m) => reference(m.key));
  const derivedFrom = used.length > 0 ? used : undefined;
  if (found.news2)
    observations.news2 = seal<Observation>(ctx, {
      ...set.news2(found.news2, ctx.rules('news2').hash),
      derivedFrom,
    }).id;
  const { warning } = found;
  if (warning && warning.scale !== 'news2')
    observations[warning.scale] = seal<Observation>(ctx, {
      ...set.warning(warning, ctx.rules(warning.scale).hash),
      derivedFrom,
    }).id;
  const panel = seal<Observation>(ctx, { ...set.panel, hasMember: Object.keys(observations).map(reference) });
  return { panel: panel.id, observations };
}

function news2Result(score: News2Score): News2Result {
  return {
    score: score.total,
    recorded: score.recorded,
    missing: [...score.missing],
    ...news2Verdict(score),
    intervalMinutes: score.intervalMinutes,
  };
}

export const withdrawVitalsCommand = defineCommand({
  name: 'outpatient.withdrawVitals',
  kind: 'intent',
  permission: 'outpatient.record-vitals',
  title: { vi: 'Thu hồi sinh hiệu nhập sai', en: 'Withdraw vital signs entered in error' },
  input: withdrawVitalsInput,
  async handle(input, ctx): Promise<{ panel: string }> {
    const panel = await ctx.lock<Observation>('Observation', input.panel);
    if (!isVitalsPanel(panel) || panel.status === 'entered-in-error')
      throw refuse(
        409,
        panel.status === 'entered-in-error' ? 'already-withdrawn' : 'not-a-vitals-set',
        { vi: 'Không phải bộ sinh hiệu đang có hiệu lực', en: 'This is not a standing set of vital signs' },
        { field: 'panel', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    for (const member of panel.hasMember ?? []) {
      const id = member.reference?.split('/')[1] ?? '';
      const one = await ctx.lock<Observation>('Observation', id);
      correct<Observation>(ctx, { ...one, status: 'entered-in-error' }, input.reason);
    }
    correct<Observation>(ctx, { ...panel, status: 'entered-in-error' }, input.reason);
    return { panel: panel.id };
  },
});
