import type { CodeList } from '@mach/engine/module.ts';
import type { RulePack, RulePacks } from '@mach/engine/rule-packs.ts';
import { type AdminUnitsData, addressData, wardEntries } from '@mach/vn/codes/admin.ts';
import { buildIndex, type CodeEntry, type CodeIndex } from '@mach/vn/codes/build.ts';
import { search } from '@mach/vn/codes/search.ts';
import type { UnitCodeRow } from '../contract.ts';
import { matchedRanges } from './rows.ts';

/** A name that an area bore before July 2025 finds the ward of today, behind wards of that name today. */
const FORMER = 0.85;
const PROVINCE = 0.6;

interface Units {
  index: CodeIndex;
  provinces: ReadonlyMap<string, string>;
}

/** Provinces and wards of a two-level edition (from 2025-07-01). @throws RangeError for an older one. */
function unitsOf(pack: RulePack): Units {
  const own = pack as RulePack<AdminUnitsData>;
  if (!own.data.conversions) throw new RangeError(`edition ${own.edition} of admin-units has three levels`);
  const data = addressData(own);
  const former = new Map<string, Set<string>>();
  for (const { newWardCode, oldWardName, oldDistrictName } of data.conversions) {
    const name = [oldWardName, oldDistrictName].filter((part) => part !== '').join(', ');
    former.set(newWardCode, (former.get(newWardCode) ?? new Set()).add(name));
  }
  const provinces = new Map(data.provinces.map((p) => [p.code, p.name]));
  const entries: CodeEntry[] = [
    ...data.provinces.map((p) => ({ code: p.code, display: p.fullName ?? p.name, weight: PROVINCE })),
    ...wardEntries(own).map((e) => ({
      ...e,
      group: undefined,
      synonyms: [...(former.get(e.code) ?? [])].map((text) => ({ text, weight: FORMER })),
    })),
  ];
  return { index: buildIndex(entries), provinces };
}

const unitsOn = (packs: RulePacks, date: string): Units =>
  packs.derived('admin-units', date, 'outpatient.units', unitsOf);

export const unit: CodeList = {
  list: 'unit',
  title: { vi: 'Đơn vị hành chính (hai cấp)', en: 'Provinces and wards' },
  search({ packs, q, date, limit }) {
    const { index, provinces } = unitsOn(packs, date);
    if (q.trim() === '') return [];
    return search(index, q, { limit }).map((hit): UnitCodeRow & Record<string, unknown> => {
      const ward = hit.code.length > 2;
      const [name = hit.display, provinceName = hit.display] = hit.display.split(', ');
      const province = ward ? provinceOf(provinceName, provinces) : hit.code;
      return {
        code: hit.code,
        display: hit.display,
        level: ward ? 'ward' : 'province',
        name,
        province,
        provinceName: provinces.get(province) ?? provinceName,
        former: ward ? (hit.via ?? null) : null,
        matched: matchedRanges(hit),
      };
    });
  },
};

const provinceOf = (name: string, provinces: ReadonlyMap<string, string>): string =>
  [...provinces].find(([, known]) => known === name)?.[0] ?? '';
