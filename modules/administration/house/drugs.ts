/** Where a drug of the facility stands in the packs, and what is written there. Pure. */
import type { OverlayCell, OverlayEntry } from '@mach/engine/rule-packs/overlay.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { type Cell, listCell, numberCell, records, type Table, textCell, withColumns } from '@mach/vn/codes/pack.ts';

/** What the form of a drug holds; what is left out stays as it is. */
export interface DrugFields {
  /** Keys in Vietnamese INN spelling: interactions and allergies are checked by them. */
  ingredients?: string[] | undefined;
  display?: string | undefined;
  brand?: string | undefined;
  strength?: string | undefined;
  form?: string | undefined;
  /** Code of the house's list of routes. */
  route?: string | undefined;
  atc?: string | undefined;
  group?: string | undefined;
  /** Unit handed out. */
  unit?: string | undefined;
  doseUnit?: string | undefined;
  /** Dose units in one handed-out unit, decimal text. */
  doseUnitsPerUnit?: string | undefined;
  /** Active amount in one dose unit, decimal text. */
  amount?: string | undefined;
  amountUnit?: string | undefined;
  pack?: string | undefined;
  registration?: string | undefined;
  /** Đồng a unit, at most three decimals. */
  price?: number | undefined;
  bhytPrice?: number | null | undefined;
  /** Percent that the fund pays; 0: not insured. */
  bhytRatio?: number | undefined;
  bhytCondition?: string | undefined;
  prescription?: boolean | undefined;
  control?: 'N' | 'H' | 'P' | undefined;
  /** MA_THUOC and TT_THAU of the claim. */
  claimCode?: string | undefined;
  tender?: string | undefined;
}
export interface DrugChange extends DrugFields {
  code: string;
  withdrawn?: boolean | undefined;
}

/** A drug as the list shows it. */
export interface ListedDrug extends DrugFields {
  code: string;
  name: string;
  price: number;
  withdrawn: boolean;
}

const TEXTS = [
  'display',
  'brand',
  'strength',
  'form',
  'route',
  'atc',
  'group',
  'unit',
  'doseUnit',
  'doseUnitsPerUnit',
  'amount',
  'amountUnit',
  'pack',
  'registration',
  'bhytCondition',
] as const;
const CELLS = ['ingredients', 'price', 'bhytPrice', 'bhytRatio', 'prescription', 'control', 'withdrawn'] as const;

/** Without these a drug cannot be prescribed, handed out or claimed. */
export const DRUG_REQUIRED = [
  'display',
  'strength',
  'form',
  'route',
  'unit',
  'doseUnit',
  'price',
  'ingredients',
] as const;

const optional = (cell: Cell): string | undefined => textCell(cell) || undefined;

/** All drugs of a day, with the claim's codes. */
export function drugBook(formulary: RulePack, claims: RulePack): ReadonlyMap<string, ListedDrug> {
  const { items } = formulary.data as { items: Table };
  const { drugs } = claims.data as { drugs: Table };
  const codes = new Map([...records(drugs, 'drug', 'claimCode', 'tender')].map((r) => [textCell(r.drug), r] as const));
  return new Map(
    [...records(withColumns(items, ...TEXTS, ...CELLS), 'code', ...TEXTS, ...CELLS)].map((r) => {
      const code = textCell(r.code);
      const claim = codes.get(code);
      const drug: ListedDrug = {
        code,
        name: `${textCell(r.display)} ${textCell(r.strength)}, ${textCell(r.form)}`,
        ...Object.fromEntries(TEXTS.map((name) => [name, optional(r[name])])),
        ingredients: [...listCell(r.ingredients)],
        price: numberCell(r.price) ?? 0,
        bhytPrice: numberCell(r.bhytPrice) ?? null,
        bhytRatio: numberCell(r.bhytRatio) ?? 0,
        prescription: r.prescription === true,
        ...(r.control === 'N' || r.control === 'H' || r.control === 'P' ? { control: r.control } : {}),
        claimCode: claim && optional(claim.claimCode),
        tender: claim && optional(claim.tender),
        withdrawn: r.withdrawn === true,
      };
      return [code, drug] as const;
    }),
  );
}

export const routesOf = (formulary: RulePack): ReadonlyMap<string, string> =>
  new Map(
    [...records((formulary.data as { routes: Table }).routes, 'code', 'vi')].map((r) => [
      textCell(r.code),
      textCell(r.vi),
    ]),
  );

export function drugEntries(change: DrugChange, isNew: boolean): OverlayEntry[] {
  const { code, claimCode, tender, withdrawn, ...fields } = change;
  const cells: Record<string, OverlayCell> = { withdrawn: withdrawn === true ? true : null };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) cells[name] = value;
  if (isNew) {
    cells.bhytRatio ??= 0;
    cells.prescription ??= true;
    for (const name of ['highAlert', 'antibiotic', 'restrictedAntibiotic'] as const) cells[name] = false;
  }
  const entries: OverlayEntry[] = [
    { subject: 'formulary', path: 'items', key: { code }, op: isNew ? 'add' : 'set', cells },
  ];
  if (claimCode !== undefined || tender !== undefined)
    entries.push({
      subject: 'bhyt-catalogue',
      path: 'drugs',
      key: { drug: code },
      op: 'add',
      cells: {
        ...(claimCode === undefined ? {} : { claimCode }),
        ...(tender === undefined ? {} : { tender }),
      },
    });
  return entries;
}
