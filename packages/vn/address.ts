import { vietnameseSortKey } from '@mach/base';
import {
  type AddressIndex,
  type AddressUnit,
  ANYWHERE,
  type NewWard,
  newWardsIn,
  type OldWard,
  oldDistrictIn,
  oldWardsIn,
} from './address-index.ts';
import { readUnit, type Segment, segments, type UnitMarker, type UnitText } from './address-text.ts';

export {
  type AddressConversion,
  type AddressData,
  type AddressIndex,
  type AddressUnit,
  addressIndex,
} from './address-index.ts';

/**
 * `exact`: a two-level address of today. `converted`: an old address whose ward went whole (with all its people) into
 * one ward. `likely`: one ward chosen, to be confirmed, since something was missing or two readings were possible.
 * `undecided`: several wards are possible, none chosen. `province`: only the province is known. `none`: nothing.
 */
export type AddressCertainty = 'exact' | 'converted' | 'likely' | 'undecided' | 'province' | 'none';

export interface AddressCandidate {
  province: AddressUnit;
  ward: AddressUnit;
  /** The old units by which it was reached, and the official note on what part of them went there. */
  old?: { wardCode: string; ward: string; district: string; province: string; note: string };
}

export interface AddressMatch {
  certainty: AddressCertainty;
  province?: AddressUnit;
  ward?: AddressUnit;
  /** All wards that the text can mean, the chosen one first; at most twenty. */
  candidates: AddressCandidate[];
  /** What stands before the units: house, street, hamlet. */
  rest: string;
}

interface Scope {
  /** Today's provinces to look in. */
  codes: readonly string[];
  /** Old provinces to look in, by key. */
  old: readonly string[];
  /** The text names a province that exists no more. */
  former?: boolean;
}

interface Found {
  certainty: 'exact' | 'converted' | 'likely' | 'undecided';
  candidates: AddressCandidate[];
  /** Where in the address the units begin. */
  start: number;
}

const DISTRICT: readonly UnitMarker[] = ['quan', 'huyen', 'thi-xa', 'thanh-pho'];
const WARD: readonly UnitMarker[] = ['phuong', 'xa', 'thi-tran', 'dac-khu'];
const MAX_CANDIDATES = 20;
/** Words in the longest name of a province with its marker, "tỉnh Bà Rịa - Vũng Tàu". */
const LONGEST_PROVINCE = 6;

/**
 * Finds today's province and ward of an address in free text, old (three levels) or new (two levels), with or without
 * marks, abbreviations and commas. It never guesses silently: see `certainty`, and `candidates` where it is not sure.
 */
export function matchAddress(index: AddressIndex, address: string): AddressMatch {
  const text = address.normalize('NFC');
  const parts = cutProvince(index, segments(text));
  const { scope, units } = parts;
  const found = findWard(index, scope, units);
  const [only] = scope.codes.length === 1 ? scope.codes : [];
  const province = only === undefined || only === ANYWHERE ? undefined : index.provinces.get(only);
  if (!found) {
    const rest = text
      .slice(0, parts.end)
      .replace(/[\s,;–-]+$/, '')
      .trim();
    if (!province) return { certainty: 'none', candidates: [], rest: text.trim() };
    return { certainty: 'province', province, candidates: [], rest };
  }
  const candidates = found.candidates.slice(0, MAX_CANDIDATES);
  const rest = text
    .slice(0, found.start)
    .replace(/[\s,;–-]+$/, '')
    .trim();
  const [first] = candidates;
  if (found.certainty === 'undecided' || !first) {
    const shared = candidates.every((c) => c.province.code === first?.province.code) ? first?.province : province;
    return { certainty: 'undecided', province: shared, candidates, rest };
  }
  const sure = scope.codes[0] === ANYWHERE ? 'likely' : found.certainty;
  return { certainty: sure, province: first.province, ward: first.ward, candidates, rest };
}

