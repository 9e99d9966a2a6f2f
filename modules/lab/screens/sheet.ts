/** What the screens make of rows and sheets. Pure. */
import { parseClinicalNumber } from '@mach/base/number-input.ts';
import { type LabData, type LabPack, readLab } from '@mach/vn/clinical/lab-pack.ts';
import { scanRouter } from '@mach/vn/scan-router.ts';
import type { LabRow, ResultRow, SheetRow } from '../contract.ts';

/** One pack out of the sheets of several tests: flags and tubes are made of it by the functions that the server uses. */
export function mergeSheets(rows: readonly SheetRow[]): LabPack {
  const packs = rows.map((row) => readLab(row.sheet as LabData));
  const merged = <K extends keyof LabPack>(key: K): LabPack[K] =>
    new Map(packs.flatMap((pack) => [...(pack[key] as ReadonlyMap<string, unknown>)])) as unknown as LabPack[K];
  return {
    analytes: merged('analytes'),
    ranges: merged('ranges'),
    criticals: merged('criticals'),
    limits: merged('limits'),
    unitSlips: merged('unitSlips'),
    valueSets: merged('valueSets'),
    tests: merged('tests'),
    services: merged('services'),
    bundles: merged('bundles'),
    tubes: merged('tubes'),
  };
}

/** Longest question that the door of code lists takes. */
const LONGEST = 200;

/** The codes as one question; what does not fit any more is left to its own. */
export function sheetQuery(codes: readonly string[]): string {
  let query = '';
  for (const code of [...new Set(codes)].sort()) {
    const next = query === '' ? code : `${query} ${code}`;
    if (next.length > LONGEST) break;
    query = next;
  }
  return query;
}

/** Somebody who waits for a needle, with all that is to be taken. */
export interface ToCollect {
  key: string;
  person: LabRow;
  orders: readonly LabRow[];
  rank: number;
  /** Ordered on an earlier day, all of it. */
  old: boolean;
}

const HOUR_MS = 3_600_000;
/** A night shift sees its own evening: the list reaches back this far at least, hours. */
const SHIFT_HOURS = 12;

/** Where "today" begins on a list: at midnight, or twelve hours back to the full hour where that is earlier. */
export function recentFrom(now: string, midnight: string): string {
  const shift = Math.floor((Date.parse(now) - SHIFT_HOURS * HOUR_MS) / HOUR_MS) * HOUR_MS;
  return new Date(Math.min(shift, Date.parse(midnight))).toISOString();
}

/** The next piece of work on the bench: of the tube in the hand, then of the same visit, then the first of the list. */
export function nextOnBench<R extends Pick<LabRow, 'key' | 'encounter' | 'specimen'>>(
  rows: readonly R[],
  done: R | undefined,
): R | undefined {
  const others = rows.filter((one) => one.key !== done?.key);
  return (
    others.find((one) => one.specimen !== null && one.specimen === done?.specimen) ??
    others.find((one) => one.encounter === done?.encounter) ??
    others[0]
  );
}

/** Tests that lie on the bench more than once, most tubes first: worth a rack. At most so many stand above the list. */
const RACKS = 4;

export function batches(
  rows: readonly Pick<LabRow, 'service' | 'name' | 'specimen'>[],
): { service: string; name: string; n: number }[] {
  const found = new Map<string, { service: string; name: string; n: number }>();
  for (const { service, name } of rows.filter((row) => row.specimen !== null))
    found.set(service, { service, name, n: (found.get(service)?.n ?? 0) + 1 });
  return [...found.values()]
    .filter((one) => one.n > 1)
    .sort((a, b) => b.n - a.n || (a.service < b.service ? -1 : 1))
    .slice(0, RACKS);
}

/** A visit a row: today's before those of earlier days, the most urgent first, then who has waited longest. */
export function toCollect(
  rows: readonly LabRow[],
  isOld: (orderedAt: string | null) => boolean = () => false,
): ToCollect[] {
  const visits = new Map<string, LabRow[]>();
  for (const row of rows) visits.set(row.encounter, [...(visits.get(row.encounter) ?? []), row]);
  const people = [...visits].map(([key, orders]): ToCollect => {
    const sorted = orders.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const old = orders.every((o) => isOld(o.orderedAt));
    return { key, person: sorted[0] as LabRow, orders: sorted, rank: Math.min(...orders.map((o) => o.rank)), old };
  });
  return people.sort(
    (a, b) => Number(a.old) - Number(b.old) || a.rank - b.rank || (a.person.key < b.person.key ? -1 : 1),
  );
}

/** A zero in front leaves one reading: no thousands begin with it, and no decimal is added that was not measured. */
const asDecimal = (text: string): string => text.replace(/^((?:[<>≤≥]=?\s*)?-?)/, '$10');

/** Shown text as it can be typed again: "1,125" would be asked back, "01,125" is not. */
export function asTyped(shown: string | null): string {
  const text = shown ?? '';
  const number = parseClinicalNumber(text.replace(/^[<>≤≥]\s*/, ''));
  return !number.ok && number.reason === 'ambiguous' ? asDecimal(text) : text;
}

/** One of the two readings of an ambiguous number, typed so that it can only be read that way. */
export function chosen(reading: string, comparator = ''): string {
  const text = reading.replace('.', ',');
  const whole = parseClinicalNumber(text);
  return `${comparator}${whole.ok ? text : asDecimal(text)}`;
}

/** Sign in front of a typed number, to be kept when the number is chosen. */
export const comparatorOf = (typed: string): string => /^\s*(<=|>=|[<>≤≥])\s*/.exec(typed)?.[0].trimStart() ?? '';

/** Results that stand, by item: of several (an item entered again) the newest. */
export function standing(rows: readonly ResultRow[]): Map<string, ResultRow> {
  const byItem = new Map<string, ResultRow>();
  for (const row of rows) {
    if (row.item === null || row.status === 'cancelled' || row.status === 'entered-in-error') continue;
    const known = byItem.get(row.item);
    if (!known || (known.issued ?? '') < (row.issued ?? '')) byItem.set(row.item, row);
  }
  return byItem;
}

/** The newest validated value of each item from another order. */
export function lastValues(rows: readonly ResultRow[], order: string): Map<string, ResultRow> {
  const byItem = new Map<string, ResultRow>();
  for (const row of rows) {
    if (row.item === null || row.order === order || !['final', 'corrected'].includes(row.status)) continue;
    const known = byItem.get(row.item);
    if (!known || (known.at ?? '') < (row.at ?? '')) byItem.set(row.item, row);
  }
  return byItem;
}

const plain = (code: string): string =>
  code
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '');

/** What a scan says of the person of a row, as far as the row knows; the server compares it again. */
export function verdict(
  scan: string | undefined,
  person: Pick<LabRow, 'visitCode' | 'patientCode'>,
): 'none' | 'right' | 'wrong' | 'unknown' {
  if (scan === undefined) return 'none';
  const read = scanRouter(scan);
  if (read.kind !== 'visit' && read.kind !== 'patient') return 'unknown';
  const own = [person.visitCode, person.patientCode].filter((code) => code !== null);
  return own.some((code) => plain(code) === plain(scan)) ? 'right' : 'wrong';
}
