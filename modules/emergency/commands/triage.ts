import { Problem, refuse } from '@mach/base/problem.ts';
import { extension } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter, Observation, Patient } from '@mach/fhir/types.ts';
import { recordVitals } from '@mach/outpatient/contract.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import type { TriageResult } from '../contract.ts';
import { triageInput } from '../inputs.ts';
import { CODES, emergencyOf, isCoded, TRIAGE_CLOCK, withEmergency } from '../records.ts';
import { proposeTriage, recheckAt, seeBy, type TriageProposal } from '../rules/triage.ts';
import { type Level, levelOf, type TriagePack } from '../rules/triage-pack.ts';
import { ageYearsOf, measuredOn } from './measured.ts';
import { triagePack } from './packs.ts';
import { encounterReference, lockPresent, patientOf, performer, seal, subjectOf, update, type Visit } from './visit.ts';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

export const triageCommand = defineCommand({
  name: 'emergency.triage',
  kind: 'fact',
  permission: 'emergency.triage',
  title: { vi: 'Phân loại cấp cứu', en: 'Triage' },
  input: triageInput,
  async handle(input, ctx): Promise<TriageResult> {
    const { visit } = await lockPresent(ctx, input.encounter);
    const pack = triagePack(ctx);
    checkSigns(input.signs, pack);
    if (input.vitals) await ctx.call(recordVitals, { ...input.vitals, encounter: visit.id });
    const patient = await ctx.read<Patient>('Patient', patientOf(visit));
    const { from, ...measured } = await measuredOn(ctx, visit.id);
    const proposal = proposeTriage(
      { ...measured, signs: input.signs, ageYears: ageYearsOf(patient, ctx.performedAt) },
      pack,
    );
    if (!proposal.assessed && input.level === undefined) throw NOTHING_ASSESSED();
    const level = input.level === undefined ? proposal.level : levelOf(input.level);
    if ((level !== proposal.level || !proposal.assessed) && input.reason === undefined) throw reasonMissing(proposal);
    const before = await lastTriage(ctx, visit.id);
    const marked = withEmergency(visit, {});
    if (visit.class.code !== marked.class.code || !before) update<Encounter>(ctx, marked);
    const clock = {
      seeBy: seeBy({ doorAt: emergencyOf(marked).doorAt, at: ctx.performedAt, level, before }, pack),
      recheckAt: recheckAt(ctx.performedAt, level, pack),
    };
    const written = seal<Observation>(ctx, {
      ...triageObservation(ctx, visit, pack, { proposal, level, signs: input.signs, reason: input.reason }),
      ...(input.note === undefined ? {} : { note: [{ text: input.note }] }),
      derivedFrom: from.length > 0 ? from.map((id) => ({ reference: `Observation/${id}` })) : undefined,
      extension: [
        {
          url: EXT.computedBy,
          extension: [
            { url: 'name', valueString: pack.scale },
            { url: 'hash', valueString: ctx.rules('triage').hash },
          ],
        },
        {
          url: TRIAGE_CLOCK,
          extension: [
            { url: 'seeBy', valueInstant: clock.seeBy },
            { url: 'recheckAt', valueInstant: clock.recheckAt },
          ],
        },
      ],
    });
    ctx.emit('emergency.triaged', {
      encounter: visit.id,
      patient: patientOf(visit),
      level,
      before: before?.level ?? null,
    });
    return { ...proposal, ...clock, triage: written.id, proposed: proposal.level, level };
  },
});

function checkSigns(signs: readonly string[], pack: TriagePack): void {
  const unknown = signs.filter((code) => !pack.signs.has(code));
  if (unknown.length > 0)
    throw new Problem(
      422,
      unknown.map((code) => ({
        severity: 'error' as const,
        code: 'sign-unknown',
        field: 'signs',
        text: { vi: `Không có dấu hiệu "${code}"`, en: `There is no sign "${code}"` },
        remedy: { vi: 'Tải lại bộ quy tắc phân loại', en: 'Load the triage rules again' },
      })),
    );
}

/** Nobody is graded by default: a person at whom nobody has looked is not "semi-urgent". */
const NOTHING_ASSESSED = () =>
  refuse(
    422,
    'nothing-assessed',
    { vi: 'Chưa có dấu hiệu, sinh hiệu hay ý thức nào', en: 'No sign, vital sign or consciousness was noted' },
    {
      field: 'signs',
      remedy: {
        vi: 'Chọn dấu hiệu, đo sinh hiệu, hoặc tự chọn mức và ghi lý do',
        en: 'Choose a sign, measure, or choose the level yourself with the reason',
      },
    },
  );

const reasonMissing = (proposal: TriageProposal) =>
  refuse(
    422,
    'reason-missing',
    {
      vi: `Quy tắc đề nghị mức ${proposal.level}: ${proposal.reasons[0]?.text.vi ?? ''}`,
      en: `The rules propose level ${proposal.level}: ${proposal.reasons[0]?.text.en ?? ''}`,
    },
    { field: 'reason', remedy: { vi: 'Ghi lý do chọn mức khác', en: 'Give the reason for another level' } },
  );

/** The triage that stands, before a new one. */
async function lastTriage(
  ctx: CommandContext,
  encounter: string,
): Promise<{ level: Level; seeBy: string } | undefined> {
  const all = await ctx.referring<Observation>('Observation.encounter', encounter);
  const last = all
    .filter((o) => isCoded(o, CODES.triage))
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? -1 : 1))
    .at(-1);
  const by = extension(extension(last, TRIAGE_CLOCK), 'seeBy')?.valueInstant;
  return last && by !== undefined ? { level: levelOf(last.valueInteger), seeBy: by } : undefined;
}

function triageObservation(
  ctx: CommandContext,
  visit: Visit,
  pack: TriagePack,
  of: { proposal: TriageProposal; level: Level; signs: readonly string[]; reason?: string },
): Observation {
  const { proposal, level, signs, reason } = of;
  const own = (code: string, text: string) => ({ coding: [{ system: CS.score, code: `triage-${code}` }], text });
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: CATEGORY, code: 'exam' }] }],
    code: { coding: [{ system: CS.score, code: CODES.triage, display: pack.scale }], text: 'Phân loại cấp cứu' },
    subject: subjectOf(visit),
    encounter: encounterReference(visit),
    effectiveDateTime: ctx.performedAt,
    issued: ctx.now,
    performer: [performer(ctx)],
    valueInteger: level,
    interpretation: [{ text: pack.levels.get(level)?.text.vi }],
    component: [
      { code: own('proposed', 'Mức đề nghị'), valueInteger: proposal.level },
      { code: own('why', 'Căn cứ đề nghị'), valueString: proposal.reasons.map((r) => r.text.vi).join('; ') },
      ...(reason === undefined ? [] : [{ code: own('override', 'Lý do chọn mức khác'), valueString: reason }]),
      ...signs.map((code) => ({
        code: own(`sign-${code}`, pack.signs.get(code)?.text.vi ?? code),
        valueBoolean: true,
      })),
    ],
  };
}
