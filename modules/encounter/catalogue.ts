/**
 * The facility's services and drugs as the rule packs give them, looked up by the house code: a test by its short name
 * (`GLU`), everything else by the code of the technical list (`02.1898`).
 */
import { type Problem, refuse, type Text } from '@mach/base/problem.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { listCell, numberCell, records, type Table, textCell, withColumns } from '@mach/vn/codes/pack.ts';
import type { ServiceGroup } from './states.ts';

/** One service that can be ordered and charged. */
export interface Service {
  code: string;
  text: Text;
  group: ServiceGroup;
  /** MA_NHOM. */
  costGroup: string;
  /** MA_DICH_VU; undefined where the insurer's list does not name it. */
  claimCode?: string;
  loinc?: string;
  /** Price of one, đồng. */
  price: number;
  /** Highest price that the fund recognises, đồng; undefined: the price itself. */
  ceiling?: number;
  /** TYLE_TT_BH, percent; 0 is not insured. */
  ratio: number;
  /** Code of the room where it is done. */
  room?: string;
  aliases: readonly string[];
}

/** One drug of the formulary, as far as ordering and charging go. */
export interface Drug {
  code: string;
  /** As printed: "metformin 500 mg, viên nén". */
  text: string;
  atc?: string;
  route: string;
  /** Dispensing unit: prices and quantities count in it. */
  unit: string;
  price: number;
  ceiling?: number;
  ratio: number;
  /** N narcotic, H psychotropic, P precursor. */
  control?: 'N' | 'H' | 'P';
}

/** MA_NHOM of each kind of test. */
const COST_GROUPS = { lab: '1', imaging: '2', functional: '3', endoscopy: '18', procedure: '18' } as const;

/** Endoscopy is read and reported like imaging; the insurer groups it with procedures. */
const GROUP_OF_KIND: Readonly<Record<string, ServiceGroup>> = {
  imaging: 'imaging',
  functional: 'functional',
  endoscopy: 'imaging',
  procedure: 'procedure',
};

interface ServicesData {
  services: Table;
  exams: Table;
  prices: Table;
}
interface LabData {
  tests: Table;
  services: Table;
}
interface FormularyData {
  items: Table;
}

/** What a facility adds to the tables: the fund's price, and what it does not offer any more. */
const OWN = ['bhytPrice', 'withdrawn'] as const;

/** Group of a row of the technical list by MA_NHOM; surgery and procedures are done, not reported. */
const GROUP_OF_COST: Readonly<Record<string, ServiceGroup>> = { 1: 'lab', 2: 'imaging', 3: 'functional', 13: 'exam' };

/** Examinations and the whole technical list, with the facility's prices. What has no price cannot be ordered. */
export function listedServices(pack: RulePack): Map<string, Service> {
  const { services: list, exams, prices } = pack.data as ServicesData;
  const priceOf = new Map(
    [...records(withColumns(prices, ...OWN), 'code', 'price', ...OWN)]
      .filter((r) => r.withdrawn !== true)
      .map((r) => [textCell(r.code), { price: numberCell(r.price), ceiling: numberCell(r.bhytPrice) }]),
  );
  const services = new Map<string, Service>();
  const add = (code: string, text: Text, costGroup: string): void => {
    const { price, ceiling } = priceOf.get(code) ?? {};
    if (price === undefined) return;
    services.set(code, {
      code,
      text,
      group: GROUP_OF_COST[costGroup] ?? 'procedure',
      costGroup,
      claimCode: code,
      price,
      ceiling,
      ratio: 100,
      aliases: [],
    });
  };
  for (const row of records(exams, 'code', 'vi', 'en', 'group'))
    add(textCell(row.code), { vi: textCell(row.vi), en: textCell(row.en) }, textCell(row.group));
  for (const row of records(list, 'code', 'name', 'group'))
    add(textCell(row.code), { vi: textCell(row.name), en: textCell(row.name) }, textCell(row.group));
  return services;
}

