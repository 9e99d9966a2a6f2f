import type { CommandContext } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { type Formulary, type FormularyData, readFormulary } from '@mach/vn/clinical/formulary.ts';
import { type LabData, type LabPack, readLab } from '@mach/vn/clinical/lab-pack.ts';
import { type PrescribingRules, readPrescribingRules } from '@mach/vn/clinical/prescribing.ts';
import type { InteractionsData, PrescribingData } from '@mach/vn/clinical/prescribing-rules.ts';

export const formularyOf = (pack: RulePack): Formulary => readFormulary(pack.data as FormularyData);
export const labOf = (pack: RulePack): LabPack => readLab(pack.data as LabData);

export interface PrescribingPacks {
  rules: PrescribingRules;
  formulary: Formulary;
  /** Every ingredient key that the house or the interaction list knows. */
  ingredients: ReadonlySet<string>;
}

/** The packs of the prescription checks in force on the day of the deed, read once an edition. */
export function prescribingPacks(ctx: Pick<CommandContext, 'rules' | 'derived'>): PrescribingPacks {
  const interactions = ctx.rules<InteractionsData>('drug-interactions');
  const prescribing = ctx.rules<PrescribingData>('prescribing');
  const formulary = ctx.derived('formulary', 'outpatient.formulary', formularyOf);
  const rules = ctx.derived('prescribing', `outpatient.rules:${interactions.hash}`, () =>
    readPrescribingRules(interactions, prescribing),
  );
  const ingredients = ctx.derived(
    'formulary',
    `outpatient.ingredients:${interactions.hash}`,
    () => new Set([...formulary.items.flatMap((item) => item.ingredients), ...rules.pairsByKey.keys()]),
  );
  return { rules, formulary, ingredients };
}
