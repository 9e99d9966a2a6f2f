/** Content of the rule packs that the simulated hospital is made of. */
import type { RulePacks } from '@mach/engine/rule-packs.ts';
import { type Formulary, type FormularyData, readFormulary } from '@mach/vn/clinical/formulary.ts';
import { type LabData, type LabPack, readLab } from '@mach/vn/clinical/lab-pack.ts';
import { readVitals, type VitalsData, type VitalsPack } from '@mach/vn/clinical/vitals.ts';
import { listCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';

export type DayPart = 'morning' | 'noon' | 'afternoon' | 'evening' | 'bedtime';
/** Mean and standard deviation. */
export type Spread = readonly [number, number];

export interface CaseLine {
  drug: string;
  perDose: string;
  parts: DayPart[];
  days: number;
  chance?: number;
  meal?: 'before' | 'with' | 'after';
  paidByPatient?: boolean;
  /** Total in the dispensing unit, where it cannot be counted from the dose. */
  quantity?: string;
}

/** One row of the case mix. */
export interface CaseMix {
  id: string;
  vi: string;
  weight: number;
  rooms: string[];
  /** Completed years, both ends included. */
  age: [number, number];
  sex?: 'male' | 'female';
  /** The same person comes back after this many days. */
  chronicDays?: number;
  complaint: string[];
  history: string[];
  exam: string[];
  vitals: Record<string, Spread>;
  pregnant?: boolean;
  /** Service and its probability. */
  orders: [string, number][];
  /** Moves an analyte away from the middle of its range, in the unit of pack `lab`. */
  shift: Record<string, number>;
  /** Coded results that are not the normal one. */
  codes?: Record<string, string>;
  reports?: Record<string, [string, string]>;
  diagnoses: string[];
  lines: CaseLine[];
  outcome: 'home' | 'revisit';
  revisitDays?: number;
}

export interface AllergyItem {
  substance: string;
  kind: 'medication' | 'food' | 'environment';
  criticality: 'low' | 'high';
  reaction: string;
  severity: 'mild' | 'moderate' | 'severe';
}

export interface SimulationData {
  insuredShare: number;
  /** Hour of the day and weight. */
  arrivals: [number, number][];
  /** ISO weekday 1–7 → share of a usual day. */
  weekday: Record<string, number>;
  payment: Record<'cash' | 'qr' | 'card', number>;
  /** Share of people who leave before they are called. */
  leaveBefore: number;
  doctorMinutes: [number, number];
  streets: string[];
  homeProvinceShare: number;
  minorityShare: number;
  cards: { group: string; digit: string; from: number; to: number; weight: number }[];
  registeredElsewhere: { share: number; facilities: string[] };
  occupations: { from: number; to: number; codes: string[] }[];
  allergies: { share: number; items: AllergyItem[] };
  /** Findings and conclusion of a technique, where the case has none of its own. */
  reports: Record<string, [string, string]>;
  advice: string[];
  cases: CaseMix[];
}

type Weighted = readonly (readonly [string, number])[];
type BySex<T> = { male: T; female: T };
/** Name weights for people born before and since 1985. */
interface Cohorts {
  before1985: Weighted;
  since1985: Weighted;
}

export interface Minority {
  ethnic: string;
  percent: number;
  /** Order of the parts: F family, M middle, G given, P prefix that tells the sex. */
  pattern: string;
  family: Weighted;
  middle: BySex<readonly string[]>;
  given: BySex<readonly string[]>;
}

export interface Names {
  family: Weighted;
  middle: BySex<Cohorts>;
  given: BySex<Cohorts>;
  minorities: readonly Minority[];
}

export interface Ward {
  code: string;
  /** "Phường Ba Đình" */
  text: string;
  /** Ward in a town; commune in the country. */
  urban: boolean;
  province: string;
}

export interface StaffMember {
  login: string;
  name: string;
  role: string;
  room: string | null;
  department: string;
}

/** Everything that the generators draw from, for one day. */
export interface World {
  mix: SimulationData;
  names: Names;
  provinces: ReadonlyMap<string, string>;
  wards: ReadonlyMap<string, readonly Ward[]>;
  facility: { code: string; provinceCode: string };
  staff: readonly StaffMember[];
  rooms: ReadonlySet<string>;
  lab: LabPack;
  vitals: VitalsPack;
  formulary: Formulary;
}

/** Roles of the demo pack that have another name in the manifests. */
const ROLES: Readonly<Record<string, string>> = { lab: 'lab-technician', imaging: 'radiographer' };

/** @throws RangeError when a pack has no edition for the day */
export function readWorld(packs: RulePacks, date: string, facilityCode?: string): World {
  const data = <T>(subject: string): T => packs.at<T>(subject, date).data;
  const hospital = data<{ facility: World['facility']; rooms: Table; staff: Table }>('demo-hospital');
  return {
    mix: data<SimulationData>('simulation'),
    names: packs.derived('names', date, 'simulation.names', (pack) => readNames(pack.data as NamesData)),
    ...packs.derived('admin-units', date, 'simulation.units', (pack) => readUnits(pack.data as UnitsData)),
    facility: { ...hospital.facility, code: facilityCode ?? hospital.facility.code },
    rooms: new Set([...records(hospital.rooms, 'code')].map((r) => textCell(r.code))),
    staff: [...records(hospital.staff, 'account', 'name', 'prefix', 'role', 'room', 'department')].map((s) => ({
      login: textCell(s.account),
      name: [textCell(s.prefix), textCell(s.name)].filter(Boolean).join(' '),
      role: ROLES[textCell(s.role)] ?? textCell(s.role),
      room: s.room === null ? null : textCell(s.room),
      department: textCell(s.department),
    })),
    lab: packs.derived('lab', date, 'simulation.lab', (pack) => readLab(pack.data as LabData)),
    vitals: packs.derived('vitals', date, 'simulation.vitals', (pack) => readVitals(pack.data as VitalsData)),
    formulary: packs.derived('formulary', date, 'simulation.formulary', (pack) =>
      readFormulary(pack.data as FormularyData),
    ),
  };
}

interface NamesData {
  family: Table;
  middle: BySex<Table>;
  given: BySex<Table>;
  minorities: Table;
}

const weights = (table: Table, name: string, weight: string): Weighted =>
  [...records(table, name, weight)].map((r) => [textCell(r[name] ?? null), Number(r[weight] ?? 0)] as const);

const cohorts = (table: Table): Cohorts => ({
  before1985: weights(table, 'name', 'bornBefore1985'),
  since1985: weights(table, 'name', 'bornSince1985'),
});

function readNames(data: NamesData): Names {
  const own = ['ethnic', 'percent', 'pattern', 'family', 'male', 'female', 'givenMale', 'givenFemale'] as const;
  return {
    family: weights(data.family, 'name', 'percent'),
    middle: { male: cohorts(data.middle.male), female: cohorts(data.middle.female) },
    given: { male: cohorts(data.given.male), female: cohorts(data.given.female) },
    minorities: [...records(data.minorities, ...own)].map((r) => ({
      ethnic: textCell(r.ethnic),
      percent: Number(r.percent),
      pattern: textCell(r.pattern),
      family: listCell(r.family).map((entry) => {
        const [name = '', weight = '1'] = entry.split('=');
        return [name, Number(weight)] as const;
      }),
      middle: { male: listCell(r.male), female: listCell(r.female) },
      given: { male: listCell(r.givenMale), female: listCell(r.givenFemale) },
    })),
  };
}

interface UnitsData {
  provinces: Table;
  wards: Table;
}

function readUnits(data: UnitsData): Pick<World, 'provinces' | 'wards'> {
  const wards = new Map<string, Ward[]>();
  for (const r of records(data.wards, 'code', 'name', 'type', 'province')) {
    const province = textCell(r.province);
    const list = wards.get(province) ?? [];
    wards.set(province, list);
    const type = textCell(r.type);
    list.push({ code: textCell(r.code), text: `${type} ${textCell(r.name)}`, urban: type === 'Phường', province });
  }
  return {
    wards,
    provinces: new Map([...records(data.provinces, 'code', 'name')].map((r) => [textCell(r.code), textCell(r.name)])),
  };
}
