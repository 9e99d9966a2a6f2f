import type { CodeList } from '@mach/engine/module.ts';
import type { RulePacks } from '@mach/engine/rule-packs.ts';
import { buildIndex, type CodeIndex } from '@mach/vn/codes/build.ts';
import { type IcdData, type IcdTermsData, icdEntries, lexiconOf } from '@mach/vn/codes/icd-entries.ts';
import type { RulePack } from '@mach/vn/codes/pack.ts';
import { search } from '@mach/vn/codes/search.ts';
import type { IcdCodeRow } from '../contract.ts';
import { matchedRanges } from './rows.ts';

/** The edition in force on a day as `@mach/vn` reads it; undefined where there is none. */
function edition<T>(packs: RulePacks, subject: string, date: string): RulePack<T> | undefined {
  try {
    return packs.at<T>(subject, date);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface IcdSearch {
  index: CodeIndex;
  /** Name of the list, kept with the index: the tables of the pack are let go. */
  list: string;
}

/** One index an edition, made when it is first asked for. The wording of the edition before is searched too. */
const icdSearch = (packs: RulePacks, date: string): IcdSearch =>
  packs.derived('icd10', date, 'outpatient.icd-index', (pack) => {
    const own = pack as RulePack<IcdData>;
    const eve = new Date(Date.parse(own.validFrom) - 86_400_000).toISOString().slice(0, 10);
    const terms = edition<IcdTermsData>(packs, 'icd10-terms', date);
    const entries = icdEntries(own, edition<IcdData>(packs, 'icd10', eve), terms);
    return { index: buildIndex(entries, lexiconOf(terms)), list: own.data.list };
  });

export const icd10: CodeList = {
  list: 'icd10',
  title: { vi: 'Mã bệnh ICD-10', en: 'ICD-10 diagnoses' },
  search({ packs, q, date, limit }) {
    if (q.trim() === '') return [];
    const pack = packs.meta('icd10', date);
    const { index, list } = icdSearch(packs, date);
    return search(index, q, { limit }).map((hit): IcdCodeRow & Record<string, unknown> => {
      const flags = [...(hit.entry.flags ?? [])];
      const has = (flag: string): boolean => flags.includes(flag);
      return {
        code: hit.code,
        display: hit.display,
        displayEn: hit.entry.displayEn ?? '',
        edition: pack.edition,
        source: list,
        flags,
        usable: !has('more-specific-exists') && !has('mortality-only'),
        principal: has('not-principal') ? 'no' : has('discouraged-principal') ? 'discouraged' : 'yes',
        via: hit.via ?? null,
        matched: matchedRanges(hit),
      };
    });
  },
};
