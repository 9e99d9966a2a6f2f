import { openVisit } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter } from '@mach/fhir/types.ts';
import { receiveUnknown } from '@mach/reception/contract.ts';
import type { z } from 'zod';
import type { ArriveResult } from '../contract.ts';
import { arriveInput } from '../inputs.ts';
import { withEmergency } from '../records.ts';
import { update } from './visit.ts';

/** Id of the room where emergencies arrive; an installation names its own. */
export const ROOM = 'room-cc';

export const arriveCommand = defineCommand({
  name: 'emergency.arrive',
  kind: 'intent',
  permission: 'emergency.arrive',
  title: { vi: 'Tiếp nhận cấp cứu', en: 'Emergency arrival' },
  input: arriveInput,
  async handle(input, ctx): Promise<ArriveResult> {
    const opened = await open(ctx, input);
    const visit = await ctx.lock<Encounter>('Encounter', opened.encounter);
    update<Encounter>(ctx, withEmergency(visit, { doorAt: ctx.performedAt, mode: input.mode, bed: input.bed }));
    ctx.emit('emergency.arrived', { encounter: opened.encounter, patient: opened.patient, mode: input.mode });
    return opened;
  },
});

/** No identity, no card and no payment is asked for: all of it can follow at the desk. */
async function open(ctx: CommandContext, input: z.output<typeof arriveInput>): Promise<ArriveResult> {
  const room = input.room ?? ctx.setting<string>('emergency.room', ROOM);
  if (input.unknown) {
    const { encounter, patient, visitCode, code, state } = await ctx.call(receiveUnknown, {
      ...input.unknown,
      room,
      reason: input.complaint,
    });
    return { encounter, patient, visitCode, code, state };
  }
  const patient = input.patient ?? '';
  const { encounter, visitCode, state } = await ctx.call(openVisit, {
    patient,
    room,
    reason: input.complaint,
    payer: 'fee',
    priority: { reason: 'emergency' },
  });
  return { encounter, patient, visitCode, code: null, state };
}
