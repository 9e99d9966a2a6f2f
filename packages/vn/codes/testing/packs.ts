/** The packs of the repository, for the tests of this folder. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { IcdData, IcdTermsData } from '../icd-entries.ts';
import type { RulePack } from '../pack.ts';

export const repoRoot = new URL('../../../../', import.meta.url);

export function readPack<T>(subject: string, edition: string): RulePack<T> {
  const plain = new URL(`rulepacks/${subject}/${edition}.json`, repoRoot);
  const text = existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(new URL(`${plain.href}.gz`))).toString('utf8');
  return JSON.parse(text) as RulePack<T>;
}

export const icd2020 = (): RulePack<IcdData> => readPack('icd10', '2020-10-28');
export const icd2026 = (): RulePack<IcdData> => readPack('icd10', '2026-07-01');
export const icdTerms = (): RulePack<IcdTermsData> => readPack('icd10-terms', '2020-10-28');
