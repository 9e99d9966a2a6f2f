import { localDate, useCodes, useNow } from '@mach/ui';
import { type News2Data, type News2Pack, readNews2 } from '@mach/vn/clinical/news2.ts';
import { readVitals, type VitalsData, type VitalsPack } from '@mach/vn/clinical/vitals.ts';
import { useMemo } from 'react';
import type { RuleRow } from '../../contract.ts';
import { type MeowsData, type MeowsPack, readMeows } from '../../rules/meows.ts';
import { type PewsData, type PewsPack, readPews } from '../../rules/pews.ts';

export interface VitalRules {
  vitals: VitalsPack;
  news2: News2Pack;
  pews: PewsPack;
  meows: MeowsPack;
}

/** The packs of the day, with which the form checks before the server does. */
export function useVitalRules(): { rules: VitalRules | undefined; error: unknown } {
  const date = localDate(useNow());
  const { rows, error } = useCodes('clinical-rules', 'vitals news2 pews meows', { date });
  const rules = useMemo(() => {
    const data = (code: string): unknown => (rows as unknown as readonly RuleRow[]).find((r) => r.code === code)?.data;
    const [vitals, news2, pews, meows] = ['vitals', 'news2', 'pews', 'meows'].map(data);
    if (!vitals || !news2 || !pews || !meows) return undefined;
    return {
      vitals: readVitals(vitals as VitalsData),
      news2: readNews2(news2 as News2Data),
      pews: readPews(pews as PewsData),
      meows: readMeows(meows as MeowsData),
    };
  }, [rows]);
  return { rules, error };
}
