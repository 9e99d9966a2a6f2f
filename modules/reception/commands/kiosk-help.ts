import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Basic, Communication } from '@mach/fhir/types.ts';
import type { KioskHelpResult } from '../contract.ts';
import { answerHelpInput, kioskHelpInput } from '../inputs.ts';
import { answeredHelp, helpRecord, KIOSK_HELP } from '../queue/records.ts';

/** A call that nobody answers is no call any more after this time: the next touch calls anew, ms. */
const FORGOTTEN = 5 * 60_000;

/** The device's own note of its last call: two touches in a row are one call. */
async function lastCall(ctx: CommandContext): Promise<{ id: string; note?: Basic & { id: string } }> {
  const id = `kiosk-help-${ctx.actor.id.replaceAll(/[^A-Za-z0-9.-]/g, '-')}`;
  const note = await ctx.find<Basic>('Basic', id);
  return note === undefined ? { id } : { id, note };
}

export const kioskHelpCommand = defineCommand({
  name: 'reception.kioskHelp',
  kind: 'intent',
  permission: 'reception.kiosk',
  title: { vi: 'Kiosk: gọi nhân viên', en: 'Kiosk: call for staff' },
  input: kioskHelpInput,
  async handle(_input, ctx): Promise<KioskHelpResult> {
    const { id, note } = await lastCall(ctx);
    const last = note?.subject?.reference?.split('/')[1];
    const before = last === undefined ? undefined : await ctx.find<Communication>('Communication', last);
    const open =
      before?.status === 'in-progress' && Date.parse(ctx.performedAt) - Date.parse(before.sent ?? '') < FORGOTTEN;
    if (before && open) return { help: before.id, waiting: true };
    const call = ctx.create<Communication>({
      ...helpRecord({ at: ctx.performedAt, from: ctx.actor.name }),
      id: ctx.id(),
    });
    const subject = { reference: `Communication/${call.id}` };
    if (note) ctx.update<Basic>({ ...note, subject });
    else
      ctx.create<Basic>({
        resourceType: 'Basic',
        id,
        code: { coding: [{ system: KIOSK_HELP, code: 'last' }] },
        subject,
      });
    return { help: call.id, waiting: false };
  },
});

export const answerHelpCommand = defineCommand({
  name: 'reception.answerHelp',
  kind: 'intent',
  permission: 'reception.check-in',
  title: { vi: 'Đến kiosk giúp người gọi', en: 'Answer a call from the kiosk' },
  input: answerHelpInput,
  async handle(input, ctx): Promise<{ help: string }> {
    const call = await ctx.lock<Communication>('Communication', input.help);
    if (!call.topic?.coding?.some((one) => one.system === KIOSK_HELP))
      throw refuse(
        409,
        'not-help',
        { vi: 'Đây không phải lời gọi từ kiosk', en: 'This is no call from a kiosk' },
        { field: 'help' },
      );
    // Two people who go at once have both gone.
    if (call.status === 'in-progress')
      ctx.update<Communication>(answeredHelp(call, { at: ctx.performedAt, by: ctx.actor.name }));
    return { help: call.id };
  },
});