/** Takes the province off the end: the whole last segment, or its last words where commas are missing. */
function cutProvince(index: AddressIndex, all: Segment[]): { scope: Scope; units: Segment[]; end: number } {
  const last = all.at(-1);
  const words = last?.text.split(' ') ?? [];
  for (let skip = 0; last && skip < words.length; skip++) {
    if (skip > 0 && words.length - skip > LONGEST_PROVINCE) continue;
    const tail = words.slice(skip).join(' ');
    const head = words.slice(0, skip).join(' ');
    const reading = readUnit(tail).find((unit) => provinceFits(unit) && isProvince(index, unit.key));
    if (!reading) continue;
    const units = head === '' ? all.slice(0, -1) : [...all.slice(0, -1), { text: head, start: last.start }];
    return { scope: provinceScope(index, reading.key), units, end: last.start + head.length };
  }
  return { scope: { codes: [ANYWHERE], old: [ANYWHERE] }, units: all, end: 0 };
}

function provinceFits(unit: UnitText): boolean {
  return unit.marker === undefined || unit.marker === 'tinh' || unit.marker === 'thanh-pho';
}

function isProvince(index: AddressIndex, key: string): boolean {
  return index.provinceByKey.has(key) || index.flows.has(key);
}

function provinceScope(index: AddressIndex, key: string): Scope {
  const today = index.provinceByKey.get(key);
  const name = index.provinces.get(today ?? '')?.name;
  const old = [key, ...(name === undefined ? [] : readUnit(name).map((unit) => unit.key))];
  const codes = today === undefined ? [...(index.flows.get(key) ?? [])] : [today];
  return { codes, old: [...new Set(old)].filter((k) => index.flows.has(k)), former: today === undefined };
}

function findWard(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  return (
    threeLevel(index, scope, units) ??
    twoLevel(index, scope, units) ??
    newWardOldDistrict(index, scope, units) ??
    mergedProvince(index, scope, units) ??
    districtLeftOut(index, scope, units) ??
    wholeDistrict(index, scope, units) ??
    withoutCommas(index, scope, units)
  );
}

/** Ward, district, province of the old division. */
function threeLevel(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  const at = units.length - 1;
  for (const district of readings(units[at], DISTRICT)) {
    const ofKind = preferred(inDistrict(index, scope, district.key), (ward) => ward.districtMarker, district.marker);
    if (ofKind.length === 0) continue;
    for (const ward of readings(units[at - 1], WARD)) {
      const named = oldAnywhere(index, scope, ward).filter((w) => w.districtKey === district.key);
      const hits = narrow(
        named.filter((hit) => ofKind.includes(hit)),
        (hit) => hit.marker,
        (hit) => hit.name,
        ward,
      );
      if (hits.length > 0) return converted(index, hits, units[at - 1]);
    }
    const island = ofKind.filter((ward) => ward.name === '');
    if (island.length > 0) return converted(index, island, units[at]);
  }
  return undefined;
}

/**
 * Ward and province of today. Only likely where an old ward of the same name went elsewhere; undecided where the name
 * may as well be the old district's ("Quản Bạ, Hà Giang"), since people gave district and province alone.
 */
function twoLevel(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  const at = units.length - 1;
  const unit = readings(units[at], WARD).find((reading) => newHits(index, scope, reading).length > 0);
  if (!unit) return undefined;
  const hits = newHits(index, scope, unit);
  const namesakes = narrow(
    oldAnywhere(index, scope, unit),
    (hit) => hit.marker,
    (hit) => hit.name,
    unit,
  );
  const district = unit.marker === undefined ? inDistrict(index, scope, unit.key) : [];
  const candidates = unique([...hits.map((hit) => today(index, hit)), ...fromOld(index, [...namesakes, ...district])]);
  const kindDiffers = unit.marker !== undefined && hits[0]?.marker !== undefined && unit.marker !== hits[0].marker;
  const open = hits.length > 1 || (district.length > 0 && (at === 0 || scope.former === true));
  const doubtful = candidates.length > 1 || kindDiffers || scope.former === true;
  const start = units[at]?.start ?? 0;
  return { certainty: open ? 'undecided' : doubtful ? 'likely' : 'exact', candidates, start };
}

