import { coalesce, has, instant, number, text, type ViewDefinition, when } from '@mach/store/views/definition.ts';
import { CS } from '@mach/vn/systems.ts';
import { LICENCE, SET_UP } from '../records.ts';

/** The clinic itself, once it is set up. */
export const houseView: ViewDefinition = {
  name: 'clinic.house',
  kind: 'live',
  base: 'Organization',
  where: has(`extension[url=${SET_UP}].valueInstant`),
  columns: {
    name: text('name'),
    address: text('address.text'),
    phone: text('telecom[system=phone].value'),
    licence: text(`identifier[system=${LICENCE}].value`),
    setUpAt: instant(`extension[url=${SET_UP}].valueInstant`),
  },
};

const DRUG = `code.coding[system=${CS.drug}].code`;
const SERVICE = `code.coding[system=${CS.service}].code`;

/** Prices of the house: what hangs on its wall. */
export const pricesView: ViewDefinition = {
  name: 'clinic.prices',
  kind: 'live',
  base: 'ChargeItemDefinition',
  where: has('propertyGroup.priceComponent.amount.value'),
  columns: {
    code: text(coalesce(SERVICE, DRUG)),
    // biome-ignore lint/suspicious/noThenProperty: the word of the view language; nothing awaits a case
    kind: text(when([{ if: has(DRUG), then: 'drug' }], 'service'), { indexed: true }),
    name: text('title', { indexed: true }),
    unit: text('code.text'),
    price: number('propertyGroup.priceComponent.amount.value'),
    status: text('status'),
  },
};
