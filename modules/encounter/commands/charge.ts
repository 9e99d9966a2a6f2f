import { refuse } from '@mach/base/problem.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { ChargeItem } from '@mach/fhir/types.ts';
import { drugOn } from '../catalogue.ts';
import { drugCharge } from '../charges.ts';
import type { ChargeDrugResult } from '../contract.ts';
import { atHousePrice } from '../house-price.ts';
import { chargeDrugInput } from '../inputs.ts';
import { VISIT_LABELS } from '../labels.ts';
import { payerOf } from '../read.ts';
import type { VisitState } from '../states.ts';
import { costGroups } from './prescription-sign.ts';
import { actorReference, create, lockVisit, patientOf } from './visit-record.ts';

/** Nothing is put on a bill that is settled, or of a visit that never was. */
const OVER: readonly VisitState[] = ['settled', 'closed', 'cancelled'];

/** For modules that give drugs without a prescription: an emergency bundle. Their record stands where an order would. */
export const chargeDrugCommand = defineCommand({
  name: 'encounter.chargeDrug',
  kind: 'intent',
  permission: 'encounter.charge',
  title: { vi: 'Tính tiền thuốc đã dùng', en: 'Charge a drug that was given' },
  input: chargeDrugInput,
  async handle(input, ctx): Promise<ChargeDrugResult> {
    const { visit, state } = await lockVisit(ctx, input.encounter);
    if (OVER.includes(state))
      throw refuse(
        409,
        'visit-over',
        { vi: `Lượt khám đang "${VISIT_LABELS[state].vi}"`, en: `The visit is "${VISIT_LABELS[state].en}"` },
        { field: 'encounter', remedy: { vi: 'Huỷ phiếu thu trước', en: 'Cancel the invoice first' } },
      );
    const drug = await atHousePrice(ctx, drugOn(ctx, input.drug, 'drug'));
    const groups = ctx.derived('bhyt-lists', 'encounter.cost-groups', costGroups);
    const charge = create<ChargeItem>(
      ctx,
      drugCharge(drug, input.quantity, groups, {
        patient: patientOf(visit),
        encounter: visit.id,
        payer: payerOf(visit) ?? 'fee',
        source: input.source,
        at: ctx.performedAt,
        entered: ctx.now,
        enterer: actorReference(ctx),
      }),
    );
    return { encounter: visit.id, chargeItem: charge.id };
  },
});
