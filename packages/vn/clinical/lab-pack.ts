import { Decimal } from '@mach/base/decimal.ts';
import type { Text } from '@mach/base/problem.ts';
import { type Cell, listCell, numberCell, records, type Table, textCell, withColumns } from '../codes/pack.ts';

export type AnalyteKind = 'quantity' | 'code' | 'titre' | 'text';

export interface Analyte {
  code: string;
  name: Text;
  group: string;
  kind: AnalyteKind;
  loinc?: string;
  ucum?: string;
  /** Unit as printed in Vietnamese reports (G/L, µmol/L). */
  unit: string;
  decimals: number;
  /** Coded value that is not flagged (`neg`). */
  normal?: string;
  delta?: { abs?: Decimal; percent?: Decimal; hours: number };
}

/** Limit of a range; `strict`: the limit itself is outside. */
export interface Bound {
  value: Decimal;
  strict: boolean;
}

export interface LabRange {
  sex?: 'male' | 'female';
  ageFromDays: number;
  ageToDays: number;
  low?: Bound;
  high?: Bound;
  certainty: string;
}

export interface CriticalRange extends LabRange {
  /** Coded result that must be called. */
  code?: string;
}

export interface LabTest {
  code: string;
  name: Text;
  category: string;
  loinc?: string;
  analytes: readonly string[];
  specimen: string;
  tube?: string;
  serviceCode?: string;
  /** Name in the official list of services. */
  serviceName?: string;
  price: number;
  /** Highest price that the fund recognises, đồng; undefined: the price itself. */
  bhytPrice?: number;
  /** The facility no longer offers it; what was ordered before is still done. */
  withdrawn?: boolean;
  bhytRatio: number;
  turnaroundMinutes: number;
  /** Time of an urgent result; undefined where urgent is not offered. */
  statMinutes?: number;
  fasting: boolean;
  aliases: readonly string[];
}

export interface ImagingService {
  code: string;
  name: Text;
  kind: 'imaging' | 'functional' | 'endoscopy';
  modality: string;
  region?: string;
  serviceCode?: string;
  serviceName?: string;
  price: number;
  /** Highest price that the fund recognises, đồng; undefined: the price itself. */
  bhytPrice?: number;
  /** The facility no longer offers it; what was ordered before is still done. */
  withdrawn?: boolean;
  bhytRatio: number;
  minutes: number;
  room: string;
  contrast?: string;
  /** Questions to answer before: pregnancy, contrast, creatinine, metal, fasting, anticoagulant. */
  safety: readonly string[];
  aliases: readonly string[];
}

export interface TestBundle {
  code: string;
  name: Text;
  items: readonly string[];
  aliases: readonly string[];
}

export interface Tube {
  code: string;
  vi: string;
  color: string;
  additive: string;
  drawOrder: number;
  volumeMl: string;
}

/** Another unit that numbers of an item slip in from. */
export interface UnitSlip {
  /** The other unit: `mg/dL`. */
  unit: string;
  /** Number in the unit of the item = number in the other unit × this. */
  times: Decimal;
  /** Numbers, in the unit of the item, that are asked back for this age: rare there, ordinary in the other unit. */
  ask?: { low: Decimal; high?: Decimal; ageFromDays: number; ageToDays: number };
  /** A value of the person this old at most is compared with. */
  previousDays: number;
}

export interface LabPack {
  analytes: ReadonlyMap<string, Analyte>;
  ranges: ReadonlyMap<string, readonly LabRange[]>;
  criticals: ReadonlyMap<string, readonly CriticalRange[]>;
  /** What a sample of a person can hold at all, in the unit of the item. */
  limits: ReadonlyMap<string, { code: string; low: Decimal; high: Decimal }>;
  /** Other units that numbers slip in from, by item. */
  unitSlips: ReadonlyMap<string, readonly UnitSlip[]>;
  /** Display of a coded value by set, then code. */
  valueSets: ReadonlyMap<string, ReadonlyMap<string, Text>>;
  tests: ReadonlyMap<string, LabTest>;
  services: ReadonlyMap<string, ImagingService>;
  bundles: ReadonlyMap<string, TestBundle>;
  tubes: ReadonlyMap<string, Tube>;
}

/** Content of the `lab` rule pack. */
export interface LabData {
  analytes: Table;
  ranges: Table;
  criticals: Table;
  limits: Table;
  /** Missing of a list that a facility keeps from before. */
  unitSlips?: Table;
  valueSets: Table;
  tubes: Table;
  tests: Table;
  services: Table;
  bundles: Table;
}

