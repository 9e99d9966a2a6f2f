import { localDate } from '@mach/base/time.ts';
import { useCodes, useNow } from '@mach/ui';
import { type FormularyData, readFormulary } from '@mach/vn/clinical/formulary.ts';
import {
  type InteractionsData,
  type PrescribingData,
  readPrescribingRules,
} from '@mach/vn/clinical/prescribing-rules.ts';
import { useMemo } from 'react';
import type { RuleRow } from '../../../contract.ts';
import type { CheckPacks } from './check.ts';

let read: { readonly key: string; readonly packs: CheckPacks } | undefined;

/** Reading the packs takes a moment: once for an edition, whoever asks. */
function packsOf(rows: readonly RuleRow[]): CheckPacks | undefined {
  const of = (code: string): RuleRow | undefined => rows.find((row) => row.code === code);
  const [formularyRow, interactions, prescribing] = [of('formulary'), of('drug-interactions'), of('prescribing')];
  if (!formularyRow || !interactions || !prescribing) return undefined;
  const key = [formularyRow.hash, interactions.hash, prescribing.hash].join();
  if (read?.key === key) return read.packs;
  const formulary = readFormulary(formularyRow.data as FormularyData);
  const rules = readPrescribingRules(
    { edition: interactions.edition, data: interactions.data as InteractionsData },
    { edition: prescribing.edition, data: prescribing.data as PrescribingData },
  );
  const ingredients = new Set([...formulary.items.flatMap((item) => item.ingredients), ...rules.pairsByKey.keys()]);
  read = { key, packs: { rules, formulary, ingredients } };
  return read.packs;
}

/** The packs of the day for the checks in the browser; undefined while they are on their way or cannot be had. */
export function useCheckPacks(): CheckPacks | undefined {
  const date = localDate(useNow());
  const { rows } = useCodes('clinical-rules', 'formulary drug-interactions prescribing', { date });
  return useMemo(() => packsOf(rows as unknown as readonly RuleRow[]), [rows]);
}
