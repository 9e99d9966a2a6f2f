import { createHash } from 'node:crypto';
import { Problem, refuse } from '@mach/base/problem.ts';
import { idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { DiagnosticReport, Media } from '@mach/fhir/types.ts';
import type { z } from 'zod';
import type { KeepImageResult } from '../contract.ts';
import { keepImageInput, type reportImages } from '../inputs.ts';
import { LAB_EXT } from '../read.ts';
import { cleanImage } from '../rules/image.ts';
import { actorReference, lockOrder, requireGroup, requirePatient, requireState, subjectOf } from './order.ts';

/** A picture of an examination, kept for its report: sealed at once, so that nothing replaces it under a signed report. */
export const keepImageCommand = defineCommand({
  name: 'lab.keepImage',
  kind: 'intent',
  permission: 'lab.report-imaging',
  title: { vi: 'Giữ ảnh chọn của ca chụp', en: 'Keep a key image' },
  input: keepImageInput,
  async handle(input, ctx): Promise<KeepImageResult> {
    const locked = await lockOrder(ctx, input.order);
    requireGroup(locked, 'imaging', 'functional');
    requireState(locked, 'in-progress', 'performed', 'preliminary', 'validated', 'seen');
    await requirePatient(ctx, locked, input.patient);
    const read = cleanImage(Buffer.from(input.data, 'base64'));
    if (!read.ok) throw new Problem(422, [read.error]);
    const { type, bytes, width, height } = read.value;
    const media = ctx.seal<Media>({
      resourceType: 'Media',
      extension: [{ url: LAB_EXT.keyImage, valueBoolean: true }],
      basedOn: [{ reference: `ServiceRequest/${locked.order.id}` }],
      status: 'completed',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/media-type', code: 'image' }] },
      subject: subjectOf(locked.order),
      encounter: locked.order.encounter,
      createdDateTime: ctx.performedAt,
      operator: actorReference(ctx),
      width,
      height,
      content: {
        contentType: type,
        data: Buffer.from(bytes).toString('base64'),
        size: bytes.length,
        hash: createHash('sha1').update(bytes).digest('base64'),
        creation: ctx.performedAt,
      },
    });
    return { media: media.id, width, height };
  },
});

/** The pictures as the report names them. @throws Problem 409 for a picture of another examination: of another person, maybe */
export async function mediaOf(
  ctx: CommandContext,
  order: string,
  images: z.output<typeof reportImages> | undefined,
): Promise<DiagnosticReport['media']> {
  const named: NonNullable<DiagnosticReport['media']> = [];
  for (const { media, caption } of images ?? []) {
    const kept = await ctx.read<Media>('Media', media);
    if (!kept.basedOn?.some((one) => idOf(one) === order))
      throw refuse(
        409,
        'image-of-another',
        { vi: 'Ảnh này thuộc một ca chụp khác', en: 'This picture belongs to another examination' },
        { field: 'images', remedy: { vi: 'Bỏ ảnh này, chọn lại ảnh của đúng ca', en: 'Remove it and choose again' } },
      );
    const link = { reference: `Media/${kept.id}` };
    named.push(caption === undefined || caption === '' ? { link } : { comment: caption, link });
  }
  return named.length === 0 ? undefined : named;
}
