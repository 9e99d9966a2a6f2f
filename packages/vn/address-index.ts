import { readUnit, type UnitMarker, type UnitText, unitKey } from './address-text.ts';

export interface AddressUnit {
  code: string;
  name: string;
}

/** The administrative units as data: the two-level list in force and the conversion from the three-level list. */
export interface AddressData {
  provinces: readonly { code: string; name: string; fullName?: string }[];
  wards: readonly { code: string; name: string; fullName?: string; provinceCode: string }[];
  conversions: readonly AddressConversion[];
}

/** One old ward (or part of it) going into one new ward. Island districts had no wards: their `oldWardName` is empty. */
export interface AddressConversion {
  oldWardCode: string;
  oldWardName: string;
  oldDistrictName: string;
  oldProvinceName: string;
  newWardCode: string;
  /** As in the official table: "Nhập toàn bộ", "Nhập một phần" … */
  note: string;
}

export interface NewWard {
  unit: AddressUnit;
  provinceCode: string;
  marker?: UnitMarker;
}

export interface OldWard {
  code: string;
  name: string;
  district: string;
  province: string;
  marker?: UnitMarker;
  districtMarker?: UnitMarker;
  districtKey: string;
  provinceKey: string;
  /** Where its parts went, and the official note on each. */
  parts: { to: string; note: string }[];
}

/** Every place, for texts that name no province. */
export const ANYWHERE = '*';

/** Look-ups by folded key. Built once for a list: about 14,000 rows. */
export interface AddressIndex {
  provinces: ReadonlyMap<string, AddressUnit>;
  wards: ReadonlyMap<string, NewWard>;
  /** Province key → code, of today's names and their other spellings. */
  provinceByKey: ReadonlyMap<string, string>;
  /** Old province key → today's provinces that took its wards. */
  flows: ReadonlyMap<string, ReadonlySet<string>>;
  /** By their own key alone, all over the country: names come again a few dozen times at most. */
  newWards: ReadonlyMap<string, readonly NewWard[]>;
  /** Old wards by the key of their district. */
  oldDistricts: ReadonlyMap<string, readonly OldWard[]>;
  oldWards: ReadonlyMap<string, readonly OldWard[]>;
}

/** Wards of today by name, in a province (its code) or `ANYWHERE`. */
export function newWardsIn(index: AddressIndex, province: string, key: string): NewWard[] {
  const named = index.newWards.get(key) ?? [];
  return named.filter((ward) => province === ANYWHERE || ward.provinceCode === province);
}

/** Wards of an old district, in an old province (its key) or `ANYWHERE`. */
export function oldDistrictIn(index: AddressIndex, province: string, key: string): OldWard[] {
  const named = index.oldDistricts.get(key) ?? [];
  return named.filter((ward) => province === ANYWHERE || ward.provinceKey === province);
}

/** Old wards by name, in an old province (its key) or `ANYWHERE`. */
export function oldWardsIn(index: AddressIndex, province: string, key: string): OldWard[] {
  const named = index.oldWards.get(key) ?? [];
  return named.filter((ward) => province === ANYWHERE || ward.provinceKey === province);
}

/** Other names of provinces, by key. */
const ALIASES: Readonly<Record<string, string>> = {
  hcm: 'hochiminh',
  tphcm: 'hochiminh',
  saigon: 'hochiminh',
  hochiminhciti: 'hochiminh',
  hn: 'hanoi',
  thuathienhue: 'hue',
  tthue: 'hue',
};

/** Builds the look-ups of `matchAddress`. Old provinces that merged are found by the conversions' names. */
export function addressIndex(data: AddressData): AddressIndex {
  const provinces = new Map(data.provinces.map(({ code, name }) => [code, { code, name }]));
  const provinceByKey = new Map<string, string>();
  for (const { code, name, fullName } of data.provinces) {
    for (const reading of [name, fullName ?? name].flatMap(readUnit)) provinceByKey.set(reading.key, code);
  }
  for (const [alias, key] of Object.entries(ALIASES)) {
    const code = provinceByKey.get(key);
    if (code !== undefined) provinceByKey.set(alias, code);
  }
  const { wards, newWards } = indexNew(data);
  return { provinces, wards, provinceByKey, newWards, ...indexOld(data, wards) };
}

function indexNew(data: AddressData): Pick<AddressIndex, 'newWards'> & { wards: Map<string, NewWard> } {
  const wards = new Map<string, NewWard>();
  const newWards = new Map<string, NewWard[]>();
  for (const { code, name, fullName, provinceCode } of data.wards) {
    const ward: NewWard = { unit: { code, name }, provinceCode, marker: fullReading(fullName ?? name).marker };
    wards.set(code, ward);
    const keys = new Set([unitKey(name), fullReading(name).key]);
    for (const key of keys) push(newWards, key, ward);
  }
  return { wards, newWards };
}

function indexOld(
  data: AddressData,
  wards: ReadonlyMap<string, NewWard>,
): Pick<AddressIndex, 'flows' | 'oldDistricts' | 'oldWards'> {
  const read = memoized(fullReading);
  const flows = new Map<string, Set<string>>();
  const oldDistricts = new Map<string, OldWard[]>();
  const oldWards = new Map<string, OldWard[]>();
  const seen = new Map<string, OldWard>();
  for (const row of data.conversions) {
    const part = { to: row.newWardCode, note: row.note };
    const identity = `${row.oldWardCode}|${row.oldDistrictName}|${row.oldProvinceName}|${row.oldWardName}`;
    const ward = seen.get(identity) ?? oldWard(row, read);
    const target = wards.get(row.newWardCode);
    if (target) flows.set(ward.provinceKey, (flows.get(ward.provinceKey) ?? new Set()).add(target.provinceCode));
    ward.parts.push(part);
    if (seen.has(identity)) continue;
    seen.set(identity, ward);
    push(oldDistricts, ward.districtKey, ward);
    const { key } = read(row.oldWardName);
    if (key !== '') push(oldWards, key, ward);
  }
  return { flows, oldDistricts, oldWards };
}

function oldWard(row: AddressConversion, read: (name: string) => Read): OldWard {
  const ward = read(row.oldWardName);
  const district = read(row.oldDistrictName);
  const province = read(row.oldProvinceName);
  return {
    code: row.oldWardCode,
    name: ward.name,
    district: district.name,
    province: province.name,
    marker: ward.marker,
    districtMarker: district.marker,
    districtKey: district.key,
    provinceKey: province.key,
    parts: [],
  };
}

type Read = UnitText & { name: string };

/** Names come again in many rows: reading each once halves the building time and more, and keeps one text of each. */
function memoized(read: (name: string) => UnitText): (name: string) => Read {
  const known = new Map<string, Read>();
  return (name) => {
    const clean = () =>
      name
        .normalize('NFC')
        .replace(/[\s\u00a0]+/g, ' ')
        .trim();
    const found = known.get(name) ?? { ...read(name), name: clean() };
    known.set(name, found);
    return found;
  };
}

function fullReading(name: string): UnitText {
  return readUnit(name)[0] ?? { key: unitKey(name), bare: name };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
