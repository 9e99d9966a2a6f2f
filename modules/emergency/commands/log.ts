import { refuse } from '@mach/base/problem.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { Observation } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';
import { logEventInput } from '../inputs.ts';
import { CODES } from '../records.ts';
import { eventOf } from '../rules/events.ts';
import { encounterReference, lockPresent, performer, seal, subjectOf } from './visit.ts';

/** One tap at the bed; the note of the doctor follows later. `performedAt` is when it happened. */
export const logEventCommand = defineCommand({
  name: 'emergency.logEvent',
  kind: 'fact',
  permission: 'emergency.bundle',
  title: { vi: 'Ghi nhanh hồi sức', en: 'Resuscitation log' },
  input: logEventInput,
  async handle(input, ctx): Promise<{ event: string }> {
    const { visit } = await lockPresent(ctx, input.encounter);
    const name = eventOf(input.event);
    if (!name)
      throw refuse(
        422,
        'event-unknown',
        { vi: `Không có sự kiện "${input.event}"`, en: `There is no event "${input.event}"` },
        { field: 'event', remedy: { vi: 'Chọn trong danh sách', en: 'Choose one of the list' } },
      );
    const written = seal<Observation>(ctx, {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: CS.score, code: CODES.event }], text: 'Diễn biến hồi sức' },
      subject: subjectOf(visit),
      encounter: encounterReference(visit),
      effectiveDateTime: ctx.performedAt,
      issued: ctx.now,
      performer: [performer(ctx)],
      valueCodeableConcept: { coding: [{ system: CS.score, code: `event-${input.event}` }], text: name.vi },
      note: input.note === undefined ? undefined : [{ text: input.note }],
    });
    return { event: written.id };
  },
});
