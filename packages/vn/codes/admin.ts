import type { AddressData } from '../address-index.ts';
import type { CodeEntry } from './build.ts';
import { type RulePack, records, type Table, textCell } from './pack.ts';

/** Data of an edition of `rulepacks/admin-units`; the edition of before July 2025 has districts and no conversions. */
export interface AdminUnitsData {
  provinces: Table;
  districts?: Table;
  wards: Table;
  partKeys?: Readonly<Record<string, string>>;
  former?: { provinces: Table; districts: Table; wards: Table };
  conversions?: Table;
}

/** The official table's wording for the letters of the pack. */
const NOTES: Readonly<Record<string, string>> = {
  W: 'Nhập toàn bộ',
  P: 'Nhập một phần',
  A: 'Nhập một phần diện tích',
  N: 'Nhập một phần diện tích, toàn bộ dân số',
  U: 'Giữ nguyên',
};

/** The pack in the form that the address matcher takes. Needs a two-level edition (from 2025-07-01). */
export function addressData(pack: RulePack<AdminUnitsData>): AddressData {
  const { provinces, wards, former, conversions } = pack.data;
  if (!former || !conversions) throw new Error(`Edition ${pack.edition} of admin-units has no conversions`);
  const nameOf = (table: Table): Map<string, string> =>
    new Map([...records(table, 'code', 'name', 'type')].map((r) => [textCell(r.code), fullName(r.type, r.name)]));
  const oldProvinces = nameOf(former.provinces);
  const oldDistricts = new Map(
    [...records(former.districts, 'code', 'name', 'type', 'province')].map((r) => [
      textCell(r.code),
      { name: fullName(r.type, r.name), province: oldProvinces.get(textCell(r.province)) ?? '' },
    ]),
  );
  const oldWards = new Map(
    [...records(former.wards, 'code', 'name', 'type', 'district')].map((r) => [
      textCell(r.code),
      { name: fullName(r.type, r.name), district: oldDistricts.get(textCell(r.district)) },
    ]),
  );
  return {
    provinces: [...records(provinces, 'code', 'name', 'type')].map((r) => ({
      code: textCell(r.code),
      name: textCell(r.name),
      fullName: fullName(r.type, r.name),
    })),
    wards: [...records(wards, 'code', 'name', 'type', 'province')].map((r) => ({
      code: textCell(r.code),
      name: textCell(r.name),
      fullName: fullName(r.type, r.name),
      provinceCode: textCell(r.province),
    })),
    conversions: [...records(conversions, 'from', 'to', 'part')].map((r) => {
      const from = textCell(r.from);
      const old = oldWards.get(from);
      // Island districts had no wards: the pack keys them "H" and the district, the matcher by an empty ward.
      const island = from.startsWith('H');
      return {
        oldWardCode: island ? '' : from,
        oldWardName: island ? '' : (old?.name ?? ''),
        oldDistrictName: old?.district?.name ?? '',
        oldProvinceName: old?.district?.province ?? '',
        newWardCode: textCell(r.to),
        note: NOTES[textCell(r.part)] ?? '',
      };
    }),
  };
}

const fullName = (type: unknown, name: unknown): string => [type, name].filter((s) => s !== '' && s !== null).join(' ');

/** Search entries of the wards, with their province, for pickers: "ba dinh ha noi". */
export function wardEntries(pack: RulePack<AdminUnitsData>): CodeEntry[] {
  const provinces = new Map(
    [...records(pack.data.provinces, 'code', 'name')].map((r) => [textCell(r.code), textCell(r.name)]),
  );
  return [...records(pack.data.wards, 'code', 'name', 'type', 'province')].map((r) => ({
    code: textCell(r.code),
    display: `${fullName(r.type, r.name)}, ${provinces.get(textCell(r.province)) ?? ''}`,
    group: textCell(r.province),
    validFrom: pack.validFrom,
    validTo: pack.validTo ?? undefined,
  }));
}