export function labServices(pack: RulePack): Map<string, Service> {
  const { tests, services: techniques } = pack.data as LabData;
  const services = new Map<string, Service>();
  for (const row of records(
    withColumns(tests, ...OWN),
    'code',
    'vi',
    'en',
    'loinc',
    'serviceCode',
    'price',
    'bhytRatio',
    'aliases',
    ...OWN,
  )) {
    if (row.withdrawn === true) continue;
    services.set(textCell(row.code), {
      code: textCell(row.code),
      text: { vi: textCell(row.vi), en: textCell(row.en) },
      group: 'lab',
      costGroup: COST_GROUPS.lab,
      claimCode: textCell(row.serviceCode) || undefined,
      loinc: textCell(row.loinc) || undefined,
      price: numberCell(row.price) ?? 0,
      ceiling: numberCell(row.bhytPrice),
      ratio: numberCell(row.bhytRatio) ?? 0,
      aliases: listCell(row.aliases),
    });
  }
  for (const row of records(
    withColumns(techniques, ...OWN),
    'code',
    'vi',
    'en',
    'kind',
    'serviceCode',
    'price',
    'bhytRatio',
    'room',
    'aliases',
    ...OWN,
  )) {
    if (row.withdrawn === true) continue;
    const kind = textCell(row.kind);
    services.set(textCell(row.code), {
      code: textCell(row.code),
      text: { vi: textCell(row.vi), en: textCell(row.en) },
      group: GROUP_OF_KIND[kind] ?? 'procedure',
      costGroup: COST_GROUPS[kind as keyof typeof COST_GROUPS] ?? COST_GROUPS.procedure,
      claimCode: textCell(row.serviceCode) || undefined,
      price: numberCell(row.price) ?? 0,
      ceiling: numberCell(row.bhytPrice),
      ratio: numberCell(row.bhytRatio) ?? 0,
      room: textCell(row.room) || undefined,
      aliases: listCell(row.aliases),
    });
  }
  return services;
}

export function formularyDrugs(pack: RulePack): Map<string, Drug> {
  const { items } = pack.data as FormularyData;
  const drugs = new Map<string, Drug>();
  for (const row of records(
    withColumns(items, ...OWN),
    'code',
    'display',
    'strength',
    'form',
    'route',
    'atc',
    'unit',
    'price',
    'bhytRatio',
    'control',
    ...OWN,
  )) {
    if (row.withdrawn === true) continue;
    const control = textCell(row.control);
    drugs.set(textCell(row.code), {
      code: textCell(row.code),
      text: `${[textCell(row.display), textCell(row.strength)].filter((t) => t !== '').join(' ')}, ${textCell(row.form)}`,
      atc: textCell(row.atc) || undefined,
      route: textCell(row.route),
      unit: textCell(row.unit),
      price: numberCell(row.price) ?? 0,
      ceiling: numberCell(row.bhytPrice),
      ratio: numberCell(row.bhytRatio) ?? 0,
      control: control === 'N' || control === 'H' || control === 'P' ? control : undefined,
    });
  }
  return drugs;
}

/** Where the editions come from: a command's context, or the packs with a date. */
export interface PackDoor {
  derived<T>(subject: string, name: string, compute: (pack: RulePack) => T): T;
}

const SOURCES = [
  ['lab', 'encounter.tests', labServices],
  ['services', 'encounter.services', listedServices],
] as const;

/** @throws Problem 422 for a code that the catalogue of the day does not hold. */
export function serviceOn(packs: PackDoor, code: string, field: string): Service {
  for (const [subject, name, compute] of SOURCES) {
    const found = packs.derived(subject, name, compute).get(code);
    if (found) return found;
  }
  throw unknown('service-unknown', field, { vi: `Danh mục không có dịch vụ "${code}"`, en: `No service "${code}"` });
}

/** @throws Problem 422 for a code that the formulary of the day does not hold. */
export function drugOn(packs: PackDoor, code: string, field: string): Drug {
  const found = packs.derived('formulary', 'encounter.drugs', formularyDrugs).get(code);
  if (found) return found;
  throw unknown('drug-unknown', field, { vi: `Danh mục không có thuốc "${code}"`, en: `No drug "${code}"` });
}

/** Whether the catalogue of the day holds a code, of a service or of a drug. */
export const isListed = (packs: PackDoor, code: string): boolean =>
  SOURCES.some(([subject, name, compute]) => packs.derived(subject, name, compute).has(code)) ||
  packs.derived('formulary', 'encounter.drugs', formularyDrugs).has(code);

function unknown(code: string, field: string, text: Text): Problem {
  return refuse(422, code, text, {
    field,
    remedy: {
      vi: 'Tìm lại theo tên; mục này có thể đã hết hiệu lực',
      en: 'Search again by name; the entry may no longer be in force',
    },
  });
}
