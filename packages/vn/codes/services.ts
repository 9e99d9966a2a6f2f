import type { CodeEntry } from './build.ts';
import type { LexiconData } from './lexicon.ts';
import { listCell, numberCell, type RulePack, records, type Table, textCell, withColumns } from './pack.ts';

/** Data of `rulepacks/services`. */
export interface ServicesData {
  /** Every price of the pack is for demonstration. */
  demoPrices: boolean;
  chapters: Table;
  groups: Table;
  services: Table;
  exams: Table;
  beds: Table;
  prices: Table;
  icd9: Table;
  abbreviations: Table;
  equivalents: readonly (readonly string[])[];
}

export interface Service {
  code: string;
  name: string;
  nameEn?: string;
  /** MA_NHOM of the claim. */
  group: string;
  /** Level A–D of the technique. */
  level?: string;
  /** P… surgery, T… procedure, with special (D), 1, 2, 3. */
  procedureClass?: string;
  /** ICD-9-CM Vol. 3. */
  icd9: readonly string[];
  kind: 'technique' | 'exam' | 'bed';
  /** Whole đồng; absent where the pack has none. */
  price?: number;
  demoPrice: boolean;
  /** Highest price that the fund recognises, đồng; undefined: the price itself. */
  bhytPrice?: number;
}

/** All services of an edition by code. */
export function servicesOf(pack: RulePack<ServicesData>): Map<string, Service> {
  const { data } = pack;
  const prices = new Map<string, Pick<Service, 'price' | 'demoPrice' | 'bhytPrice'>>();
  for (const r of records(
    withColumns(data.prices, 'bhytPrice', 'withdrawn'),
    'code',
    'price',
    'demo',
    'bhytPrice',
    'withdrawn',
  )) {
    const price = numberCell(r.price);
    // What the facility no longer offers has no price, and cannot be ordered.
    if (price === undefined || r.withdrawn === true) continue;
    prices.set(textCell(r.code), { price, demoPrice: r.demo === true, bhytPrice: numberCell(r.bhytPrice) });
  }
  const found = new Map<string, Service>();
  const add = (service: Omit<Service, 'price' | 'demoPrice' | 'bhytPrice'>): void => {
    const price = prices.get(service.code);
    found.set(service.code, { ...service, demoPrice: false, ...price });
  };
  for (const [table, kind] of [
    [data.exams, 'exam'],
    [data.beds, 'bed'],
  ] as const)
    for (const r of records(table, 'code', 'vi', 'en', 'group'))
      add({
        code: textCell(r.code),
        name: textCell(r.vi),
        nameEn: textCell(r.en),
        group: textCell(r.group),
        icd9: [],
        kind,
      });
  for (const r of records(data.services, 'code', 'name', 'level', 'class', 'group', 'icd9'))
    add({
      code: textCell(r.code),
      name: textCell(r.name),
      group: textCell(r.group),
      level: textCell(r.level) || undefined,
      procedureClass: textCell(r.class) || undefined,
      icd9: listCell(r.icd9),
      kind: 'technique',
    });
  return found;
}

/** Chapters whose techniques an outpatient clinic orders daily: imaging, functional tests, laboratories. */
const DAILY_CHAPTERS: ReadonlySet<string> = new Set(['18', '21', '22', '23', '24']);

/** Search entries; with `lexiconOfServices` for `buildIndex`. Exams and daily chapters come before rare techniques. */
export function serviceEntries(pack: RulePack<ServicesData>): CodeEntry[] {
  return [...servicesOf(pack).values()].map((s) => ({
    code: s.code,
    display: s.name,
    displayEn: s.nameEn,
    weight:
      s.kind === 'exam'
        ? 0.5
        : s.procedureClass?.startsWith('P')
          ? -0.3
          : DAILY_CHAPTERS.has(s.code.slice(0, 2))
            ? 0.3
            : 0,
    flags: [`group-${s.group}`, s.kind],
    validFrom: pack.validFrom,
    validTo: pack.validTo ?? undefined,
  }));
}

export const lexiconOfServices = (pack: RulePack<ServicesData>): LexiconData => ({
  abbreviations: [...records(pack.data.abbreviations, 'short', 'long')].map(
    (r) => [textCell(r.short), textCell(r.long)] as const,
  ),
  equivalents: pack.data.equivalents,
});
