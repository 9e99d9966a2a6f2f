/** A drug of a bundle leaves the cabinet of the emergency room and comes onto the bill of the visit. */
import { chargeDrug } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import type { Extension } from '@mach/fhir/types.ts';
import { type UseStockResult, useStock } from '@mach/pharmacy/contract.ts';
import { type Formulary, type FormularyData, readFormulary } from '@mach/vn/clinical/formulary.ts';
import { EXT } from '@mach/vn/systems.ts';
import type { DrugUse } from '../contract.ts';
import type { Dose, DoseRule } from '../rules/dose.ts';
import { unitsOf } from '../rules/units.ts';

/** The emergency room's cabinet: default of setting `emergency.cabinet`. */
export const CABINET = 'TU-CC';

const formularyOf = (pack: RulePack): Formulary => readFormulary(pack.data as FormularyData);

export interface TakenOut extends UseStockResult {
  quantity: string;
}

/** Undefined: the house does not list the drug, or it cannot be counted; the giving is recorded all the same. */
export async function takeOut(
  ctx: CommandContext,
  of: { encounter: string; rule: DoseRule; dose: Dose; record: string },
): Promise<TakenOut | null> {
  const drug = ctx.derived('formulary', 'emergency.formulary', formularyOf).byCode.get(of.rule.drug ?? '');
  const quantity = drug && unitsOf(drug, of.dose)?.toString();
  if (!drug || quantity === undefined) return null;
  const record = `MedicationAdministration/${of.record}`;
  const place = ctx.setting('emergency.cabinet', CABINET);
  const used = await ctx.call(useStock, { encounter: of.encounter, place, drug: drug.code, quantity, record });
  await ctx.call(chargeDrug, { encounter: of.encounter, drug: drug.code, quantity, source: record });
  return { ...used, quantity };
}

/** The lots on the record of the giving, written as on a handing over. */
export const lotExtensions = (use: TakenOut | null): Extension[] =>
  (use?.lots ?? []).map(({ lot, expiry, quantity, price }) => ({
    url: EXT.lot,
    extension: [
      { url: 'lot', valueString: lot },
      { url: 'expiry', valueDate: expiry },
      { url: 'quantity', valueDecimal: Number(quantity) },
      { url: 'place', valueString: use?.place ?? '' },
      { url: 'price', valueDecimal: Number(price) },
    ],
  }));

export const usedOf = ({ drug, quantity, unit, lots, missing }: TakenOut): DrugUse => ({
  drug,
  quantity,
  unit,
  lots: lots.map((one) => one.lot),
  missing,
});
