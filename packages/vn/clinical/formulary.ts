import { listCell, numberCell, type RecordOf, records, type Table, textCell, withColumns } from '../codes/pack.ts';

/** N narcotic, H psychotropic, P precursor. */
export type ControlClass = 'N' | 'H' | 'P';

/** Usual doses in `amountUnit`; all numbers are decimal text. */
export interface DoseLimits {
  adultMin?: string;
  adultMax?: string;
  adultDayMax?: string;
  childMinPerKg?: string;
  childMaxPerKg?: string;
  childDayMaxPerKg?: string;
  childTimesPerDay?: number;
  minAgeMonths?: number;
}

/** What a check needs to know of a product. */
export interface DrugItem {
  code: string;
  /** Keys in Vietnamese INN spelling. */
  ingredients: readonly string[];
  /** Tall-man spelling. */
  display: string;
  brand?: string;
  strength: string;
  form: string;
  route: string;
  /** Reaches the blood: interactions count. */
  systemic: boolean;
  atc: string;
  group: string;
  /** Unit handed out (viên, lọ, chai). */
  unit: string;
  /** Unit of a dose (viên, ml, giọt). */
  doseUnit: string;
  /** Dose units in one handed-out unit; undefined: cannot be counted (creams). */
  doseUnitsPerUnit?: string;
  /** Active amount in one dose unit; in combinations, of the first ingredient. */
  amount?: string;
  amountUnit?: string;
  pack: string;
  registration: string;
  price: number;
  bhytRatio: number;
  /** Highest price that the fund recognises, đồng; undefined: the price itself. */
  bhytPrice?: number;
  /** Under which conditions the fund pays, as its list says. */
  bhytCondition?: string;
  /** The facility no longer prescribes it; what is on the shelf and on older prescriptions is still handed out. */
  withdrawn?: boolean;
  prescription: boolean;
  control?: ControlClass;
  highAlert: boolean;
  antibiotic: boolean;
  restrictedAntibiotic: boolean;
  limits: DoseLimits;
  maxDays?: number;
  /** Advice for impaired kidneys. */
  renal?: string;
  /** Creatinine clearance, mL/min, below which the advice speaks. */
  renalBelow?: number;
}

export interface DrugRoute {
  code: string;
  vi: string;
  en: string;
  /** Claim code (DUONG_DUNG). */
  xml2?: string;
  systemic: boolean;
}

export interface LookAlike {
  group: string;
  kind: 'tall-man' | 'same-first-letters';
  ingredients: readonly string[];
}

export interface Formulary {
  items: readonly DrugItem[];
  byCode: ReadonlyMap<string, DrugItem>;
  routes: ReadonlyMap<string, DrugRoute>;
  lookAlikes: readonly LookAlike[];
  /** Prices and registration numbers are invented. */
  demo: boolean;
}

/** Content of the `formulary` rule pack. */
export interface FormularyData {
  demo: boolean;
  routes: Table;
  items: Table;
  tallMan: Table;
  lookAlikes: Table;
}

/** What a facility adds. */
const OWN = ['bhytPrice', 'bhytCondition', 'withdrawn'] as const;

const ITEM = [
  'code',
  'ingredients',
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
  'price',
  'bhytRatio',
  'prescription',
  'control',
  'highAlert',
  'antibiotic',
  'restrictedAntibiotic',
  'adultDoseMin',
  'adultDoseMax',
  'adultDayMax',
  'childDoseMinPerKg',
  'childDoseMaxPerKg',
  'childDayMaxPerKg',
  'childTimesPerDay',
  'minAgeMonths',
  'maxDays',
  'renal',
  'renalBelow',
] as const;

/** Reads the pack's tables once into records with look-up maps. */
export function readFormulary(data: FormularyData): Formulary {
  const routes = new Map<string, DrugRoute>();
  for (const r of records(data.routes, 'code', 'vi', 'en', 'xml2', 'systemic')) {
    const code = textCell(r.code);
    routes.set(code, {
      code,
      vi: textCell(r.vi),
      en: textCell(r.en),
      xml2: optional(r.xml2),
      systemic: r.systemic === true,
    });
  }
  const items = [...records(withColumns(data.items, ...OWN), ...ITEM, ...OWN)].map((r) => readItem(r, routes));
  const lookAlikes = [...records(data.lookAlikes, 'group', 'kind', 'ingredients')].map(
    (r): LookAlike => ({
      group: textCell(r.group),
      kind: r.kind === 'tall-man' ? 'tall-man' : 'same-first-letters',
      ingredients: listCell(r.ingredients),
    }),
  );
  return {
    items,
    byCode: new Map(items.map((item) => [item.code, item])),
    routes,
    lookAlikes,
    demo: data.demo,
  };
}

function readItem(r: RecordOf<(typeof ITEM | typeof OWN)[number]>, routes: ReadonlyMap<string, DrugRoute>): DrugItem {
  const route = textCell(r.route);
  return {
    code: textCell(r.code),
    ingredients: listCell(r.ingredients),
    display: textCell(r.display),
    brand: optional(r.brand),
    strength: textCell(r.strength),
    form: textCell(r.form),
    route,
    systemic: routes.get(route)?.systemic ?? true,
    atc: textCell(r.atc),
    group: textCell(r.group),
    unit: textCell(r.unit),
    doseUnit: textCell(r.doseUnit),
    doseUnitsPerUnit: optional(r.doseUnitsPerUnit),
    amount: optional(r.amount),
    amountUnit: optional(r.amountUnit),
    pack: textCell(r.pack),
    registration: textCell(r.registration),
    price: numberCell(r.price) ?? 0,
    bhytRatio: numberCell(r.bhytRatio) ?? 0,
    bhytPrice: numberCell(r.bhytPrice),
    bhytCondition: optional(r.bhytCondition),
    withdrawn: r.withdrawn === true,
    prescription: r.prescription === true,
    control: r.control === 'N' || r.control === 'H' || r.control === 'P' ? r.control : undefined,
    highAlert: r.highAlert === true,
    antibiotic: r.antibiotic === true,
    restrictedAntibiotic: r.restrictedAntibiotic === true,
    limits: {
      adultMin: optional(r.adultDoseMin),
      adultMax: optional(r.adultDoseMax),
      adultDayMax: optional(r.adultDayMax),
      childMinPerKg: optional(r.childDoseMinPerKg),
      childMaxPerKg: optional(r.childDoseMaxPerKg),
      childDayMaxPerKg: optional(r.childDayMaxPerKg),
      childTimesPerDay: numberCell(r.childTimesPerDay),
      minAgeMonths: numberCell(r.minAgeMonths),
    },
    maxDays: numberCell(r.maxDays),
    renal: optional(r.renal),
    renalBelow: numberCell(r.renalBelow),
  };
}

function optional(cell: unknown): string | undefined {
  return typeof cell === 'string' && cell !== '' ? cell : undefined;
}

/** Other ingredients that are easily taken for one of these, with the reason. */
export function lookAlikesOf(formulary: Formulary, ingredients: readonly string[]): LookAlike[] {
  return formulary.lookAlikes
    .filter((group) => ingredients.some((key) => group.ingredients.includes(key)))
    .map((group) => ({ ...group, ingredients: group.ingredients.filter((key) => !ingredients.includes(key)) }));
}