/** Reads the pack's tables once into maps. */
export function readLab(data: LabData): LabPack {
  return {
    analytes: byCode(readAnalytes(data.analytes)),
    ranges: grouped(data.ranges, readRange),
    criticals: grouped(data.criticals, (r) => ({ ...readRange(r), code: optional(r.code) })),
    limits: byCode(
      [...records(data.limits, 'code', 'low', 'high')].map((r) => ({
        code: textCell(r.code),
        low: Decimal.of(textCell(r.low)),
        high: Decimal.of(textCell(r.high)),
      })),
    ),
    unitSlips: readUnitSlips(data.unitSlips),
    valueSets: readValueSets(data.valueSets),
    tests: byCode(readTests(data.tests)),
    services: byCode(readServices(data.services)),
    bundles: byCode(
      [...records(data.bundles, 'code', 'vi', 'en', 'items', 'aliases')].map((r) => ({
        code: textCell(r.code),
        name: { vi: textCell(r.vi), en: textCell(r.en) },
        items: listCell(r.items),
        aliases: listCell(r.aliases),
      })),
    ),
    tubes: byCode(
      [...records(data.tubes, 'code', 'vi', 'color', 'additive', 'drawOrder', 'volumeMl')].map((r) => ({
        code: textCell(r.code),
        vi: textCell(r.vi),
        color: textCell(r.color),
        additive: textCell(r.additive),
        drawOrder: numberCell(r.drawOrder) ?? 99,
        volumeMl: textCell(r.volumeMl),
      })),
    ),
  };
}

const ANALYTE = [
  'code',
  'vi',
  'en',
  'group',
  'kind',
  'loinc',
  'ucum',
  'unit',
  'decimals',
  'normal',
  'deltaAbs',
  'deltaPct',
  'deltaHours',
] as const;

function readAnalytes(table: Table): Analyte[] {
  return [...records(table, ...ANALYTE)].map((r) => {
    const hours = numberCell(r.deltaHours);
    const kind = textCell(r.kind);
    return {
      code: textCell(r.code),
      name: { vi: textCell(r.vi), en: textCell(r.en) },
      group: textCell(r.group),
      kind: kind === 'quantity' || kind === 'code' || kind === 'titre' ? kind : 'text',
      loinc: optional(r.loinc),
      ucum: optional(r.ucum),
      unit: textCell(r.unit),
      decimals: numberCell(r.decimals) ?? 0,
      normal: optional(r.normal),
      delta: hours === undefined ? undefined : { abs: decimal(r.deltaAbs), percent: decimal(r.deltaPct), hours },
    };
  });
}

type RangeRow = Record<'sex' | 'ageFromDays' | 'ageToDays' | 'low' | 'high' | 'certainty' | 'code', Cell>;

function readRange(r: RangeRow): LabRange {
  return {
    sex: r.sex === 'M' ? 'male' : r.sex === 'F' ? 'female' : undefined,
    ageFromDays: numberCell(r.ageFromDays) ?? 0,
    ageToDays: numberCell(r.ageToDays) ?? Number.POSITIVE_INFINITY,
    low: bound(r.low),
    high: bound(r.high),
    certainty: textCell(r.certainty),
  };
}

/** "<5.7" and ">1.0" exclude the limit from the range; ">=4.0" excludes it from "not critical". */
function bound(cell: Cell): Bound | undefined {
  const text = optional(cell);
  if (text === undefined) return undefined;
  const match = /^(<|>=|>)?(-?[\d.]+)$/.exec(text);
  if (!match?.[2]) throw new RangeError(`Not a limit: ${text}`);
  return { value: Decimal.of(match[2]), strict: match[1] !== undefined };
}

function grouped<T>(table: Table, read: (row: RangeRow) => T): Map<string, T[]> {
  const map = new Map<string, T[]>();
  const hasCode = table.columns.includes('code');
  const base = ['analyte', 'sex', 'ageFromDays', 'ageToDays', 'low', 'high', 'certainty'] as const;
  const codes = hasCode ? [...records(table, 'code')].map((r) => r.code) : [];
  let at = 0;
  for (const r of records(table, ...base)) {
    const analyte = textCell(r.analyte);
    const list = map.get(analyte) ?? [];
    map.set(analyte, list);
    list.push(read({ ...r, code: codes[at] ?? null }));
    at += 1;
  }
  return map;
}

