import { drug, formulary } from '@mach/vn/clinical/testing/packs.ts';
import type { DrugCodeRow } from '../../../contract.ts';

/** The row that the code list answers for a product of the demonstration formulary. */
export function drugRow(code: string): DrugCodeRow {
  const item = drug(code);
  return {
    code: item.code,
    display: `${item.display} ${item.strength}`,
    name: item.display,
    brand: item.brand ?? null,
    ingredients: [...item.ingredients],
    strength: item.strength,
    form: item.form,
    route: item.route,
    routeText: formulary().routes.get(item.route)?.vi ?? item.route,
    systemic: item.systemic,
    atc: item.atc,
    group: item.group,
    unit: item.unit,
    doseUnit: item.doseUnit,
    doseUnitsPerUnit: item.doseUnitsPerUnit ?? null,
    amount: item.amount ?? null,
    amountUnit: item.amountUnit ?? null,
    price: item.price,
    bhytRatio: item.bhytRatio,
    prescription: item.prescription,
    control: item.control ?? null,
    highAlert: item.highAlert,
    antibiotic: item.antibiotic,
    restrictedAntibiotic: item.restrictedAntibiotic,
    lookAlikes: [],
    limits: {},
    maxDays: item.maxDays ?? null,
    renal: item.renal ?? null,
    via: null,
    matched: [],
  };
}
