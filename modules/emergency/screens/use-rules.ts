import { type RuleRow, readVitalPacks, VITAL_PACKS, type VitalPacks } from '@mach/outpatient/contract.ts';
import { localDate, useCodes, useNow } from '@mach/ui';
import { useMemo } from 'react';
import type { BundlesData } from '../rules/bundle-pack.ts';
import { readTriage, type TriageData, type TriagePack } from '../rules/triage-pack.ts';

export interface EmergencyRules {
  triage: TriagePack;
  bundles: BundlesData;
  vitals: VitalPacks;
}

/** The packs of the day: the screen proposes and counts with the rules of the server. */
export function useEmergencyRules(): { rules: EmergencyRules | undefined; error: unknown } {
  const date = localDate(useNow());
  const { rows, error } = useCodes('clinical-rules', ['triage', 'bundles', ...VITAL_PACKS].join(' '), { date });
  const rules = useMemo(() => {
    const found = rows as unknown as readonly RuleRow[];
    const data = (code: string): unknown => found.find((r) => r.code === code)?.data;
    const vitals = readVitalPacks(data);
    const [triage, bundles] = ['triage', 'bundles'].map(data);
    if (!vitals || !triage || !bundles) return undefined;
    return { triage: readTriage(triage as TriageData), bundles: bundles as BundlesData, vitals };
  }, [rows]);
  return { rules, error };
}
