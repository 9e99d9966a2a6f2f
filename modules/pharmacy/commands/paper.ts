/** The paper behind a movement of stock that is no prescription: what was received, moved or counted, by whom and why. */
import { canonicalJson } from '@mach/base/json.ts';
import { defined } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { DocumentReference } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';

const TITLES = {
  'stock-receipt': 'Phiếu nhập kho',
  'stock-transfer': 'Phiếu chuyển kho',
  'stock-adjustment': 'Biên bản kiểm kê',
} as const;

/** Sealed. @returns the reference that movements name. */
export function stockPaper(ctx: CommandContext, kind: keyof typeof TITLES, content: Record<string, unknown>): string {
  const whole = { form: `${kind}/1`, ...content, by: ctx.actor.name, at: ctx.performedAt };
  const paper = ctx.seal<DocumentReference>(
    defined<DocumentReference>({
      resourceType: 'DocumentReference',
      status: 'current',
      docStatus: 'final',
      type: { coding: [{ system: CS.document, code: kind, display: TITLES[kind] }] },
      date: ctx.performedAt,
      author: [
        ctx.actor.practitioner === null
          ? { display: ctx.actor.name }
          : { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name },
      ],
      content: [
        {
          attachment: {
            contentType: 'application/json',
            data: Buffer.from(canonicalJson(whole), 'utf8').toString('base64'),
            title: TITLES[kind],
            creation: ctx.performedAt,
          },
        },
      ],
    }),
  );
  return `DocumentReference/${paper.id}`;
}