/** What a facility adds. */
const OWN = ['bhytPrice', 'withdrawn'] as const;

const TEST = [
  'code',
  'vi',
  'en',
  'category',
  'loinc',
  'analytes',
  'specimen',
  'tube',
  'serviceCode',
  'serviceName',
  'price',
  'bhytRatio',
  'turnaroundMinutes',
  'statMinutes',
  'fasting',
  'aliases',
] as const;

function readTests(table: Table): LabTest[] {
  return [...records(withColumns(table, ...OWN), ...TEST, ...OWN)].map((r) => ({
    code: textCell(r.code),
    name: { vi: textCell(r.vi), en: textCell(r.en) },
    category: textCell(r.category),
    loinc: optional(r.loinc),
    analytes: listCell(r.analytes),
    specimen: textCell(r.specimen),
    tube: optional(r.tube),
    serviceCode: optional(r.serviceCode),
    serviceName: optional(r.serviceName),
    price: numberCell(r.price) ?? 0,
    bhytPrice: numberCell(r.bhytPrice),
    withdrawn: r.withdrawn === true,
    bhytRatio: numberCell(r.bhytRatio) ?? 0,
    turnaroundMinutes: numberCell(r.turnaroundMinutes) ?? 0,
    statMinutes: numberCell(r.statMinutes),
    fasting: r.fasting === true,
    aliases: listCell(r.aliases),
  }));
}

const SERVICE = [
  'code',
  'vi',
  'en',
  'kind',
  'modality',
  'region',
  'serviceCode',
  'serviceName',
  'price',
  'bhytRatio',
  'minutes',
  'room',
  'contrast',
  'safety',
  'aliases',
] as const;

function readServices(table: Table): ImagingService[] {
  return [...records(withColumns(table, ...OWN), ...SERVICE, ...OWN)].map((r) => {
    const kind = textCell(r.kind);
    return {
      code: textCell(r.code),
      name: { vi: textCell(r.vi), en: textCell(r.en) },
      kind: kind === 'functional' || kind === 'endoscopy' ? kind : 'imaging',
      modality: textCell(r.modality),
      region: optional(r.region),
      serviceCode: optional(r.serviceCode),
      serviceName: optional(r.serviceName),
      price: numberCell(r.price) ?? 0,
      bhytPrice: numberCell(r.bhytPrice),
      withdrawn: r.withdrawn === true,
      bhytRatio: numberCell(r.bhytRatio) ?? 0,
      minutes: numberCell(r.minutes) ?? 0,
      room: textCell(r.room),
      contrast: optional(r.contrast),
      safety: listCell(r.safety),
      aliases: listCell(r.aliases),
    };
  });
}

const SLIP = ['analyte', 'unit', 'times', 'askLow', 'askHigh', 'ageFromDays', 'ageToDays', 'previousDays'] as const;

function readUnitSlips(table: Table | undefined): Map<string, UnitSlip[]> {
  const slips = new Map<string, UnitSlip[]>();
  for (const r of table ? records(table, ...SLIP) : []) {
    const analyte = textCell(r.analyte);
    const low = decimal(r.askLow);
    const list = slips.get(analyte) ?? [];
    slips.set(analyte, list);
    list.push({
      unit: textCell(r.unit),
      times: Decimal.of(textCell(r.times)),
      ask: low && {
        low,
        high: decimal(r.askHigh),
        ageFromDays: numberCell(r.ageFromDays) ?? 0,
        ageToDays: numberCell(r.ageToDays) ?? Number.POSITIVE_INFINITY,
      },
      previousDays: numberCell(r.previousDays) ?? 0,
    });
  }
  return slips;
}

function readValueSets(table: Table): Map<string, Map<string, Text>> {
  const sets = new Map<string, Map<string, Text>>();
  for (const r of records(table, 'set', 'code', 'vi', 'en')) {
    const set = sets.get(textCell(r.set)) ?? new Map<string, Text>();
    sets.set(textCell(r.set), set.set(textCell(r.code), { vi: textCell(r.vi), en: textCell(r.en) }));
  }
  return sets;
}

function byCode<T extends { code: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.code, row]));
}

function optional(cell: Cell): string | undefined {
  return typeof cell === 'string' && cell !== '' ? cell : undefined;
}

function decimal(cell: Cell): Decimal | undefined {
  const text = optional(cell);
  return text === undefined ? undefined : Decimal.of(text);
}
