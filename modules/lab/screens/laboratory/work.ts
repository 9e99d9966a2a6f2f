/** What the laboratory's list and pages compute from rows: no drawing, no server. */
import { type LabData, type LabPack, readLab } from '@mach/vn/clinical/lab-pack.ts';
import type { LabPerson } from '@mach/vn/clinical/lab-ranges.ts';
import type { LabRow, SheetRow } from '../../contract.ts';
import { ageDaysOf } from '../../rules/person.ts';
import { type Item, itemsOf } from '../../rules/tests.ts';
import { type TubeNeed, tubesFor } from '../../rules/tubes.ts';

export type Stage = 'collect' | 'enter' | 'validate' | 'done';
export const OPEN_STATES = ['signed', 'accepted', 'in-progress', 'performed', 'preliminary'] as const;

export function stageOf({ state }: Pick<LabRow, 'state'>): Stage {
  if (state === 'signed' || state === 'accepted') return 'collect';
  if (state === 'in-progress' || state === 'performed') return 'enter';
  return state === 'preliminary' ? 'validate' : 'done';
}

/** One visit with its open orders: a line of the list. */
export interface VisitWork {
  readonly encounter: string;
  /** The order that goes first: most urgent, then oldest. */
  readonly first: LabRow;
  readonly rows: readonly LabRow[];
  readonly counts: Readonly<Record<Stage, number>>;
  readonly critical: number;
}

const before = (a: LabRow, b: LabRow): number =>
  a.rank - b.rank || (a.orderedAt ?? '').localeCompare(b.orderedAt ?? '') || a.key.localeCompare(b.key);

/** Orders by visit: the visit of the most urgent order first, then of the oldest. */
export function visitsOf(rows: readonly LabRow[]): VisitWork[] {
  const byVisit = new Map<string, LabRow[]>();
  for (const row of [...rows].sort(before)) {
    const list = byVisit.get(row.encounter) ?? [];
    byVisit.set(row.encounter, list);
    list.push(row);
  }
  return [...byVisit].flatMap(([encounter, list]) => {
    const [first] = list;
    if (!first) return [];
    const counts = { collect: 0, enter: 0, validate: 0, done: 0 };
    for (const row of list) counts[stageOf(row)] += 1;
    return [{ encounter, first, rows: list, counts, critical: list.reduce((n, row) => n + row.resultsCritical, 0) }];
  });
}

export type Sheets = ReadonlyMap<string, { readonly sheet: SheetRow; readonly pack: LabPack }>;

/** Sheets by code of the ordered service; the search behind them may answer with others of a similar name. */
export function sheetsOf(rows: readonly SheetRow[]): Sheets {
  return new Map(rows.map((sheet) => [sheet.code, { sheet, pack: readLab(sheet.sheet as LabData) }]));
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
/** For a service that the pack does not describe: one line of free text. */
const EMPTY_PACK: LabPack = {
  analytes: NONE,
  ranges: NONE,
  criticals: NONE,
  valueSets: NONE,
  tests: NONE,
  services: NONE,
  bundles: NONE,
  tubes: NONE,
};

export const packFor = (sheets: Sheets, row: LabRow): LabPack => sheets.get(row.service)?.pack ?? EMPTY_PACK;

export const itemsFor = (sheets: Sheets, row: LabRow): Item[] => itemsOf(packFor(sheets, row), row.service, row.name);

/** Tubes for the orders that wait for a specimen, in the order of draw. */
export function tubeNeeds(sheets: Sheets, rows: readonly LabRow[]): TubeNeed[] {
  const tubes = new Map([...sheets.values()].flatMap(({ pack }) => [...pack.tubes]));
  return tubesFor(
    { ...EMPTY_PACK, tubes },
    rows.map((row) => ({ id: row.key, test: packFor(sheets, row).tests.get(row.service) })),
  );
}

/** The person as ranges see them on the day the specimen was taken; undefined: nothing is judged. */
export function personOf(row: LabRow, now: string): LabPerson | undefined {
  const ageDays = ageDaysOf(row.birthDate ?? undefined, row.collectedAt ?? now);
  if (ageDays === undefined) return undefined;
  return { ageDays, sex: row.gender === 'male' || row.gender === 'female' ? row.gender : undefined };
}

const plain = (text: string): string => text.toUpperCase().replace(/[\s–—-]+/g, '');

/** Whether a scanned patient or visit code is this person's; undefined: another kind of number, the server knows. */
export function agrees(row: LabRow, scanned: string, kind: string): boolean | undefined {
  if (kind !== 'patient' && kind !== 'visit') return undefined;
  return [row.patientCode, row.visitCode].some((code) => code !== null && plain(code) === plain(scanned));
}
