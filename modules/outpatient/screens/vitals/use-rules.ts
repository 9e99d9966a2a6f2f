import { localDate, useCodes, useNow } from '@mach/ui';
import { useMemo } from 'react';
import type { RuleRow } from '../../contract.ts';
import { readVitalPacks, VITAL_PACKS, type VitalPacks } from '../../rules/vital-packs.ts';

export type VitalRules = VitalPacks;

/** The packs of the day, with which the form checks before the server does. */
export function useVitalRules(): { rules: VitalRules | undefined; error: unknown } {
  const date = localDate(useNow());
  const { rows, error } = useCodes('clinical-rules', VITAL_PACKS.join(' '), { date });
  const rules = useMemo(
    () => readVitalPacks((code) => (rows as unknown as readonly RuleRow[]).find((r) => r.code === code)?.data),
    [rows],
  );
  return { rules, error };
}
