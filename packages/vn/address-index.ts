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
  rows: AddressConversion[];
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
  /** `province code|ward key`. */
  newWards: ReadonlyMap<string, readonly NewWard[]>;
  /** `old province key|district key`. */
  oldDistricts: ReadonlyMap<string, readonly OldWard[]>;
  /** `old province key|district key|ward key` and `old province key||ward key` for any district. */
  oldWards: ReadonlyMap<string, readonly OldWard[]>;
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
    for (const key of keys) {
      push(newWards, `${provinceCode}|${key}`, ward);
      push(newWards, `${ANYWHERE}|${key}`, ward);
    }
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
    const province = read(row.oldProvinceName).key;
    const target = wards.get(row.newWardCode);
    if (target) flows.set(province, (flows.get(province) ?? new Set()).add(target.provinceCode));
    const identity = `${row.oldWardCode}|${row.oldDistrictName}|${row.oldProvinceName}|${row.oldWardName}`;
    const known = seen.get(identity);
    if (known) {
      known.rows.push(row);
      continue;
    }
    const ward = oldWard(row, read);
    seen.set(identity, ward);
    const district = read(row.oldDistrictName).key;
    const key = read(row.oldWardName).key;
    for (const place of [province, ANYWHERE]) {
      push(oldDistricts, `${place}|${district}`, ward);
      if (key === '') continue;
      push(oldWards, `${place}|${district}|${key}`, ward);
      push(oldWards, `${place}||${key}`, ward);
    }
  }
  return { flows, oldDistricts, oldWards };
}

function oldWard(row: AddressConversion, read: (name: string) => UnitText): OldWard {
  return {
    code: row.oldWardCode,
    name: row.oldWardName
      .normalize('NFC')
      .replace(/[\s\u00a0]+/g, ' ')
      .trim(),
    district: row.oldDistrictName.normalize('NFC').trim(),
    province: row.oldProvinceName.normalize('NFC').trim(),
    marker: read(row.oldWardName).marker,
    districtMarker: read(row.oldDistrictName).marker,
    rows: [row],
  };
}

/** Names of provinces and districts come again in every row: reading them once halves the building time and more. */
function memoized(read: (name: string) => UnitText): (name: string) => UnitText {
  const known = new Map<string, UnitText>();
  return (name) => {
    const found = known.get(name) ?? read(name);
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
