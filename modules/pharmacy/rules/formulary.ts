import { refuse } from '@mach/base/problem.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { type DrugItem, type Formulary, type FormularyData, readFormulary } from '@mach/vn/clinical/formulary.ts';

export const formularyOf = (pack: RulePack): Formulary => readFormulary(pack.data as FormularyData);

/** As printed: "metformin 500 mg, viên nén". */
export const drugName = (drug: Pick<DrugItem, 'display' | 'strength' | 'form'>): string =>
  `${[drug.display, drug.strength].filter((t) => t !== '').join(' ')}, ${drug.form}`;

/** @throws Problem 422 for a code that the formulary of the day does not hold. */
export function drugIn(formulary: Formulary, code: string, field: string): DrugItem {
  const found = formulary.byCode.get(code);
  if (found) return found;
  throw refuse(
    422,
    'drug-unknown',
    { vi: `Danh mục không có thuốc "${code}"`, en: `No drug "${code}" in the formulary` },
    {
      field,
      remedy: { vi: 'Tìm lại theo tên trong danh mục thuốc', en: 'Search the formulary by name' },
    },
  );
}
