import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RulePack } from '../../codes/pack.ts';
import type { DrugItem } from '../formulary.ts';
import { type Formulary, type FormularyData, readFormulary } from '../formulary.ts';
import { type LabData, readLab } from '../lab-pack.ts';
import { type News2Data, readNews2 } from '../news2.ts';
import {
  type InteractionsData,
  type PrescribingData,
  type PrescribingRules,
  readPrescribingRules,
} from '../prescribing-rules.ts';
import { readVitals, type VitalsData } from '../vitals.ts';

export const repoRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** An edition of a rule pack of this repository. */
export function readPack<T>(subject: string, edition: string): RulePack<T> {
  return JSON.parse(readFileSync(join(repoRoot, 'rulepacks', subject, `${edition}.json`), 'utf8')) as RulePack<T>;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

export const vitalsPack = once(() => readVitals(readPack<VitalsData>('vitals', '2020-01-01').data));
export const news2Pack = once(() => readNews2(readPack<News2Data>('news2', '2017-12-19').data));
export const labPack = once(() => readLab(readPack<LabData>('lab', '2026-01-01').data));
export const formulary = once((): Formulary => readFormulary(readPack<FormularyData>('formulary', '2026-01-01').data));
export const rules = once(
  (): PrescribingRules =>
    readPrescribingRules(
      readPack<InteractionsData>('drug-interactions', '2021-12-30'),
      readPack<PrescribingData>('prescribing', '2025-07-01'),
    ),
);

/** A product of the demonstration formulary by the start of its code. */
export function drug(code: string): DrugItem {
  const item = formulary().byCode.get(code) ?? formulary().items.find((i) => i.code.startsWith(code));
  if (!item) throw new Error(`no demo drug ${code}`);
  return item;
}
