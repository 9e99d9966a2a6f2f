import type { CodeList } from '@mach/engine/module.ts';
import type { RulePacks } from '@mach/engine/rule-packs.ts';
import { type DrugItem, type Formulary, lookAlikesOf } from '@mach/vn/clinical/formulary.ts';
import type { InteractionsData } from '@mach/vn/clinical/prescribing-rules.ts';
import { buildIndex, type CodeEntry, type CodeIndex } from '@mach/vn/codes/build.ts';
import { records, textCell } from '@mach/vn/codes/pack.ts';
import { search } from '@mach/vn/codes/search.ts';
import { formularyOf } from '../commands/packs.ts';
import type { DrugCodeRow } from '../contract.ts';
import { matchedRanges } from './rows.ts';

const BRAND = 0.98;
const OTHER_SPELLING = 0.95;
const GROUP = 0.7;

const formularyOn = (packs: RulePacks, date: string): Formulary =>
  packs.derived('formulary', date, 'outpatient.formulary', formularyOf);

/** Other spellings of an ingredient: "acetaminophen" of paracetamol. */
function spellings(data: InteractionsData): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const r of records(data.aliases, 'alias', 'key'))
    found.set(textCell(r.key), [...(found.get(textCell(r.key)) ?? []), textCell(r.alias)]);
  return found;
}

function entry(item: DrugItem, other: ReadonlyMap<string, readonly string[]>): CodeEntry {
  const plain = `${item.ingredients.join(' ')} ${item.strength}`;
  return {
    code: item.code,
    display: `${item.display} ${item.strength}, ${item.form}`,
    synonyms: [
      plain,
      ...(item.brand ? [{ text: `${item.brand} ${item.strength}`, weight: BRAND }] : []),
      ...item.ingredients.flatMap((key) =>
        (other.get(key) ?? []).map((name) => ({ text: `${name} ${item.strength}`, weight: OTHER_SPELLING })),
      ),
      { text: item.group, weight: GROUP },
    ],
    group: item.ingredients.join('+'),
  };
}

const drugIndex = (packs: RulePacks, date: string): CodeIndex => {
  const interactions = packs.at<InteractionsData>('drug-interactions', date);
  return packs.derived('formulary', date, `outpatient.drug-index:${interactions.hash}`, () => {
    const other = spellings(interactions.data);
    return buildIndex(
      formularyOn(packs, date)
        .items.filter((item) => !item.withdrawn)
        .map((item) => entry(item, other)),
    );
  });
};

function row(item: DrugItem, formulary: Formulary): Omit<DrugCodeRow, 'via' | 'matched'> {
  const limits = Object.entries(item.limits).filter((e): e is [string, string | number] => e[1] !== undefined);
  return {
    code: item.code,
    display: `${item.display} ${item.strength}`,
    name: item.display,
    brand: item.brand ?? null,
    ingredients: [...item.ingredients],
    strength: item.strength,
    form: item.form,
    route: item.route,
    routeText: formulary.routes.get(item.route)?.vi ?? item.route,
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
    lookAlikes: [...new Set(lookAlikesOf(formulary, item.ingredients).flatMap((group) => group.ingredients))],
    limits: Object.fromEntries(limits),
    maxDays: item.maxDays ?? null,
    renal: item.renal ?? null,
  };
}

export const drug: CodeList = {
  list: 'drug',
  title: { vi: 'Thuốc', en: 'Drugs' },
  search({ packs, q, date, limit }) {
    if (q.trim() === '') return [];
    const formulary = formularyOn(packs, date);
    return search(drugIndex(packs, date), q, { limit }).flatMap((hit): (DrugCodeRow & Record<string, unknown>)[] => {
      const item = formulary.byCode.get(hit.code);
      return item ? [{ ...row(item, formulary), via: hit.via ?? null, matched: matchedRanges(hit) }] : [];
    });
  },
};