function inDistrict(index: AddressIndex, scope: Scope, key: string): OldWard[] {
  return scope.old.flatMap((p) => oldDistrictIn(index, p, key));
}

/** A ward of today with its former district still written behind it. */
function newWardOldDistrict(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  const at = units.length - 1;
  const isDistrict = readings(units[at], DISTRICT).some(
    (unit) => unit.marker !== undefined || inDistrict(index, scope, unit.key).length > 0,
  );
  if (!isDistrict) return undefined;
  return confirm(twoLevel(index, scope, units.slice(0, at)));
}

/** Old ward and district under the name of the province that took the old one in. */
function mergedProvince(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  return confirm(threeLevel(index, { ...scope, old: mergedInto(index, scope) }, units));
}

/** An old ward whose district is missing, or is one that was dissolved before the list was made (Quận 2). */
function districtLeftOut(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  const wide: Scope = { ...scope, old: [...scope.old, ...mergedInto(index, scope)] };
  for (const at of [units.length - 1, units.length - 2]) {
    if (at < 0 || (at < units.length - 1 && !isUnknownDistrict(index, wide, units[at + 1]))) continue;
    for (const unit of readings(units[at], WARD)) {
      const hits = narrow(
        oldAnywhere(index, wide, unit),
        (hit) => hit.marker,
        (hit) => hit.name,
        unit,
      );
      const found = hits.length > 0 ? converted(index, hits, units[at]) : undefined;
      if (found) return confirm(found);
    }
  }
  return undefined;
}

/** A district without a ward that the list knows: every ward of today that took a part of it, none chosen. */
function wholeDistrict(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  const at = units.length - 1;
  for (const district of readings(units[at], DISTRICT)) {
    const within = inDistrict(index, { ...scope, old: [...scope.old, ...mergedInto(index, scope)] }, district.key);
    const candidates = fromOld(
      index,
      preferred(within, (ward) => ward.districtMarker, district.marker),
    );
    if (candidates.length > 0) return { certainty: 'undecided', candidates, start: units[at]?.start ?? 0 };
  }
  return undefined;
}

/** "Thôn 3 Ea Tul Cư M'gar Đắk Lắk": tries every place where a ward and a district, or a ward alone, could begin. */
function withoutCommas(index: AddressIndex, scope: Scope, units: readonly Segment[]): Found | undefined {
  const [only] = units;
  if (units.length !== 1 || !only) return undefined;
  const starts = [...only.text.matchAll(/\S+/g)].map((word) => word.index);
  const cut = (from: number, to?: number): Segment => ({
    text: only.text.slice(from, to).trim(),
    start: only.start + from,
  });
  for (const district of starts.slice(1)) {
    for (const ward of starts.filter((start) => start < district)) {
      const found = threeLevel(index, scope, [cut(ward, district), cut(district)]);
      if (found) return confirm(found);
    }
  }
  for (const ward of starts.slice(1)) {
    // A street may bear the name of a ward: offered, never chosen.
    const found = twoLevel(index, scope, [cut(ward)]);
    if (found) return { ...found, certainty: 'undecided' };
  }
  return undefined;
}

function readings(segment: Segment | undefined, allowed: readonly UnitMarker[]): UnitText[] {
  if (!segment) return [];
  return readUnit(segment.text).filter((unit) => unit.marker === undefined || allowed.includes(unit.marker));
}

function newHits(index: AddressIndex, scope: Scope, unit: UnitText): NewWard[] {
  const hits = scope.codes.flatMap((code) => newWardsIn(index, code, unit.key));
  return narrow(
    hits,
    (hit) => hit.marker,
    (hit) => hit.unit.name,
    unit,
  );
}

