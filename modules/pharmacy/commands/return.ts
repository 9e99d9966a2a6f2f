import { Decimal } from '@mach/base/decimal.ts';
import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { creditReturn } from '@mach/cashier/contract.ts';
import { advancePrescription, drugOf, idOf } from '@mach/encounter/contract.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { DocumentReference, MedicationDispense, MedicationRequest } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';
import type { ReturnDispenseResult } from '../contract.ts';
import { returnDispenseInput } from '../inputs.ts';
import { lotOf, REFUNDED } from '../read.ts';
import { patientAccount, stockAccount } from '../rules/accounts.ts';
import { isExpired } from '../rules/first-expiry.ts';
import { handedOver, lockPrescription, wantedOf } from './prescription.ts';
import { lineUp, lockLots, lotIn, quarantinePlace } from './shelf.ts';

export const returnDispenseCommand = defineCommand({
  name: 'pharmacy.returnDispense',
  kind: 'intent',
  permission: 'pharmacy.return',
  title: { vi: 'Nhận lại thuốc', en: 'Take drugs back' },
  input: returnDispenseInput,
  async handle(input, ctx): Promise<ReturnDispenseResult> {
    const seen = await ctx.read<MedicationDispense>('MedicationDispense', input.dispense);
    const line = await ctx.find<MedicationRequest>('MedicationRequest', idOf(seen.authorizingPrescription?.[0]) ?? '');
    const code = line?.groupIdentifier?.value;
    const lot = lotOf(seen);
    if (!line || !lot || code === undefined) throw foreign();
    const [document] = await ctx.byToken<DocumentReference>('DocumentReference.identifier', SID.prescriptionCode, code);
    if (!document) throw foreign();
    const open = await lockPrescription(ctx, document.id);
    const dispense = await ctx.lock<MedicationDispense>('MedicationDispense', input.dispense);
    if (dispense.status !== 'completed')
      throw refuse(
        409,
        'already-returned',
        { vi: 'Lần phát này đã nhận lại rồi', en: 'This hand-over has been taken back already' },
        { field: 'dispense', remedy: { vi: 'Tải lại danh sách đã phát', en: 'Reload the list' } },
      );
    // What left the house opened, damaged or has expired since is never put among what is handed out.
    const apart = input.damaged === true || isExpired(lot.expiry, localDate(ctx.performedAt));
    const place = apart ? quarantinePlace(ctx) : lot.place;
    const drug = drugOf(line) ?? '';
    await lineUp(ctx, place);
    const shelf = lotIn(await lockLots(ctx, lot.place, [drug]), drug, lot.lot);
    if (!shelf) throw new Error(`lot ${lot.lot} of ${drug} was handed over but never stood on ${lot.place}`);
    ctx.post([
      {
        ledger: 'stock',
        from: patientAccount(open.visit.id, drug, shelf.unit),
        to: stockAccount({ ...shelf, place }),
        amount: Decimal.of(lot.quantity),
        reason: apart ? 'return-quarantine' : 'return',
        record: `MedicationDispense/${dispense.id}`,
      },
    ]);
    ctx.correct<MedicationDispense>(
      {
        ...dispense,
        extension: [
          ...(dispense.extension ?? []),
          ...(input.purpose === 'refund' ? [{ url: REFUNDED, valueBoolean: true }] : []),
        ],
        status: 'cancelled',
        statusReasonCodeableConcept: { text: input.reason },
        note: [...(dispense.note ?? []), { text: `Nhận lại: ${input.reason}`, time: ctx.performedAt }],
      },
      input.reason,
    );
    const state = await goBack(ctx, open, input.reason);
    const credited =
      input.purpose === 'refund'
        ? await ctx.call(creditReturn, {
            encounter: open.visit.id,
            items: [{ source: `MedicationRequest/${line.id}`, quantity: lot.quantity }],
            record: `MedicationDispense/${dispense.id}`,
            reason: input.reason,
          })
        : undefined;
    ctx.emit('pharmacy.returned', {
      encounter: open.visit.id,
      patient: idOf(open.visit.subject) ?? '',
      prescription: document.id,
      dispense: dispense.id,
      purpose: input.purpose,
      reason: input.reason,
    });
    return {
      dispense: dispense.id,
      prescription: document.id,
      encounter: open.visit.id,
      state,
      place,
      refund: credited?.refund ?? null,
    };
  },
});

/**
 * What came back for good counts as done. Everything came back to be handed over anew: the prescription stands as it was
 * signed; else it is handed over in part, or in full.
 */
export async function goBack(
  ctx: Parameters<typeof handedOver>[0],
  { document, lines, state }: Awaited<ReturnType<typeof lockPrescription>>,
  reason: string,
): Promise<ReturnDispenseResult['state']> {
  const standing = lines.filter((line) => line.status !== 'cancelled');
  const completedLines: string[] = [];
  let done = Decimal.ZERO;
  for (const line of standing) {
    const { out, refunded } = await handedOver(ctx, line.id);
    const gone = out.add(refunded);
    done = done.add(gone);
    if (gone.gte(wantedOf(line))) completedLines.push(line.id);
  }
  if (state === 'cancelled') return state;
  const full = completedLines.length === standing.length;
  const to = full ? ('dispensed' as const) : done.isZero() ? ('signed' as const) : ('partly-dispensed' as const);
  const note = `Nhận lại thuốc: ${reason}`.slice(0, 500);
  return (await ctx.call(advancePrescription, { prescription: document.id, to, completedLines, note })).state;
}

const foreign = (): Error =>
  refuse(
    409,
    'foreign-dispense',
    { vi: 'Lần phát này không do quầy thuốc ở đây ghi', en: 'This hand-over was not recorded by this pharmacy' },
    { field: 'dispense', remedy: { vi: 'Nhận lại ở nơi đã phát', en: 'Return it where it was handed over' } },
  );
