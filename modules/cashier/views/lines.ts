import {
  coalesce,
  has,
  instant,
  number,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { CS, EXT } from '@mach/vn/systems.ts';

const share = (part: string): string => `extension[url=${EXT.payment}].extension[url=${part}].valueDecimal`;

/** Charge lines of visits, with their shares once they are billed. */
export const linesView: ViewDefinition = {
  name: 'cashier.lines',
  kind: 'live',
  base: 'ChargeItem',
  where: has('context.reference'),
  columns: {
    encounter: text(referenceId('context.reference'), { indexed: true }),
    status: text('status'),
    code: text(coalesce(`code.coding[system=${CS.service}].code`, `code.coding[system=${CS.drug}].code`)),
    text: text('code.text'),
    costGroup: text(`code.coding[system=${CS.costGroup}].code`),
    quantity: number('quantity.value'),
    unitPrice: number('priceOverride.value'),
    ratio: number(`extension[url=${EXT.paymentRatio}].valueDecimal`),
    payer: text(`extension[url=${EXT.payer}].valueCoding.code`),
    at: instant('occurrenceDateTime', { indexed: true }),
    total: number(share('total')),
    insurer: number(share('insurer')),
    coPayment: number(share('copay')),
    ownPayment: number(share('own')),
    patientPays: number(share('patient')),
  },
};
