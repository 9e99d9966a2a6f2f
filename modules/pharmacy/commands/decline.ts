import { Decimal } from '@mach/base/decimal.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import { creditReturn } from '@mach/cashier/contract.ts';
import { cancelPrescription, defined } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { DocumentReference, MedicationDispense, MedicationRequest } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';
import type { DeclineLineResult } from '../contract.ts';
import { declineLineInput } from '../inputs.ts';
import { REFUNDED } from '../read.ts';
import { handedOver, lockPrescription, nameOf, type OpenPrescription, unitOf, wantedOf } from './prescription.ts';
import { goBack } from './return.ts';

/**
 * Drugs that were prescribed, and perhaps paid, and are never handed over: the patient does not want them, the shelf is
 * empty, nobody came. The line counts as done with them, the bill is computed anew without them.
 */
export const declineLineCommand = defineCommand({
  name: 'pharmacy.declineLine',
  kind: 'intent',
  permission: 'pharmacy.decline',
  title: { vi: 'Không phát nữa', en: 'Not to be handed over' },
  input: declineLineInput,
  async handle(input, ctx): Promise<DeclineLineResult> {
    const seen = await ctx.read<MedicationRequest>('MedicationRequest', input.medicationRequest);
    const code = seen.groupIdentifier?.value ?? '';
    const [document] = await ctx.byToken<DocumentReference>('DocumentReference.identifier', SID.prescriptionCode, code);
    if (!document)
      throw refuse(
        409,
        'foreign-prescription',
        { vi: 'Đơn này không do nơi đây kê', en: 'This prescription was not written here' },
        { field: 'medicationRequest', remedy: { vi: 'Xử lý ở nơi đã kê', en: 'Deal with it where it was written' } },
      );
    const open = await lockPrescription(ctx, document.id);
    const line = open.lines.find((one) => one.id === input.medicationRequest) ?? seen;
    const { out, refunded } = await handedOver(ctx, line.id);
    const left = wantedOf(line).sub(out).sub(refunded);
    const quantity = input.quantity === undefined ? left : Decimal.of(input.quantity);
    if (left.lte(Decimal.ZERO) || line.status === 'cancelled' || quantity.gt(left))
      throw new Problem(409, [
        {
          severity: 'error',
          code: 'nothing-left',
          field: 'quantity',
          text: {
            vi: `"${nameOf(line)}" chỉ còn ${left.toString()} ${unitOf(line)} chưa phát`,
            en: `Only ${left.toString()} ${unitOf(line)} of "${nameOf(line)}" were not handed over`,
          },
          remedy: {
            vi: 'Thuốc đã phát thì nhận lại tại quầy thuốc',
            en: 'What was handed over comes back at the pharmacy',
          },
        },
      ]);
    const dispense = ctx.create<MedicationDispense>(declined(ctx, open, line, quantity, input.reason));
    const credited = await ctx.call(creditReturn, {
      encounter: open.visit.id,
      items: [{ source: `MedicationRequest/${line.id}`, quantity: quantity.toString() }],
      record: `MedicationDispense/${dispense.id}`,
      reason: input.reason,
    });
    const state = (await isAllDeclined(ctx, open))
      ? (await ctx.call(cancelPrescription, { prescription: document.id, reason: input.reason })).state
      : await goBack(ctx, open, input.reason);
    return { prescription: document.id, encounter: open.visit.id, state, ...pick(credited) };
  },
});

const pick = ({ invoice, refund }: { invoice: string | null; refund: number }) => ({ invoice, refund });

/** Nothing of the whole prescription has left the shelf, and nothing will. */
async function isAllDeclined(ctx: CommandContext, { lines, state }: OpenPrescription): Promise<boolean> {
  if (state === 'partly-dispensed' || state === 'dispensed') return false;
  for (const line of lines) {
    const { out, refunded } = await handedOver(ctx, line.id);
    if (!out.isZero() || refunded.lt(wantedOf(line))) return false;
  }
  return true;
}

function declined(
  ctx: CommandContext,
  { visit }: OpenPrescription,
  line: MedicationRequest & { id: string },
  quantity: Decimal,
  reason: string,
): MedicationDispense {
  return defined({
    resourceType: 'MedicationDispense' as const,
    status: 'declined' as const,
    statusReasonCodeableConcept: { text: reason },
    extension: [{ url: REFUNDED, valueBoolean: true }],
    medicationCodeableConcept: line.medicationCodeableConcept,
    subject: visit.subject,
    context: { reference: `Encounter/${visit.id}` },
    authorizingPrescription: [{ reference: `MedicationRequest/${line.id}` }],
    quantity: { value: quantity.toNumber(), unit: unitOf(line) },
    note: [{ text: `Không phát: ${reason}`, time: ctx.performedAt }],
  });
}
