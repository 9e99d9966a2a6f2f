/** Provinces and wards of the day, and the matcher of addresses, from the rule pack. */
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { type AddressIndex, type AddressMatch, addressIndex, matchAddress } from '@mach/vn/address.ts';
import { type AdminUnitsData, addressData } from '@mach/vn/codes/admin.ts';
import type { WardChoice } from './contract.ts';

export interface Units {
  index: AddressIndex;
  /** Full name of a province: "Thành phố Hà Nội". */
  provinces: ReadonlyMap<string, string>;
  wards: ReadonlyMap<string, { name: string; provinceCode: string }>;
}

export function units(pack: RulePack): Units {
  const data = addressData(pack as RulePack<AdminUnitsData>);
  return {
    index: addressIndex(data),
    provinces: new Map(data.provinces.map((p) => [p.code, p.fullName ?? p.name])),
    wards: new Map(data.wards.map((w) => [w.code, { name: w.fullName ?? w.name, provinceCode: w.provinceCode }])),
  };
}

interface PackDoor {
  derived<T>(subject: string, name: string, compute: (pack: RulePack) => T): T;
}
export const unitsOn = (packs: PackDoor): Units => packs.derived('admin-units', 'reception.units', units);

export interface PlacedAddress {
  provinceCode?: string;
  wardCode?: string;
  addressLine?: string;
  certainty: AddressMatch['certainty'];
  /** What else it can mean, best first; empty when it is certain. */
  choices: WardChoice[];
}

/** Reads an address as printed on a card. A ward that is only likely is proposed and listed with the others. */
export function placeAddress(text: string, { index }: Units): PlacedAddress {
  const match = matchAddress(index, text);
  const sure = match.certainty === 'exact' || match.certainty === 'converted';
  return {
    provinceCode: match.province?.code,
    wardCode: match.ward?.code,
    addressLine: match.rest || undefined,
    certainty: match.certainty,
    choices: sure
      ? []
      : match.candidates.map((c) => ({
          wardCode: c.ward.code,
          provinceCode: c.province.code,
          text: `${c.ward.name}, ${c.province.name}`,
        })),
  };
}

/** "Thôn 3, Xã Ea Tul, Tỉnh Đắk Lắk" */
export function addressText(
  { provinceCode, wardCode, addressLine }: { provinceCode?: string; wardCode?: string; addressLine?: string },
  { provinces, wards }: Units,
): string {
  const parts = [addressLine, wards.get(wardCode ?? '')?.name, provinces.get(provinceCode ?? '')];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

/** "Xã Ea Tul, Tỉnh Đắk Lắk"; null for a code that is not in force. */
export function wardText(wardCode: string | undefined, units: Units): string | null {
  const ward = units.wards.get(wardCode ?? '');
  return ward ? addressText({ wardCode, provinceCode: ward.provinceCode }, units) : null;
}