function oldAnywhere(index: AddressIndex, scope: Scope, unit: Pick<UnitText, 'key'>): OldWard[] {
  return scope.old.flatMap((p) => oldWardsIn(index, p, unit.key));
}

/** Keeps units of the kind that was written, then those spelt with the same marks, where there are any. */
function narrow<T>(
  hits: readonly T[],
  kind: (hit: T) => UnitMarker | undefined,
  name: (hit: T) => string,
  unit: UnitText,
): T[] {
  const ofKind = preferred(hits, kind, unit.marker);
  const spelling = vietnameseSortKey(unit.bare);
  const spelt = ofKind.filter((hit) => vietnameseSortKey(readUnit(name(hit))[0]?.bare ?? '') === spelling);
  return spelt.length > 0 ? spelt : ofKind;
}

function preferred<T>(
  hits: readonly T[],
  kind: (hit: T) => UnitMarker | undefined,
  marker: UnitMarker | undefined,
): T[] {
  const same = hits.filter((hit) => marker !== undefined && kind(hit) === marker);
  return same.length > 0 ? same : [...hits];
}

/** Nothing where today's list lacks the wards: the province is then all that is known. */
function converted(index: AddressIndex, hits: readonly OldWard[], first: Segment | undefined): Found | undefined {
  const candidates = fromOld(index, hits);
  if (candidates.length === 0) return undefined;
  return { certainty: candidates.length === 1 ? 'converted' : 'undecided', candidates, start: first?.start ?? 0 };
}

/** One ward, but for a person to confirm. */
function confirm(found: Found | undefined): Found | undefined {
  return found && found.certainty !== 'undecided' ? { ...found, certainty: 'likely' } : found;
}

/** The old provinces that today's provinces of the scope took in, besides those that the text names. */
function mergedInto(index: AddressIndex, scope: Scope): string[] {
  const old = [...index.flows].filter(([, codes]) => scope.codes.some((code) => codes.has(code))).map(([key]) => key);
  return old.filter((key) => !scope.old.includes(key));
}

function isUnknownDistrict(index: AddressIndex, scope: Scope, segment: Segment | undefined): boolean {
  const named = readings(segment, DISTRICT);
  if (!named.some((unit) => unit.marker !== undefined)) return false;
  return !named.some((unit) => inDistrict(index, scope, unit.key).length > 0);
}

/** Today's wards of old wards. Where one took "all the people" and the others only land, it is the one. */
function fromOld(index: AddressIndex, hits: readonly OldWard[]): AddressCandidate[] {
  const found: AddressCandidate[] = [];
  for (const hit of hits) {
    const people = hit.parts.filter((row) => /toàn bộ dân số/i.test(row.note.normalize('NFC')));
    const land = hit.parts.filter((row) => /diện tích$/i.test(row.note.normalize('NFC').trim()));
    const settled = people.length === 1 && people.length + land.length === hit.parts.length;
    for (const row of settled ? people : hit.parts) {
      const ward = index.wards.get(row.to);
      if (!ward) continue;
      const old = {
        wardCode: hit.code,
        ward: hit.name,
        district: hit.district,
        province: hit.province,
        note: row.note,
      };
      found.push({ ...today(index, ward), old });
    }
  }
  return unique(found);
}

function today(index: AddressIndex, ward: NewWard): AddressCandidate {
  const province = index.provinces.get(ward.provinceCode) ?? { code: ward.provinceCode, name: '' };
  return { province, ward: ward.unit };
}

function unique(candidates: readonly AddressCandidate[]): AddressCandidate[] {
  const byCode = new Map<string, AddressCandidate>();
  for (const candidate of candidates) {
    if (!byCode.has(candidate.ward.code)) byCode.set(candidate.ward.code, candidate);
  }
  return [...byCode.values()];
}
