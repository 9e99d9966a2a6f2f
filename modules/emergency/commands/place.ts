import { refuse } from '@mach/base/problem.ts';
import { startExam, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter } from '@mach/fhir/types.ts';
import type { PlaceResult } from '../contract.ts';
import { placeInput, seeInput } from '../inputs.ts';
import { emergencyOf, withEmergency } from '../records.ts';
import { lockPresent, update, type Visit, WAITING } from './visit.ts';

function resultOf(visit: Visit): PlaceResult {
  const { bed, stage } = emergencyOf(visit);
  return { encounter: visit.id, state: visitStateOf(visit) ?? 'waiting', bed: bed ?? null, stage: stage ?? null };
}

/** The doctor is with them: the kernel moves the visit, this module notes that treatment runs. */
export async function beginTreatment(ctx: CommandContext, encounter: string): Promise<Visit> {
  const { state } = await lockPresent(ctx, encounter);
  if (WAITING.includes(state)) await ctx.call(startExam, { encounter });
  const visit = await ctx.lock<Encounter>('Encounter', encounter);
  return emergencyOf(visit).stage === undefined
    ? update<Encounter>(ctx, withEmergency(visit, { stage: 'treating' }))
    : visit;
}

export const seeCommand = defineCommand({
  name: 'emergency.see',
  kind: 'intent',
  permission: 'emergency.see',
  title: { vi: 'Bắt đầu xử trí', en: 'Begin treatment' },
  input: seeInput,
  async handle(input, ctx): Promise<PlaceResult> {
    return resultOf(await beginTreatment(ctx, input.encounter));
  },
});

export const placeCommand = defineCommand({
  name: 'emergency.place',
  kind: 'intent',
  permission: 'emergency.place',
  title: { vi: 'Xếp chỗ, chuyển bước', en: 'Place and move on' },
  input: placeInput,
  async handle(input, ctx): Promise<PlaceResult> {
    const { visit, state } = await lockPresent(ctx, input.encounter);
    if (input.stage !== undefined && WAITING.includes(state))
      throw refuse(
        409,
        'not-seen',
        { vi: 'Bác sĩ chưa khám người bệnh này', en: 'No doctor has seen this patient yet' },
        { field: 'stage', remedy: { vi: 'Bác sĩ bấm "Xử trí" trước', en: 'The doctor begins treatment first' } },
      );
    const now = emergencyOf(visit);
    const change = {
      bed: input.bed === undefined ? now.bed : (input.bed ?? undefined),
      stage: input.stage ?? now.stage,
    };
    return resultOf(update<Encounter>(ctx, withEmergency(visit, change)));
  },
});
